#pragma once

/*
 * A growing byte buffer with a fixed maximum size.
 *
 * Errors latch: after the first failure every append is a no-op, and buffer_error() says what happened. A
 * writer may therefore append a whole document and check for an error once at the end. The bytes are always
 * followed by a NUL that is not counted.
 */

#include "base/cleanup.h"

#include <stdarg.h>
#include <stddef.h>

typedef struct Buffer {
        char *data;       /* never NULL after the first successful append; NUL-terminated */
        size_t len;       /* bytes used, without the NUL */
        size_t allocated; /* bytes allocated */
        size_t max;       /* the largest len */
        int error;        /* 0, -ENOMEM or -EFBIG; the first error is kept */
} Buffer;

/** BUFFER_INIT() - make an empty buffer that may grow to @max_bytes. */
#define BUFFER_INIT(max_bytes) ((Buffer){ .max = (max_bytes) })

void buffer_done(Buffer *buffer);

/** buffer_reset() - delete the content and a latched error, but keep the memory. */
void buffer_reset(Buffer *buffer);

void buffer_append(Buffer *buffer, const void *bytes, size_t len);
void buffer_puts(Buffer *buffer, const char *text);
void buffer_putc(Buffer *buffer, char c);
void buffer_printf(Buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buffer_vprintf(Buffer *buffer, const char *format, va_list arguments)
                __attribute__((format(printf, 2, 0)));

/** buffer_reserve() - make room for @len more bytes at once. Never necessary; may latch an error. */
void buffer_reserve(Buffer *buffer, size_t len);

/**
 * buffer_insert() - insert @len bytes at offset @at (at most the length).
 * buffer_remove() - remove @len bytes at offset @at.
 * buffer_trim() - remove the bytes at the end that are among those of @set, but none before offset @from.
 *
 * After an error they change nothing, so a loop must not wait for buffer_remove() to shorten the content.
 */
void buffer_insert(Buffer *buffer, size_t at, const void *bytes, size_t len);
void buffer_remove(Buffer *buffer, size_t at, size_t len);
void buffer_trim(Buffer *buffer, size_t from, const char *set);

/**
 * buffer_error() - get the latched error: 0, -ENOMEM or -EFBIG (the content would have exceeded the
 * maximum).
 */
int buffer_error(const Buffer *buffer);

/** buffer_text() - get the content as a C string, "" when empty; borrowed until the next change. */
const char *buffer_text(const Buffer *buffer);

/**
 * buffer_take() - hand over the memory (free() it) and leave the buffer empty; NULL when an error is latched
 * or memory ran out.
 */
char *buffer_take(Buffer *buffer);
