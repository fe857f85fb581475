#pragma once

/*
 * The files that the caller of `convene` names. They are opened with the rights of the caller: directly, or
 * as root by pausing the rights of the store's owner (cli/owner.h). A process that serves a command
 * (cli/command-service.h) opens no file by name: it has the descriptors that the caller has opened.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/** A file that another process has opened. */
typedef struct CallerFile {
        const char *path; /* as the caller has written it */
        int fd;           /* open for reading */
} CallerFile;

/**
 * caller_file_serve() - take these files for all that the caller may read; without it paths are opened
 * @files: not NULL, also if there are none; borrowed until the process ends
 */
void caller_file_serve(const CallerFile *files, size_t n);

/**
 * caller_file_open() - open a file for reading
 * @path: not "-"
 *
 * Return: a descriptor, which the caller of this function closes; -EACCES for a path that was not handed
 * over; other negative errno.
 */
int caller_file_open(const char *path);

/** caller_file_read() - as file_read() (base/file.h); "-" is standard input */
int caller_file_read(const char *path, size_t max_bytes, char **ret, size_t *ret_len);

/**
 * caller_file_is() - whether a path names a file of a type, such as S_IFREG; never true for "-", nor for a
 * folder in a process that serves a command
 */
bool caller_file_is(const char *path, mode_t type);
