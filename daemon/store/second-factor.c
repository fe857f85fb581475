#include "store/second-factor.h"

#include "store/query.h"

#include <string.h>

static int copy_row(DbStatement *row, void *userdata)
{
        SecondFactor *ret = userdata;
        *ret = (SecondFactor){
                .confirmed = db_int(row, 1), .period = db_int(row, 2), .n_codes = db_int(row, 3)
        };
        query_copy_text(row, 0, ret->secret, sizeof(ret->secret));
        return 0;
}

int second_factor_get(Store *store, const char *account, SecondFactor *ret)
{
        char login[ACCOUNT_NAME_SIZE];
        account_login(account, login);
        return QUERY_FIRST(store, copy_row, ret,
                        "SELECT secret, confirmed, period,"
                        " (SELECT count(*) FROM recovery_code WHERE recovery_code.account = second_factor.account)"
                        " FROM second_factor WHERE account = $1",
                        BIND_T(login));
}

int second_factor_propose(Store *store, const char *account)
{
        char login[ACCOUNT_NAME_SIZE], secret[TOTP_SECRET_SIZE];
        account_login(account, login);
        int r = totp_make_secret(secret);
        if (r == 0)
                r = QUERY_RUN(store,
                                "INSERT INTO second_factor (account, secret, confirmed, period) VALUES ($1, $2, 0, 0)"
                                " ON CONFLICT (account) DO UPDATE SET secret = excluded.secret"
                                " WHERE second_factor.confirmed = 0",
                                BIND_T(login), BIND_T(secret));
        explicit_bzero(secret, sizeof(secret));
        return r != 0 ? r : query_changed(store) > 0 ? 0 : STORE_E_CONFLICT;
}

static int add_code(Store *store, const char *login, char ret[static APP_PASSWORD_SIZE])
{
        char hash[HASH_HEX_SIZE];
        int r = app_password_make(ret);
        if (r != 0)
                return r;
        app_password_hash(ret, hash);
        return QUERY_RUN(store, "INSERT INTO recovery_code (account, digest) VALUES ($1, $2)", BIND_T(login),
                        BIND_T(hash));
}

static int replace_codes(Store *store, const char *login, RecoveryCodes *ret)
{
        int r = QUERY_RUN(store, "DELETE FROM recovery_code WHERE account = $1", BIND_T(login));
        for (size_t i = 0; r == 0 && i < SECOND_FACTOR_CODES; i++)
                r = add_code(store, login, ret->codes[i]);
        return r;
}

/* Notes the period of a code, unless a code of it or of a later one was taken. */
static int take_period(Store *store, const char *login, int64_t period)
{
        int r = QUERY_RUN(store, "UPDATE second_factor SET period = $2 WHERE account = $1 AND period < $2",
                        BIND_T(login), BIND_I(period));
        return r != 0 ? r : query_changed(store) > 0 ? 0 : SECOND_FACTOR_E_WRONG;
}

static int take_recovery_code(Store *store, const char *login, const char *hash)
{
        int r = QUERY_RUN(store, "DELETE FROM recovery_code WHERE account = $1 AND digest = $2",
                        BIND_T(login), BIND_T(hash));
        return r != 0 ? r : query_changed(store) > 0 ? 0 : SECOND_FACTOR_E_WRONG;
}

static int confirm(Store *store, const char *login, const char *code, usec_t now, RecoveryCodes *ret)
{
        SecondFactor factor;
        int64_t period;
        int r = second_factor_get(store, login, &factor);
        if (r == 0 && factor.confirmed)
                r = STORE_E_NOT_FOUND;
        if (r == 0)
                r = totp_check(factor.secret, code, now, &period) ? take_period(store, login, period)
                                                                  : SECOND_FACTOR_E_WRONG;
        explicit_bzero(&factor, sizeof(factor));
        if (r == 0)
                r = QUERY_RUN(store, "UPDATE second_factor SET confirmed = $2 WHERE account = $1",
                                BIND_T(login), BIND_I(now));
        if (r == 0)
                r = replace_codes(store, login, ret);
        return r != 0 ? r : account_changed(store);
}

int second_factor_confirm(
                Store *store, const char *account, const char *code, usec_t now, RecoveryCodes *ret)
{
        char login[ACCOUNT_NAME_SIZE];
        StoreWrite write;
        int r = store_write_begin(store, &write);
        if (r != 0)
                return r;
        account_login(account, login);
        return store_write_end(&write, confirm(store, login, code, now, ret));
}

static int check(Store *store, const char *login, const char *code, usec_t now)
{
        char hash[HASH_HEX_SIZE];
        SecondFactor factor;
        int64_t period;
        int r = second_factor_get(store, login, &factor);
        if (r == 0 && !factor.confirmed)
                r = STORE_E_NOT_FOUND;
        if (r == 0)
                r = totp_check(factor.secret, code, now, &period) ? take_period(store, login, period)
                    : app_password_hash(code, hash)               ? take_recovery_code(store, login, hash)
                                                                  : SECOND_FACTOR_E_WRONG;
        explicit_bzero(&factor, sizeof(factor));
        return r;
}

int second_factor_check(Store *store, const char *account, const char *code, usec_t now)
{
        char login[ACCOUNT_NAME_SIZE];
        StoreWrite write;
        int r = store_write_begin(store, &write);
        if (r != 0)
                return r;
        account_login(account, login);
        return store_write_end(&write, check(store, login, code, now));
}

static int renew(Store *store, const char *login, RecoveryCodes *ret)
{
        SecondFactor factor;
        int r = second_factor_get(store, login, &factor);
        if (r == 0 && !factor.confirmed)
                r = STORE_E_NOT_FOUND;
        explicit_bzero(&factor, sizeof(factor));
        return r != 0 ? r : replace_codes(store, login, ret);
}

int second_factor_renew(Store *store, const char *account, RecoveryCodes *ret)
{
        char login[ACCOUNT_NAME_SIZE];
        StoreWrite write;
        int r = store_write_begin(store, &write);
        if (r != 0)
                return r;
        account_login(account, login);
        return store_write_end(&write, renew(store, login, ret));
}

static int remove_rows(Store *store, const char *login)
{
        int r = QUERY_RUN(store, "DELETE FROM recovery_code WHERE account = $1", BIND_T(login));
        if (r == 0)
                r = QUERY_RUN(store, "DELETE FROM second_factor WHERE account = $1", BIND_T(login));
        if (r == 0 && query_changed(store) == 0)
                r = STORE_E_NOT_FOUND;
        return r != 0 ? r : account_changed(store);
}

int second_factor_remove(Store *store, const char *account)
{
        char login[ACCOUNT_NAME_SIZE];
        StoreWrite write;
        int r = store_write_begin(store, &write);
        if (r != 0)
                return r;
        account_login(account, login);
        return store_write_end(&write, remove_rows(store, login));
}
