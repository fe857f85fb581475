#include "base/file.h"

#include "base/buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
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

int file_read(const char *path, size_t max_bytes, char **ret, size_t *ret_len)
{
        bool standard_input = strcmp(path, "-") == 0;
        CLEANUP(cleanup_close)
        int opened = standard_input ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        if (!standard_input && opened < 0)
                return -errno;
        CLEANUP(buffer_done) Buffer content = BUFFER_INIT(max_bytes);
        int r = read_all(standard_input ? STDIN_FILENO : opened, &content);
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

static int write_all(int fd, const char *bytes, size_t len)
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
        return fsync(fd) < 0 ? -errno : 0;
}

static int sync_directory_of(const char *path)
{
        CLEANUP(cleanup_free) char *copy = strdup(path);
        if (!copy)
                return -ENOMEM;
        CLEANUP(cleanup_close) int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0 || fsync(fd) < 0)
                return -errno;
        return 0;
}

int file_write_atomic(const char *path, const void *bytes, size_t len, mode_t mode)
{
        CLEANUP(cleanup_free) char *beside = NULL;
        if (asprintf(&beside, "%s.XXXXXX", path) < 0) {
                beside = NULL;
                return -ENOMEM;
        }
        CLEANUP(cleanup_close) int fd = mkostemp(beside, O_CLOEXEC);
        if (fd < 0)
                return -errno;
        int r = write_all(fd, bytes, len);
        if (r >= 0 && (fchmod(fd, mode) < 0 || rename(beside, path) < 0))
                r = -errno;
        if (r < 0) {
                unlink(beside);
                return r;
        }
        return sync_directory_of(path);
}
