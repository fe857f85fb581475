#include "store/mail-dictionary-internal.h"

#include "base/hash.h"
#include "store/db.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

enum {
        LEVEL = -3,                     /* a fast level, because all levels find the long matches */
        LEVEL_ALONE = 3,                /* for text that has no dictionary */
        UNPACKED_MAX = 4 * 1024 * 1024, /* longer than any mail; rejects a damaged length */
};

struct MailDictionary {
        atomic_int refs;
        char name[HASH_HEX_SIZE];
        ZSTD_CDict *dictionary;
        size_t len;
        char bytes[];
};

struct MailPacker {
        ZSTD_CCtx *context;
        char *out;
        size_t size;
};

static MailDictionary *dictionary_free(MailDictionary *dictionary)
{
        ZSTD_freeCDict(dictionary->dictionary);
        free(dictionary);
        return NULL;
}

int mail_dictionary_new(const char *bytes, size_t len, MailDictionary **ret)
{
        *ret = NULL;
        MailDictionary *dictionary = calloc(1, sizeof(*dictionary) + len);
        if (!dictionary)
                return -ENOMEM;
        memcpy(dictionary->bytes, bytes, len);
        dictionary->len = len;
        hash_hex(bytes, len, dictionary->name);
        atomic_init(&dictionary->refs, 1);
        dictionary->dictionary = ZSTD_createCDict(dictionary->bytes, len, LEVEL);
        if (!dictionary->dictionary) {
                dictionary_free(dictionary);
                return -ENOMEM;
        }
        *ret = dictionary;
        return 0;
}

MailDictionary *mail_dictionary_ref(MailDictionary *dictionary)
{
        if (dictionary)
                atomic_fetch_add(&dictionary->refs, 1);
        return dictionary;
}

MailDictionary *mail_dictionary_unref(MailDictionary *dictionary)
{
        if (dictionary && atomic_fetch_sub(&dictionary->refs, 1) == 1)
                dictionary_free(dictionary);
        return NULL;
}

const char *mail_dictionary_name(const MailDictionary *dictionary)
{
        return dictionary->name;
}

const char *mail_dictionary_bytes(const MailDictionary *dictionary, size_t *ret_len)
{
        *ret_len = dictionary->len;
        return dictionary->bytes;
}

int mail_packer_new(MailPacker **ret)
{
        *ret = NULL;
        CLEANUP(mail_packer_freep) MailPacker *packer = calloc(1, sizeof(*packer));
        if (packer)
                packer->context = ZSTD_createCCtx();
        if (!packer || !packer->context)
                return -ENOMEM;
        /* The dictionary is stored in another row; the checksum detects a wrong one. */
        ZSTD_CCtx_setParameter(packer->context, ZSTD_c_checksumFlag, 1);
        ZSTD_CCtx_setParameter(packer->context, ZSTD_c_compressionLevel, LEVEL_ALONE);
        *ret = TAKE_PTR(packer);
        return 0;
}

MailPacker *mail_packer_free(MailPacker *packer)
{
        if (!packer)
                return NULL;
        ZSTD_freeCCtx(packer->context);
        free(packer->out);
        free(packer);
        return NULL;
}

static int make_room(MailPacker *packer, size_t size)
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

int mail_dictionary_pack(MailPacker *packer, const MailDictionary *dictionary, const char *bytes, size_t len,
                const void **ret, size_t *ret_len)
{
        if (make_room(packer, ZSTD_compressBound(len)) < 0)
                return -ENOMEM;
        size_t r = ZSTD_CCtx_refCDict(packer->context, dictionary ? dictionary->dictionary : NULL);
        if (!ZSTD_isError(r))
                r = ZSTD_compress2(packer->context, packer->out, packer->size, bytes, len);
        if (ZSTD_isError(r))
                return -ENOMEM; /* the buffer is large enough, so no other error is possible */
        *ret = packer->out;
        *ret_len = r;
        return 0;
}

static int unpack_into(const char *dictionary, size_t dictionary_len, const void *packed, size_t packed_len,
                char *ret, size_t len)
{
        ZSTD_DCtx *context = ZSTD_createDCtx();
        if (!context)
                return -ENOMEM;
        size_t n = ZSTD_decompress_usingDict(
                        context, ret, len, packed, packed_len, dictionary, dictionary_len);
        ZSTD_freeDCtx(context);
        ret[len] = '\0';
        return n == len ? 0 : DB_E_CORRUPT;
}

int mail_dictionary_unpack(const char *dictionary, size_t dictionary_len, const void *packed,
                size_t packed_len, char **ret, size_t *ret_len)
{
        unsigned long long len = ZSTD_getFrameContentSize(packed, packed_len);
        if (len > UNPACKED_MAX) /* also true for the codes that mean "not known" and "no frame" */
                return DB_E_CORRUPT;
        char *bytes = malloc(len + 1);
        if (!bytes)
                return -ENOMEM;
        int r = unpack_into(dictionary, dictionary_len, packed, packed_len, bytes, len);
        if (r != 0) {
                free(bytes);
                return r;
        }
        *ret = bytes;
        *ret_len = len;
        return 0;
}
