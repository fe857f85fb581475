/*
 * Damaged bytes of a mail as packed by the ledger: the dictionary up to the first NUL, then the packed
 * bytes.
 */

#include "base/cleanup.h"
#include "store/db.h"
#include "store/mail-dictionary-internal.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Checks that packing and unpacking give the same bytes. */
static void check_round(const char *dictionary, size_t dictionary_len, const char *bytes, size_t len)
{
        CLEANUP(mail_packer_freep) MailPacker *packer = NULL;
        CLEANUP(mail_dictionary_unrefp) MailDictionary *made = NULL;
        CLEANUP(cleanup_free) char *back = NULL;
        const void *packed;
        size_t packed_len, back_len;
        if (mail_packer_new(&packer) < 0 || mail_dictionary_new(dictionary, dictionary_len, &made) < 0 ||
                        mail_dictionary_pack(packer, made, bytes, len, &packed, &packed_len) < 0)
                return;
        assert(mail_dictionary_unpack(dictionary, dictionary_len, packed, packed_len, &back, &back_len) ==
                        0);
        assert(back_len == len && memcmp(back, bytes, len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        CLEANUP(cleanup_free) char *text = NULL;
        const uint8_t *end = size > 0 ? memchr(data, '\0', size) : NULL;
        size_t dictionary = end ? (size_t)(end - data) : 0, skip = end ? dictionary + 1 : 0, len = 0;
        const char *bytes = (const char *)data;
        int r = mail_dictionary_unpack(bytes, dictionary, data + skip, size - skip, &text, &len);
        assert(r == 0 || r == DB_E_CORRUPT || r == -ENOMEM);
        assert(r != 0 || text[len] == '\0');
        if (dictionary > 0)
                check_round(bytes, dictionary, bytes + skip, size - skip);
        return 0;
}
