#include "base/blob.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

struct Blob {
        _Atomic int refs;
        char *bytes; /* allocated, or the mapping of `fd` */
        size_t len;
        int fd;
};

static bool write_all(int fd, const char *bytes, size_t len)
{
        while (len > 0) {
                ssize_t n = write(fd, bytes, len);
                if (n < 0 && errno != EINTR)
                        return false;
                bytes += n > 0 ? n : 0;
                len -= n > 0 ? (size_t)n : 0;
        }
        return true;
}

/* Without a file (no descriptor left, no memory for it) the bytes stay where they are. */
static void move_to_file(Blob *blob)
{
        int fd = memfd_create("blob", MFD_CLOEXEC);
        if (fd < 0)
                return;
        char *mapping = MAP_FAILED;
        if (write_all(fd, blob->bytes, blob->len))
                mapping = mmap(NULL, blob->len, PROT_READ, MAP_SHARED, fd, 0);
        if (mapping == MAP_FAILED) {
                close(fd);
                return;
        }
        free(blob->bytes);
        blob->bytes = mapping;
        blob->fd = fd;
}

Blob *blob_new(char *bytes, size_t len)
{
        Blob *blob = malloc(sizeof(*blob));
        if (!blob)
                return NULL;
        *blob = (Blob){ .refs = 1, .bytes = bytes, .len = len, .fd = -1 };
        if (len >= BLOB_FILE_BYTES)
                move_to_file(blob);
        return blob;
}

Blob *blob_ref(Blob *blob)
{
        atomic_fetch_add_explicit(&blob->refs, 1, memory_order_relaxed);
        return blob;
}

Blob *blob_unref(Blob *blob)
{
        if (!blob || atomic_fetch_sub_explicit(&blob->refs, 1, memory_order_acq_rel) > 1)
                return NULL;
        if (blob->fd >= 0) {
                munmap(blob->bytes, blob->len);
                close(blob->fd);
        } else
                free(blob->bytes);
        free(blob);
        return NULL;
}

const char *blob_bytes(const Blob *blob, size_t *ret_len)
{
        if (ret_len)
                *ret_len = blob->len;
        return blob->bytes;
}

int blob_fd(const Blob *blob)
{
        return blob->fd;
}

void blob_rest(const Blob *blob)
{
        if (blob->fd >= 0)
                madvise(blob->bytes, blob->len, MADV_DONTNEED);
}
