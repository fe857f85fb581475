#pragma once

/*
 * An immutable byte string that several owners share by reference, on any thread. Blobs of BLOB_FILE_BYTES
 * and more are kept in a memory file: the kernel sends the file to a socket without a copy, and its pages
 * count as the process's memory only while they are read.
 */

#include "base/cleanup.h"

#include <stddef.h>

typedef struct Blob Blob;

enum {
        BLOB_FILE_BYTES = 32 * 1024, /* from this size on, a file is cheaper than a copy into each socket */
};

/**
 * blob_allocate() - allocate a blob of @len bytes, which the caller fills in before sharing it
 * @ret_bytes: the bytes to fill in, zeroed
 * Return: NULL when memory ran out.
 */
Blob *blob_allocate(size_t len, char **ret_bytes);

/** blob_allocate_on_heap() - allocate a blob that has no file, whatever its size; as blob_allocate() */
Blob *blob_allocate_on_heap(size_t len, char **ret_bytes);

/** blob_copy() - make a blob of a copy of the bytes; NULL when memory ran out. */
Blob *blob_copy(const char *bytes, size_t len);
Blob *blob_copy_to_heap(const char *bytes, size_t len);
Blob *blob_ref(Blob *blob);
Blob *blob_unref(Blob *blob);
DEFINE_CLEANUP(Blob, blob_unrefp, blob_unref)

/** blob_bytes() - get the bytes, valid while the caller holds a reference; @ret_len may be NULL. */
const char *blob_bytes(const Blob *blob, size_t *ret_len);

/** blob_fd() - get the memory file, valid as long as the bytes; -1 for a blob on the heap. */
int blob_fd(const Blob *blob);

/**
 * blob_rest() - unmap the pages of a memory file, so that they do not count as the process's memory until
 * the bytes are read again. The bytes stay valid. Does nothing for a blob on the heap.
 */
void blob_rest(const Blob *blob);
