#include "base/file.h"

#include "base/buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

static int read_all(int fd, Buffer *content)
{
        char block[65536];
        for (;;) {
                ssize_t n = read(fd, block, sizeof(block));
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                if (n == 0)
                        return buffer_error(content);
                buffer_append(content, block, (size_t)n);
                if (buffer_error(content) < 0)
                        return buffer_error(content);
        }
}

int file_read_descriptor(int fd, size_t max_bytes, char **ret, size_t *ret_len)
{
        CLEANUP(buffer_done) Buffer content = BUFFER_INIT(max_bytes);
        int r = read_all(fd, &content);
        if (r < 0)
                return r;
        size_t len = content.len;
        char *data = buffer_take(&content);
        if (!data)
                return -ENOMEM;
        *ret = data;
        *ret_len = len;
        return 0;
}

int file_read(const char *path, size_t max_bytes, char **ret, size_t *ret_len)
{
        if (strcmp(path, "-") == 0)
                return file_read_descriptor(STDIN_FILENO, max_bytes, ret, ret_len);
        CLEANUP(cleanup_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        return fd < 0 ? -errno : file_read_descriptor(fd, max_bytes, ret, ret_len);
}

int file_write_all(int fd, const char *bytes, size_t len)
{
        while (len > 0) {
                ssize_t n = write(fd, bytes, len);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                bytes += n;
                len -= (size_t)n;
        }
        return 0;
}

/*
 * Creates a temporary file, named @name with a random suffix. @ret: the file's name. Return: its
 * descriptor, negative errno.
 */
static int open_beside(int directory, const char *name, char **ret)
{
        uint32_t number;
        if (getrandom(&number, sizeof(number), 0) != sizeof(number))
                return -errno;
        if (asprintf(ret, "%s.%08x", name, number) < 0) {
                *ret = NULL;
                return -ENOMEM;
        }
        int fd = openat(directory, *ret, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        return fd < 0 ? -errno : fd;
}

static int replace(int directory, const char *name, const void *bytes, size_t len, mode_t mode, bool syncs)
{
        CLEANUP(cleanup_free) char *beside = NULL;
        CLEANUP(cleanup_close) int fd = open_beside(directory, name, &beside);
        if (fd < 0)
                return fd;
        int r = file_write_all(fd, bytes, len);
        if (r == 0 && syncs && fsync(fd) < 0)
                r = -errno;
        if (r >= 0 && (fchmod(fd, mode) < 0 || renameat(directory, beside, directory, name) < 0))
                r = -errno;
        if (r < 0) {
                unlinkat(directory, beside, 0);
                return r;
        }
        return syncs && fsync(directory) < 0 ? -errno : 0;
}

int file_write_atomic_at(int directory, const char *name, const void *bytes, size_t len, mode_t mode)
{
        return replace(directory, name, bytes, len, mode, true);
}

int file_replace_at(int directory, const char *name, const void *bytes, size_t len, mode_t mode)
{
        return replace(directory, name, bytes, len, mode, false);
}

int file_write_atomic(const char *path, const void *bytes, size_t len, mode_t mode)
{
        CLEANUP(cleanup_free) char *copy = strdup(path);
        if (!copy)
                return -ENOMEM;
        const char *slash = strrchr(path, '/');
        CLEANUP(cleanup_close) int directory = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        return directory < 0 ? -errno
                             : file_write_atomic_at(directory, slash ? slash + 1 : path, bytes, len, mode);
}
