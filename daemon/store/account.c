#include "store/account.h"

#include "store/query.h"

#include <ctype.h>
#include <string.h>

#define ACCOUNT_COLUMNS                                                                                     \
        "name, role, password, created, changed, mail,"                                                     \
        " (SELECT count(*) FROM second_factor WHERE account = login AND confirmed > 0)"

static const char *const role_names[] = {
        [ACCOUNT_READER] = "reader", [ACCOUNT_EDITOR] = "editor", [ACCOUNT_ADMIN] = "admin"
};

enum { N_ROLES = sizeof(role_names) / sizeof(role_names[0]) };

bool account_name_is_valid(const char *name)
{
        static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
        size_t len = strlen(name);
        return len > 0 && len < ACCOUNT_NAME_SIZE && strspn(name, allowed) == len && !strchr("._-", name[0]);
}

const char *account_role_name(AccountRole role)
{
        return (int)role > 0 && (int)role < N_ROLES ? role_names[role] : NULL;
}

bool account_role_of(const char *name, AccountRole *ret)
{
        for (int role = ACCOUNT_READER; role < N_ROLES; role++)
                if (strcmp(role_names[role], name) == 0) {
                        *ret = (AccountRole)role;
                        return true;
                }
        return false;
}

void account_login(const char *name, char ret[static ACCOUNT_NAME_SIZE])
{
        size_t len = 0;
        for (; name[len] && len < ACCOUNT_NAME_SIZE - 1; len++)
                ret[len] = (char)tolower((unsigned char)name[len]);
        ret[len] = '\0';
}

int account_version(Store *store, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0, "SELECT value FROM counter WHERE name = $1", BIND_T("account"));
}

int account_changed(Store *store)
{
        int64_t version;
        return query_count_up(store, "account", &version);
}

/* Ends the transaction of a statement that must change a row. @otherwise: the result if it changed none. */
static int end_change(StoreWrite *write, int r, int otherwise)
{
        if (r == 0 && query_changed(write->store) == 0)
                r = otherwise;
        if (r == 0)
                r = account_changed(write->store);
        return store_write_end(write, r);
}

int account_add(Store *store, const Account *account)
{
        char login[ACCOUNT_NAME_SIZE], address[ADDRESS_SIZE];
        StoreWrite write;
        int r = store_write_begin(store, &write);
        if (r != 0)
                return r;
        account_login(account->name, login);
        address_fold(account->mail, address);
        r = QUERY_RUN(store,
                        "INSERT INTO account (login, name, role, password, created, changed, mail, address)"
                        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
                        " ON CONFLICT DO NOTHING",
                        BIND_T(login), BIND_T(account->name), BIND_I(account->role),
                        BIND_T(account->password), BIND_I(account->created), BIND_I(account->changed),
                        BIND_T(account->mail), BIND_T(address));
        return end_change(&write, r, STORE_E_CONFLICT);
}

static void read_row(DbStatement *row, Account *ret)
{
        *ret = (Account){
                .role = (AccountRole)db_int(row, 1),
                .created = db_int(row, 3),
                .changed = db_int(row, 4),
                .has_second_factor = db_int(row, 6) > 0,
        };
        query_copy_text(row, 0, ret->name, sizeof(ret->name));
        query_copy_text(row, 2, ret->password, sizeof(ret->password));
        query_copy_text(row, 5, ret->mail, sizeof(ret->mail));
}

static int copy_row(DbStatement *row, void *userdata)
{
        read_row(row, userdata);
        return 0;
}

int account_get(Store *store, const char *name, Account *ret)
{
        char login[ACCOUNT_NAME_SIZE];
        if (!account_name_is_valid(name))
                return STORE_E_NOT_FOUND;
        account_login(name, login);
        return QUERY_FIRST(store, copy_row, ret, "SELECT " ACCOUNT_COLUMNS " FROM account WHERE login = $1",
                        BIND_T(login));
}

int account_find_mail(Store *store, const char *mail, Account *ret)
{
        char address[ADDRESS_SIZE];
        address_fold(mail, address);
        return QUERY_FIRST(store, copy_row, ret,
                        "SELECT " ACCOUNT_COLUMNS " FROM account WHERE address = $1 AND address <> ''",
                        BIND_T(address));
}

static int set_mail(Store *store, const char *login, const char *mail)
{
        char address[ADDRESS_SIZE];
        int64_t others = 0;
        address_fold(mail, address);
        int r = QUERY_NUMBER(store, &others, 0,
                        "SELECT count(*) FROM account WHERE address = $1 AND address <> '' AND login <> $2",
                        BIND_T(address), BIND_T(login));
        if (r != 0 || others > 0)
                return r != 0 ? r : STORE_E_CONFLICT;
        return QUERY_RUN(store, "UPDATE account SET mail = $1, address = $2 WHERE login = $3", BIND_T(mail),
                        BIND_T(address), BIND_T(login));
}

int account_set_mail(Store *store, const char *name, const char *mail)
{
        char login[ACCOUNT_NAME_SIZE];
        StoreWrite write;
        int r = store_write_begin(store, &write);
        if (r != 0)
                return r;
        account_login(name, login);
        return end_change(&write, set_mail(store, login, mail), STORE_E_NOT_FOUND);
}

int account_set_password(Store *store, const char *name, const char *hash, usec_t now)
{
        char login[ACCOUNT_NAME_SIZE];
        StoreWrite write;
        int r = store_write_begin(store, &write);
        if (r != 0)
                return r;
        account_login(name, login);
        r = QUERY_RUN(store, "DELETE FROM session WHERE account = $1", BIND_T(login));
        if (r == 0)
                r = QUERY_RUN(store, "UPDATE account SET password = $1, changed = $2 WHERE login = $3",
                                BIND_T(hash), BIND_I(now), BIND_T(login));
        return end_change(&write, r, STORE_E_NOT_FOUND);
}

int account_set_role(Store *store, const char *name, AccountRole role)
{
        char login[ACCOUNT_NAME_SIZE];
        StoreWrite write;
        int r = store_write_begin(store, &write);
        if (r != 0)
                return r;
        account_login(name, login);
        r = QUERY_RUN(store, "UPDATE account SET role = $1 WHERE login = $2", BIND_I(role), BIND_T(login));
        return end_change(&write, r, STORE_E_NOT_FOUND);
}

int account_remove(Store *store, const char *name)
{
        char login[ACCOUNT_NAME_SIZE];
        StoreWrite write;
        int r = store_write_begin(store, &write);
        if (r != 0)
                return r;
        account_login(name, login);
        r = QUERY_RUN(store, "DELETE FROM property WHERE account = $1", BIND_T(login));
        if (r == 0)
                r = QUERY_RUN(store, "DELETE FROM account WHERE login = $1", BIND_T(login));
        return end_change(&write, r, STORE_E_NOT_FOUND);
}

typedef struct Each {
        int (*on_account)(const Account *account, void *userdata);
        void *userdata;
} Each;

static int visit_row(DbStatement *row, void *userdata)
{
        const Each *each = userdata;
        Account account;
        read_row(row, &account);
        return each->on_account(&account, each->userdata);
}

int account_each(Store *store, int (*on_account)(const Account *account, void *userdata), void *userdata)
{
        Each each = { on_account, userdata };
        return query_each(store, SQL("SELECT " ACCOUNT_COLUMNS " FROM account ORDER BY login"), NULL, 0,
                        visit_row, &each);
}
