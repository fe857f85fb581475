#include "base/blob.h"

#include <stdatomic.h>

struct Blob {
        _Atomic int refs;
        char *bytes;
        size_t len;
};

Blob *blob_new(char *bytes, size_t len)
{
        Blob *blob = malloc(sizeof(*blob));
        if (blob)
                *blob = (Blob){ .refs = 1, .bytes = bytes, .len = len };
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
