#pragma once

/*
 * Accounts of the people who use the calendar with programs of their own. The name of an account is unique
 * without regard to case, because a telephone may capitalize it. Passwords are stored as hashes
 * (base/password.h); this module hashes nothing.
 */

#include "base/password.h"
#include "store/address-fold.h"
#include "store/store.h"

enum { ACCOUNT_NAME_SIZE = 65 };

/** Roles, as they are stored. account-right.h says what each may do. */
typedef enum AccountRole {
        ACCOUNT_READER = 1,
        ACCOUNT_EDITOR = 2,
        ACCOUNT_ADMIN = 3,
} AccountRole;

typedef struct Account {
        char name[ACCOUNT_NAME_SIZE]; /* as it was added */
        AccountRole role;
        char password[PASSWORD_HASH_SIZE]; /* the hash; "" if the account has app passwords only */
        char mail[ADDRESS_SIZE];           /* the person's mail address, as it was given; "" for none */
        usec_t created;
        usec_t changed;         /* when the password was set */
        bool has_second_factor; /* in use (store/second-factor.h); account_add() ignores it */
} Account;

/**
 * account_name_is_valid() - whether a name has 1 to 64 characters of [A-Za-z0-9._-] and begins with a letter
 * or a digit. The name is a segment of WebDAV paths, which clients compare as text. A mail address is not
 * valid, because some clients write its @ as %40 in a path.
 */
bool account_name_is_valid(const char *name);

/** account_role_name() - "reader", "editor" or "admin"; NULL for another number */
const char *account_role_name(AccountRole role);

/** account_role_of() - the role of a name. Return: false if there is none. */
bool account_role_of(const char *name, AccountRole *ret);

/**
 * account_version() - a number that rises with each change of an account, an app password or a right. The
 * result of an earlier login may be used again while the number stays the same.
 */
int account_version(Store *store, int64_t *ret);

/** account_changed() - raise the number of account_version(); for account-token.c and account-right.c */
int account_changed(Store *store);

/**
 * account_add() - add an account, whose name must be valid, as must its mail address if it has one
 * (card_email_valid()). STORE_E_CONFLICT: another account has the name or the mail address.
 */
int account_add(Store *store, const Account *account);

/** account_get() - read an account; the case of @name is ignored. STORE_E_NOT_FOUND: there is none. */
int account_get(Store *store, const char *name, Account *ret);

/**
 * account_find_mail() - read the account with a mail address, in any spelling that address_fold() takes for
 * the same. STORE_E_NOT_FOUND: there is none.
 */
int account_find_mail(Store *store, const char *mail, Account *ret);

/**
 * account_set_mail() - give an account another mail address; "" removes it. STORE_E_NOT_FOUND: there is no
 * such account; STORE_E_CONFLICT: another account has the address.
 */
int account_set_mail(Store *store, const char *name, const char *mail);

/**
 * account_set_password() - store the hash of a new password, and end the account's sessions
 * (store/session.h); "" removes the password. STORE_E_NOT_FOUND: there is no such account.
 */
int account_set_password(Store *store, const char *name, const char *hash, usec_t now);

/** account_set_role() - give an account another role. STORE_E_NOT_FOUND: there is no such account. */
int account_set_role(Store *store, const char *name, AccountRole role);

/**
 * account_remove() - remove an account with its app passwords and rights. STORE_E_NOT_FOUND: there is no
 * such account.
 */
int account_remove(Store *store, const char *name);

/** account_each() - call @on_account for each account, in order of name, as query_each() does */
int account_each(Store *store, int (*on_account)(const Account *account, void *userdata), void *userdata);

/** account_login() - write the form of a name that is the key in the store: lower case, at most 64 bytes */
void account_login(const char *name, char ret[static ACCOUNT_NAME_SIZE]);
