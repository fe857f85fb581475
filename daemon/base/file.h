#pragma once

/*
 * Whole files: read with a maximum, written so that a crash leaves the old content or the new, never half.
 */

#include <stddef.h>
#include <sys/types.h>

/**
 * file_read() - the whole content of a regular file, pipe or "-" (standard input)
 * @max_bytes: more than that is -EFBIG
 * @ret:       NUL-terminated (the NUL is not counted), free() it
 */
int file_read(const char *path, size_t max_bytes, char **ret, size_t *ret_len);

/**
 * file_write_atomic() - write beside @path, sync, and rename over it; the directory is synced too
 * Return: 0 or negative errno; on failure the old file is as it was and nothing is left beside it.
 */
int file_write_atomic(const char *path, const void *bytes, size_t len, mode_t mode);

/** file_write_atomic_at() - the same with a name in an open directory; no link is followed. */
int file_write_atomic_at(int directory, const char *name, const void *bytes, size_t len, mode_t mode);
