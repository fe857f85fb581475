#include "store/account-token.h"

#include "base/utf8.h"
#include "store/query.h"

#include <string.h>

bool account_label_is_valid(const char *label)
{
        size_t len = strlen(label);
        return len > 0 && len < ACCOUNT_LABEL_SIZE && !strchr(label, '\t') &&
               utf8_plain_prefix(label, len) == len;
}

static int insert(Store *store, const AccountToken *token, const char *hash)
{
        char login[ACCOUNT_NAME_SIZE];
        int64_t id;
        int r = query_count_up(store, "account_token", &id);
        if (r != 0)
                return r;
        account_login(token->account, login);
        r = QUERY_RUN(store,
                        "INSERT INTO account_token (id, account, label, digest, read_only, created, used)"
                        " VALUES ($1, $2, $3, $4, $5, $6, 0)"
                        " ON CONFLICT (account, label) DO NOTHING",
                        BIND_I(id), BIND_T(login), BIND_T(token->label), BIND_T(hash),
                        BIND_I(token->read_only), BIND_I(token->created));
        return r != 0 ? r : query_changed(store) > 0 ? 0 : STORE_E_CONFLICT;
}

int account_token_add(Store *store, const AccountToken *token, const char *hash)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        if (r != 0)
                return r;
        r = insert(store, token, hash);
        if (r == 0)
                r = account_changed(store);
        return store_write_end(&write, r);
}

static void read_row(DbStatement *row, AccountToken *ret)
{
        *ret = (AccountToken){
                .id = db_int(row, 0),
                .read_only = db_int(row, 3) != 0,
                .created = db_int(row, 4),
                .used = db_int(row, 5),
        };
        query_copy_text(row, 1, ret->account, sizeof(ret->account));
        query_copy_text(row, 2, ret->label, sizeof(ret->label));
}

static int copy_row(DbStatement *row, void *userdata)
{
        read_row(row, userdata);
        return 0;
}

int account_token_find(Store *store, const char *hash, AccountToken *ret)
{
        return QUERY_FIRST(store, copy_row, ret,
                        "SELECT id, account, label, read_only, created, used FROM account_token WHERE digest = $1",
                        BIND_T(hash));
}

int account_token_remove(Store *store, const char *account, const char *label)
{
        char login[ACCOUNT_NAME_SIZE];
        StoreWrite write;
        int r = store_write_begin(store, &write);
        if (r != 0)
                return r;
        account_login(account, login);
        r = QUERY_RUN(store, "DELETE FROM account_token WHERE account = $1 AND label = $2", BIND_T(login),
                        BIND_T(label));
        if (r == 0)
                r = query_changed(store) > 0 ? account_changed(store) : STORE_E_NOT_FOUND;
        return store_write_end(&write, r);
}

int account_token_used(Store *store, int64_t id, usec_t now)
{
        usec_t before = now - (usec_t)ACCOUNT_TOKEN_USED_SECONDS * USEC_PER_SEC;
        return QUERY_RUN(store, "UPDATE account_token SET used = $1 WHERE id = $2 AND used < $3",
                        BIND_I(now), BIND_I(id), BIND_I(before));
}

typedef struct EachToken {
        int (*on_token)(const AccountToken *token, void *userdata);
        void *userdata;
} EachToken;

static int visit_row(DbStatement *row, void *userdata)
{
        const EachToken *each = userdata;
        AccountToken token;
        read_row(row, &token);
        return each->on_token(&token, each->userdata);
}

int account_token_each(Store *store, const char *account,
                int (*on_token)(const AccountToken *token, void *userdata), void *userdata)
{
        EachToken each = { on_token, userdata };
        char login[ACCOUNT_NAME_SIZE];
        account_login(account, login);
        return QUERY_EACH(store, visit_row, &each,
                        "SELECT id, account, label, read_only, created, used FROM account_token"
                        " WHERE account = $1 ORDER BY label",
                        BIND_T(login));
}
