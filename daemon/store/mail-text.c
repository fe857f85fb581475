#include "store/mail-text.h"

#include "base/hash.h"
#include "store/mail-dictionary-internal.h"
#include "store/store-internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int keep_bytes(Store *store, int64_t mail, const char *dictionary, const void *bytes, size_t len)
{
        return QUERY_RUN(store, "INSERT INTO message (mail, sample, bytes) VALUES ($1, $2, $3)",
                        BIND_I(mail), BIND_T(dictionary), BIND_B(bytes, len));
}

static int keep_dictionary(Store *store, const MailDictionary *dictionary)
{
        size_t len;
        const char *bytes = mail_dictionary_bytes(dictionary, &len);
        return QUERY_RUN(store,
                        "INSERT INTO sample (name, bytes)"
                        " VALUES ($1, $2)"
                        " ON CONFLICT (name) DO NOTHING",
                        BIND_T(mail_dictionary_name(dictionary)), BIND_B(bytes, len));
}

static int keep_packed(
                Store *store, int64_t mail, const char *bytes, size_t len, const MailDictionary *dictionary)
{
        const void *packed;
        size_t packed_len;
        MailPacker *packer;
        int r = store_packer(store, &packer);
        if (r == 0)
                r = mail_dictionary_pack(packer, dictionary, bytes, len, &packed, &packed_len);
        if (r == 0)
                r = keep_dictionary(store, dictionary);
        return r != 0 ? r : keep_bytes(store, mail, mail_dictionary_name(dictionary), packed, packed_len);
}

int mail_text_keep(
                Store *store, int64_t mail, const char *bytes, size_t len, const MailDictionary *dictionary)
{
        return dictionary ? keep_packed(store, mail, bytes, len, dictionary)
                          : keep_bytes(store, mail, "", bytes, len);
}

/* The dictionary of a mail whose bytes were deleted. */
typedef struct Freed {
        char name[HASH_HEX_SIZE];
        bool is_odd; /* too long for the name of a dictionary: the row is damaged */
} Freed;

static int copy_name(DbStatement *row, void *userdata)
{
        Freed *freed = userdata;
        const char *name = db_text(row, 0, NULL);
        freed->is_odd = strlen(name) >= sizeof(freed->name);
        snprintf(freed->name, sizeof(freed->name), "%s", name);
        return 0;
}

int mail_text_drop(Store *store, int64_t mail)
{
        Freed freed = { .name = "" };
        int r = QUERY_EACH(store, copy_name, &freed,
                        "DELETE FROM message"
                        " WHERE mail = $1"
                        " RETURNING sample",
                        BIND_I(mail));
        if (r == 0 && freed.is_odd)
                return mail_text_sweep(store);
        if (r != 0 || !freed.name[0])
                return r;
        return QUERY_RUN(store,
                        "DELETE FROM sample"
                        " WHERE name = $1 AND NOT EXISTS (SELECT 1 FROM message WHERE message.sample = $1)",
                        BIND_T(freed.name));
}

int mail_text_sweep(Store *store)
{
        return QUERY_RUN(store,
                        "DELETE FROM sample"
                        " WHERE NOT EXISTS (SELECT 1 FROM message WHERE message.sample = sample.name)");
}

static int copy(const char *bytes, size_t len, char **ret, size_t *ret_len)
{
        char *text = malloc(len + 1);
        if (!text)
                return -ENOMEM;
        memcpy(text, bytes, len);
        text[len] = '\0';
        *ret = text;
        *ret_len = len;
        return 0;
}

int mail_text_read(DbStatement *row, int column, char **ret, size_t *ret_len)
{
        size_t len, dictionary_len;
        const char *bytes = db_text(row, column, &len);
        *ret = NULL;
        *ret_len = 0;
        if (db_is_null(row, column))
                return 0;
        if (db_text(row, column + 1, NULL)[0] == '\0')
                return copy(bytes, len, ret, ret_len);
        const char *dictionary = db_text(row, column + 2, &dictionary_len);
        return db_is_null(row, column + 2) ? DB_E_CORRUPT
                                           : mail_dictionary_unpack(dictionary, dictionary_len, bytes, len,
                                                             ret, ret_len);
}
