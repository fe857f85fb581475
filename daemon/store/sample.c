#include "store/sample-internal.h"

#include "base/hash.h"
#include "store/db.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

enum {
        LEVEL = -3,                     /* what is alike is found at once; the rest is a few names */
        UNPACKED_MAX = 4 * 1024 * 1024, /* no mail is that long: a damaged page is not to ask for more */
};

struct MailSample {
        atomic_int refs;
        char name[HASH_HEX_SIZE];
        ZSTD_CDict *dictionary;
        size_t len;
        char bytes[];
};

struct SamplePacker {
        ZSTD_CCtx *context;
        char *out;
        size_t size;
};

static MailSample *sample_free(MailSample *sample)
{
        ZSTD_freeCDict(sample->dictionary);
        free(sample);
        return NULL;
}

int mail_sample_new(const char *bytes, size_t len, MailSample **ret)
{
        MailSample *sample = calloc(1, sizeof(*sample) + len);
        if (!sample)
                return -ENOMEM;
        memcpy(sample->bytes, bytes, len);
        sample->len = len;
        hash_hex(bytes, len, sample->name);
        atomic_init(&sample->refs, 1);
        sample->dictionary = ZSTD_createCDict(sample->bytes, len, LEVEL);
        if (!sample->dictionary) {
                sample_free(sample);
                return -ENOMEM;
        }
        *ret = sample;
        return 0;
}

MailSample *mail_sample_ref(MailSample *sample)
{
        if (sample)
                atomic_fetch_add(&sample->refs, 1);
        return sample;
}

MailSample *mail_sample_unref(MailSample *sample)
{
        if (sample && atomic_fetch_sub(&sample->refs, 1) == 1)
                sample_free(sample);
        return NULL;
}

const char *sample_name(const MailSample *sample)
{
        return sample->name;
}

const char *sample_bytes(const MailSample *sample, size_t *ret_len)
{
        *ret_len = sample->len;
        return sample->bytes;
}

int sample_packer_new(SamplePacker **ret)
{
        CLEANUP(sample_packer_freep) SamplePacker *packer = calloc(1, sizeof(*packer));
        if (packer)
                packer->context = ZSTD_createCCtx();
        if (!packer || !packer->context)
                return -ENOMEM;
        /* The sample is a row of its own: what does not fit together any more is to be noticed. */
        ZSTD_CCtx_setParameter(packer->context, ZSTD_c_checksumFlag, 1);
        *ret = TAKE_PTR(packer);
        return 0;
}

SamplePacker *sample_packer_free(SamplePacker *packer)
{
        if (!packer)
                return NULL;
        ZSTD_freeCCtx(packer->context);
        free(packer->out);
        free(packer);
        return NULL;
}

static int make_room(SamplePacker *packer, size_t size)
{
        if (size <= packer->size)
                return 0;
        char *out = realloc(packer->out, size);
        if (!out)
                return -ENOMEM;
        packer->out = out;
        packer->size = size;
        return 0;
}

int sample_pack(SamplePacker *packer, const MailSample *sample, const char *bytes, size_t len,
                const void **ret, size_t *ret_len)
{
        if (make_room(packer, ZSTD_compressBound(len)) < 0)
                return -ENOMEM;
        size_t r = ZSTD_CCtx_refCDict(packer->context, sample->dictionary);
        if (!ZSTD_isError(r))
                r = ZSTD_compress2(packer->context, packer->out, packer->size, bytes, len);
        if (ZSTD_isError(r))
                return -ENOMEM; /* with room enough nothing else can be wrong */
        *ret = packer->out;
        *ret_len = r;
        return 0;
}

static int unpack_into(const char *sample, size_t sample_len, const void *packed, size_t packed_len,
                char *ret, size_t len)
{
        ZSTD_DCtx *context = ZSTD_createDCtx();
        if (!context)
                return -ENOMEM;
        size_t n = ZSTD_decompress_usingDict(context, ret, len, packed, packed_len, sample, sample_len);
        ZSTD_freeDCtx(context);
        ret[len] = '\0';
        return n == len ? 0 : DB_E_CORRUPT;
}

int sample_unpack(const char *sample, size_t sample_len, const void *packed, size_t packed_len, char **ret,
                size_t *ret_len)
{
        unsigned long long len = ZSTD_getFrameContentSize(packed, packed_len);
        if (len > UNPACKED_MAX) /* as the codes for "not known" and "no frame" are */
                return DB_E_CORRUPT;
        char *bytes = malloc(len + 1);
        if (!bytes)
                return -ENOMEM;
        int r = unpack_into(sample, sample_len, packed, packed_len, bytes, len);
        if (r != 0) {
                free(bytes);
                return r;
        }
        *ret = bytes;
        *ret_len = len;
        return 0;
}
