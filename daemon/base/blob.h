#pragma once

/*
 * Bytes that several owners share, on any thread, and that never change. Many of them lie in a memory
 * file, so that the kernel sends them to a socket without a copy, and so that they count as the process's
 * memory only while they are read.
 */

#include "base/cleanup.h"

#include <stddef.h>

typedef struct Blob Blob;

enum {
        BLOB_FILE_BYTES = 32 * 1024, /* from here on a file is cheaper than a copy into each socket */
};

/**
 * blob_allocate() - room for some bytes, that the caller fills before it hands the blob on
 * @ret_bytes: the blob's
 * Return: NULL when there is no memory.
 */
Blob *blob_allocate(size_t len, char **ret_bytes);

/** blob_copy() - Return: NULL when there is no memory. */
Blob *blob_copy(const char *bytes, size_t len);
Blob *blob_ref(Blob *blob);
Blob *blob_unref(Blob *blob);
DEFINE_CLEANUP(Blob, blob_unrefp, blob_unref)

/** blob_bytes() - borrowed for as long as a reference is held; @ret_len may be NULL. */
const char *blob_bytes(const Blob *blob, size_t *ret_len);

/** blob_fd() - the memory file with the bytes, borrowed as they are; -1 for those that lie in no file. */
int blob_fd(const Blob *blob);

/**
 * blob_rest() - the bytes will not be read for a while: the pages of a file leave the process, and come
 * back when they are read again.
 */
void blob_rest(const Blob *blob);
