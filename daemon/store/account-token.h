#pragma once

/*
 * App passwords: each program of a person has its own, which can be revoked alone. Only the hash is stored
 * (base/app-password.h).
 */

#include "base/app-password.h"
#include "store/account.h"

enum {
        ACCOUNT_LABEL_SIZE = 65,
        /* The time of the last use is stored at most this often, so that most uses write nothing. */
        ACCOUNT_TOKEN_USED_SECONDS = 3600,
};

typedef struct AccountToken {
        int64_t id;
        char account[ACCOUNT_NAME_SIZE]; /* in lower case */
        char label[ACCOUNT_LABEL_SIZE];
        bool read_only;
        usec_t created;
        usec_t used; /* 0: never; at most ACCOUNT_TOKEN_USED_SECONDS before the last use */
} AccountToken;

/** account_label_is_valid() - whether a label has 1 to 64 bytes of UTF-8 without control characters */
bool account_label_is_valid(const char *label);

/**
 * account_token_add() - add an app password
 * @token: its `id` and `used` are ignored; its account must exist
 * @hash:  of app_password_hash()
 *
 * Return: 0; STORE_E_CONFLICT: the account has this label already; a condition of the store, negative errno.
 */
int account_token_add(Store *store, const AccountToken *token, const char *hash);

/** account_token_find() - the app password with a hash. STORE_E_NOT_FOUND: there is none. */
int account_token_find(Store *store, const char *hash, AccountToken *ret);

/** account_token_remove() - revoke the app password with a label. STORE_E_NOT_FOUND: there is none. */
int account_token_remove(Store *store, const char *account, const char *label);

/**
 * account_token_used() - store @now as the last use, if the stored last use is more than
 * ACCOUNT_TOKEN_USED_SECONDS before @now
 */
int account_token_used(Store *store, int64_t id, usec_t now);

/** account_token_each() - call @on_token for each app password of an account, in order of label */
int account_token_each(Store *store, const char *account,
                int (*on_token)(const AccountToken *token, void *userdata), void *userdata);
