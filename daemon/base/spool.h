#pragma once

/*
 * Content that is written once and then read or sent. It is in memory up to SPOOL_MEMORY_BYTES; then it
 * moves to a temporary file without a name, so that a large reply costs little memory, and is made without
 * waiting for its receiver. Errors latch in the buffer, as base/buffer.h says.
 */

#include "base/buffer.h"

#include <stdatomic.h>
#include <stdint.h>

enum {
        SPOOL_MEMORY_BYTES = 256 * 1024,
        SPOOL_PIECE_MAX_BYTES =
                        32 * 1024 * 1024, /* of what is appended between two calls of spool_settle() */
};

/** Spools whose files together have a maximum; used by several threads. */
typedef struct SpoolPool {
        uint64_t max; /* bytes */
        _Atomic uint64_t used;
} SpoolPool;

typedef struct Spool {
        Buffer buffer;      /* append to it, and call spool_settle() after each piece */
        uint64_t n_written; /* bytes in the file */
        uint64_t max;
        int fd;          /* -1 while all content is in the buffer */
        SpoolPool *pool; /* set by the caller before it appends; NULL for none */
} Spool;

/** SPOOL_INIT() - make an empty spool with a maximum size in bytes */
#define SPOOL_INIT(max_bytes)                                                                               \
        ((Spool){ .buffer = BUFFER_INIT(SPOOL_PIECE_MAX_BYTES), .max = (max_bytes), .fd = -1 })

void spool_done(Spool *spool);

/**
 * spool_settle() - move the content of the buffer to the file if it has become large
 * Return: 0; -EFBIG if the maximum is exceeded; -ENOSPC if that of the pool is, or the disk is full;
 * another negative errno.
 */
int spool_settle(Spool *spool);

/**
 * spool_end() - end the content: if there is a file, it has all of it
 * Return: as spool_settle().
 */
int spool_end(Spool *spool);

/** spool_len() - the number of bytes of the content */
uint64_t spool_len(const Spool *spool);

/**
 * spool_take_fd() - hand over the file after spool_end(); -1 if the content is in the buffer. close() it,
 * and call spool_pool_release() with the length of the content.
 */
int spool_take_fd(Spool *spool);

/** spool_pool_release() - say that a file which was handed over is closed. @pool: may be NULL */
void spool_pool_release(SpoolPool *pool, uint64_t bytes);
