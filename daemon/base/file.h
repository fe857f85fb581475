#pragma once

/*
 * Reads whole files up to a maximum size, and writes them so that a crash leaves the old content or the new.
 */

#include <stddef.h>
#include <sys/types.h>

/**
 * file_read() - read a regular file, a pipe or "-" (standard input) to its end
 * @ret: NUL-terminated (@ret_len does not count the NUL); the caller frees it
 *
 * Return: 0; -EFBIG if the file has more than @max_bytes; other negative errno.
 */
int file_read(const char *path, size_t max_bytes, char **ret, size_t *ret_len);

/** file_read_descriptor() - the same from where an open file stands; @fd stays open */
int file_read_descriptor(int fd, size_t max_bytes, char **ret, size_t *ret_len);

/** file_write_all() - write to a descriptor, in as many parts as it takes. Return: 0 or negative errno. */
int file_write_all(int fd, const char *bytes, size_t len);

/**
 * file_write_atomic() - write a temporary file beside @path, sync it, rename it over @path, and sync the
 * directory
 * Return: 0 or negative errno. On failure the old file is unchanged and the temporary file is removed, with
 * one exception: if only the sync of the directory fails, @path already has the new content.
 */
int file_write_atomic(const char *path, const void *bytes, size_t len, mode_t mode);

/** file_write_atomic_at() - do the same for a name in an open directory, following no link. */
int file_write_atomic_at(int directory, const char *name, const void *bytes, size_t len, mode_t mode);

/**
 * file_replace_at() - do the same without the two syncs. The caller syncs many files at once by syncfs();
 * until then the loss of power may leave any of them empty.
 */
int file_replace_at(int directory, const char *name, const void *bytes, size_t len, mode_t mode);
