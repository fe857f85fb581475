#include "store/invitee.h"

#include "store/query.h"
#include "store/row-copy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INVITEE_COLUMNS "id, account, address, secret, stamp, uid"
#define KEPT            (60 * USEC_PER_DAY) /* longer than any mail waits */

static int copy_invitee(DbStatement *row, void *userdata)
{
        Invitee *ret = userdata;
        *ret = (Invitee){ .id = db_int(row, 0) };
        query_copy_text(row, 1, ret->account, sizeof(ret->account));
        query_copy_text(row, 2, ret->address, sizeof(ret->address));
        query_copy_text(row, 3, ret->secret, sizeof(ret->secret));
        query_copy_text(row, 4, ret->stamp, sizeof(ret->stamp));
        query_copy_text(row, 5, ret->uid, sizeof(ret->uid));
        return 0;
}

int invitee_get(Store *store, int64_t id, Invitee *ret)
{
        return QUERY_FIRST(store, copy_invitee, ret, "SELECT " INVITEE_COLUMNS " FROM invitee WHERE id = $1",
                        BIND_I(id));
}

static int find(Store *store, const char *login, const char *uid, const char *address, Invitee *ret)
{
        return QUERY_FIRST(store, copy_invitee, ret,
                        "SELECT " INVITEE_COLUMNS
                        " FROM invitee WHERE account = $1 AND uid = $2 AND address = $3",
                        BIND_T(login), BIND_T(uid), BIND_T(address));
}

static int ensure(Store *store, const char *login, const char *uid, const char *address, Invitee *ret)
{
        char secret[TOKEN_SIZE];
        int64_t id;
        int r = find(store, login, uid, address, ret);
        if (r != STORE_E_NOT_FOUND)
                return r;
        r = token_make(secret);
        if (r == 0)
                r = query_count_up(store, "invitee", &id);
        if (r == 0)
                r = QUERY_RUN(store,
                                "INSERT INTO invitee (id, account, uid, address, secret, stamp)"
                                " VALUES ($1, $2, $3, $4, $5, '')",
                                BIND_I(id), BIND_T(login), BIND_T(uid), BIND_T(address), BIND_T(secret));
        return r != 0 ? r : invitee_get(store, id, ret);
}

int invitee_ensure(Store *store, const char *account, const char *uid, const char *address, Invitee *ret)
{
        char login[ACCOUNT_NAME_SIZE], folded[ADDRESS_SIZE];
        StoreWrite write;
        account_login(account, login);
        address_fold(address, folded);
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, ensure(store, login, uid, folded, ret));
}

static int copy_stamp(DbStatement *row, void *userdata)
{
        query_copy_text(row, 0, userdata, INVITEE_STAMP_SIZE);
        return 0;
}

int invitee_stamp(Store *store, const Invitee *invitee, const char *instance,
                char ret[static INVITEE_STAMP_SIZE])
{
        snprintf(ret, INVITEE_STAMP_SIZE, "%s", invitee->stamp);
        int r = QUERY_FIRST(store, copy_stamp, ret,
                        "SELECT stamp FROM invitee_answer WHERE invitee = $1 AND instance = $2",
                        BIND_I(invitee->id), BIND_T(instance));
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

int invitee_set_stamp(Store *store, int64_t id, const char *instance, const char *stamp)
{
        return QUERY_RUN(store,
                        "INSERT INTO invitee_answer (invitee, instance, stamp) VALUES ($1, $2, $3)"
                        " ON CONFLICT (invitee, instance) DO UPDATE SET stamp = excluded.stamp",
                        BIND_I(id), BIND_T(instance), BIND_T(stamp));
}

ItipMail *itip_mail_free(ItipMail *itip)
{
        free(itip);
        return NULL;
}

static int add(Store *store, ItipMail *itip)
{
        int r = query_count_up(store, "itip", &itip->id);
        if (r == 0)
                r = QUERY_RUN(store,
                                "INSERT INTO itip (id, account, recipient, method, invitee, text, created)"
                                " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                                BIND_I(itip->id), BIND_T(itip->account), BIND_T(itip->recipient),
                                BIND_T(itip->method), BIND_I(itip->invitee), BIND_B(itip->text, itip->len),
                                BIND_I(itip->created));
        return r != 0 ? r
                      : QUERY_RUN(store, "DELETE FROM itip WHERE created < $1",
                                        BIND_I(itip->created - KEPT));
}

int itip_mail_add(Store *store, ItipMail *itip)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, add(store, itip));
}

static int copy_itip(DbStatement *row, void *userdata)
{
        const char *texts[] = { db_text(row, 1, NULL), db_text(row, 2, NULL), db_text(row, 3, NULL) };
        size_t len;
        const char *text = db_text(row, 5, &len);
        char *copy;
        ItipMail *itip =
                        row_copy_new(sizeof(*itip), texts, sizeof(texts) / sizeof(texts[0]), len + 1, &copy);
        if (!itip)
                return -ENOMEM;
        memcpy(copy, text, len);
        copy[len] = '\0';
        *itip = (ItipMail){ db_int(row, 0), texts[0], texts[1], texts[2], db_int(row, 4), copy, len,
                db_int(row, 6) };
        *(ItipMail **)userdata = itip;
        return 0;
}

int itip_mail_get(Store *store, int64_t id, ItipMail **ret)
{
        *ret = NULL;
        return QUERY_FIRST(store, copy_itip, ret,
                        "SELECT id, account, recipient, method, invitee, text, created FROM itip WHERE id = $1",
                        BIND_I(id));
}

int itip_mail_remove(Store *store, int64_t id)
{
        return QUERY_RUN(store, "DELETE FROM itip WHERE id = $1", BIND_I(id));
}
