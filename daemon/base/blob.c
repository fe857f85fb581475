#include "base/blob.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct Blob {
        _Atomic int refs;
        char *bytes; /* allocated, or the mapping of `fd` */
        size_t len;
        int fd;
};

/*
 * Maps a new memory file. Allocates all its pages at once: page faults at each first write would cost twice
 * as much.
 */
static char *map_file(size_t len, int *ret_fd)
{
        int fd = memfd_create("blob", MFD_CLOEXEC);
        if (fd < 0)
                return NULL;
        char *bytes = MAP_FAILED;
        if (ftruncate(fd, (off_t)len) == 0)
                bytes = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
        if (bytes == MAP_FAILED) {
                close(fd);
                return NULL;
        }
        *ret_fd = fd;
        return bytes;
}

static Blob *blob_new(size_t len, bool in_file)
{
        Blob *blob = malloc(sizeof(*blob));
        if (!blob)
                return NULL;
        *blob = (Blob){ .refs = 1, .len = len, .fd = -1 };
        if (in_file)
                blob->bytes = map_file(len, &blob->fd);
        if (!blob->bytes)
                blob->bytes = calloc(1, len + 1);
        if (!blob->bytes) {
                free(blob);
                return NULL;
        }
        return blob;
}

/* Uses the heap when the memory file cannot be made (no descriptor or no memory is left). */
Blob *blob_allocate(size_t len, char **ret_bytes)
{
        Blob *blob = blob_new(len, len >= BLOB_FILE_BYTES);
        if (blob)
                *ret_bytes = blob->bytes;
        return blob;
}

Blob *blob_allocate_on_heap(size_t len, char **ret_bytes)
{
        Blob *blob = blob_new(len, false);
        if (blob)
                *ret_bytes = blob->bytes;
        return blob;
}

static Blob *fill(Blob *blob, const char *bytes)
{
        if (blob)
                memcpy(blob->bytes, bytes, blob->len);
        return blob;
}

Blob *blob_copy(const char *bytes, size_t len)
{
        return fill(blob_new(len, len >= BLOB_FILE_BYTES), bytes);
}

Blob *blob_copy_to_heap(const char *bytes, size_t len)
{
        return fill(blob_new(len, false), bytes);
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
