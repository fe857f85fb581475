#pragma once

/* Bytes that several owners share, on any thread, and that nobody changes. */

#include "base/cleanup.h"

#include <stddef.h>

typedef struct Blob Blob;

/**
 * blob_new() - take over some bytes
 * @bytes: from malloc(); the blob's from now on
 * Return: NULL when there is no memory; the bytes are still the caller's then.
 */
Blob *blob_new(char *bytes, size_t len);
Blob *blob_ref(Blob *blob);
Blob *blob_unref(Blob *blob);
DEFINE_CLEANUP(Blob, blob_unrefp, blob_unref)

/** blob_bytes() - borrowed for as long as a reference is held; @ret_len may be NULL. */
const char *blob_bytes(const Blob *blob, size_t *ret_len);
