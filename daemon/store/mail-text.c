#include "store/mail-text.h"

#include "store/mail-dictionary-internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int keep_as_it_is(Store *store, int64_t mail, const MailText *text)
{
        return STORE_RUN(store, "INSERT INTO message (mail, sample, bytes) VALUES ($1, '', $2)",
                        BIND_I(mail), BIND_B(text->bytes, text->len));
}

static int keep_sample(Store *store, const MailDictionary *dictionary)
{
        size_t len;
        const char *bytes = mail_dictionary_bytes(dictionary, &len);
        return STORE_RUN(store,
                        "INSERT INTO sample (name, bytes) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
                        BIND_T(mail_dictionary_name(dictionary)), BIND_B(bytes, len));
}

static int keep_packed(Store *store, int64_t mail, const MailText *text)
{
        const void *packed;
        size_t len;
        MailPacker *packer;
        int r = store_packer(store, &packer);
        if (r == 0)
                r = mail_dictionary_pack(packer, text->dictionary, text->bytes, text->len, &packed, &len);
        if (r == 0)
                r = keep_sample(store, text->dictionary);
        return r != 0 ? r
                      : STORE_RUN(store, "INSERT INTO message (mail, sample, bytes) VALUES ($1, $2, $3)",
                                        BIND_I(mail), BIND_T(mail_dictionary_name(text->dictionary)),
                                        BIND_B(packed, len));
}

int mail_text_keep(Store *store, int64_t mail, const MailText *text)
{
        return text->dictionary ? keep_packed(store, mail, text) : keep_as_it_is(store, mail, text);
}

/* They are somebody's mails: no longer here than those that lean on them. */
static int drop_dictionaries(Store *store)
{
        return store_run(store, "DELETE FROM sample WHERE NOT EXISTS (SELECT 1 FROM message)", NULL, 0);
}

int mail_text_drop(Store *store, const char *sql, const Bind *binds, size_t n)
{
        int r = store_run(store, sql, binds, n);
        return r != 0 ? r : drop_dictionaries(store);
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

int mail_text_read(DbStatement *statement, int column, char **ret, size_t *ret_len)
{
        size_t len, sample_len;
        const char *bytes = db_text(statement, column, &len);
        *ret = NULL;
        *ret_len = 0;
        if (!bytes)
                return 0;
        if (db_text(statement, column + 1, NULL)[0] == '\0')
                return copy(bytes, len, ret, ret_len);
        const char *dictionary = db_text(statement, column + 2, &sample_len);
        return dictionary ? mail_dictionary_unpack(dictionary, sample_len, bytes, len, ret, ret_len)
                          : DB_E_CORRUPT;
}
