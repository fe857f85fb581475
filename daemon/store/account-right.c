#include "store/account-right.h"

#include "store/collection.h"
#include "store/query.h"

#include <string.h>

static const char *const access_names[] = {
        [ACCOUNT_NO_ACCESS] = "none", [ACCOUNT_READ] = "read", [ACCOUNT_WRITE] = "write"
};

enum { N_ACCESSES = sizeof(access_names) / sizeof(access_names[0]), NO_RIGHT = -1 };

const char *account_access_name(AccountAccess access)
{
        return (int)access >= 0 && (int)access < N_ACCESSES ? access_names[access] : "none";
}

bool account_access_of(const char *name, AccountAccess *ret)
{
        for (int access = 0; access < N_ACCESSES; access++)
                if (strcmp(access_names[access], name) == 0) {
                        *ret = (AccountAccess)access;
                        return true;
                }
        return false;
}

AccountAccess account_role_access(AccountRole role, bool is_personal)
{
        switch (role) {
        case ACCOUNT_READER:
                return is_personal ? ACCOUNT_NO_ACCESS : ACCOUNT_READ;
        case ACCOUNT_EDITOR:
        case ACCOUNT_ADMIN:
                return ACCOUNT_WRITE;
        }
        return ACCOUNT_NO_ACCESS;
}

static int set_right(Store *store, const char *account, const char *collection, AccountAccess access)
{
        char login[ACCOUNT_NAME_SIZE];
        Account known;
        Collection there;
        int r = account_get(store, account, &known);
        if (r == 0)
                r = collection_get(store, collection, &there);
        if (r != 0)
                return r;
        account_login(account, login);
        r = QUERY_RUN(store,
                        "INSERT INTO account_right (account, collection, access)"
                        " VALUES ($1, $2, $3)"
                        " ON CONFLICT (account, collection) DO UPDATE SET access = excluded.access",
                        BIND_T(login), BIND_T(collection), BIND_I(access));
        return r != 0 ? r : account_changed(store);
}

int account_grant(Store *store, const char *account, const char *collection, AccountAccess access)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, set_right(store, account, collection, access));
}

int account_grant_default(Store *store, const char *account, const char *collection)
{
        char login[ACCOUNT_NAME_SIZE];
        StoreWrite write;
        int r = store_write_begin(store, &write);
        if (r != 0)
                return r;
        account_login(account, login);
        r = QUERY_RUN(store, "DELETE FROM account_right WHERE account = $1 AND collection = $2",
                        BIND_T(login), BIND_T(collection));
        if (r == 0)
                r = query_changed(store) > 0 ? account_changed(store) : STORE_E_NOT_FOUND;
        return store_write_end(&write, r);
}

/* Returns the access of an account that has no right of its own for the collection. */
static AccountAccess default_access(const Account *account, const char *login, const Collection *collection)
{
        if (collection->owner[0])
                return strcmp(collection->owner, login) == 0 ? ACCOUNT_WRITE : ACCOUNT_NO_ACCESS;
        /* The office may keep an offer in no list (calendar/offer.h), so readers do not see any here. */
        bool is_personal = collection->is_cards || strcmp(collection->name, COLLECTION_MEETINGS) == 0 ||
                           strcmp(collection->name, COLLECTION_OFFERS) == 0;
        return account_role_access(account->role, is_personal);
}

static bool decides_by_role(const Account *account, const char *login, const Collection *collection)
{
        return collection->owner[0] ? strcmp(collection->owner, login) == 0 : account->role == ACCOUNT_ADMIN;
}

int account_access_to(Store *store, const Account *account, const Collection *collection, AccountAccess *ret)
{
        char login[ACCOUNT_NAME_SIZE];
        int64_t own = NO_RIGHT;
        int r = 0;
        account_login(account->name, login);
        if (!decides_by_role(account, login, collection))
                r = QUERY_NUMBER(store, &own, NO_RIGHT,
                                "SELECT access FROM account_right WHERE account = $1 AND collection = $2",
                                BIND_T(login), BIND_T(collection->name));
        if (r == 0)
                *ret = own != NO_RIGHT ? (AccountAccess)own : default_access(account, login, collection);
        return r;
}

int account_access(Store *store, const Account *account, const char *collection, AccountAccess *ret)
{
        Collection there;
        int r = collection_get(store, collection, &there);
        return r != 0 ? r : account_access_to(store, account, &there, ret);
}

typedef struct EachRight {
        int (*on_right)(const char *collection, AccountAccess access, void *userdata);
        void *userdata;
} EachRight;

static int visit_row(DbStatement *row, void *userdata)
{
        const EachRight *each = userdata;
        return each->on_right(db_text(row, 0, NULL), (AccountAccess)db_int(row, 1), each->userdata);
}

int account_right_each(Store *store, const char *account,
                int (*on_right)(const char *collection, AccountAccess access, void *userdata),
                void *userdata)
{
        EachRight each = { on_right, userdata };
        char login[ACCOUNT_NAME_SIZE];
        account_login(account, login);
        return QUERY_EACH(store, visit_row, &each,
                        "SELECT collection, access FROM account_right WHERE account = $1 ORDER BY collection",
                        BIND_T(login));
}
