#pragma once

/*
 * Remembers verified passwords for some minutes, so that many requests cost one slow hash. A password is
 * kept as a keyed hash (HMAC-SHA256) whose key is random and only in memory. A remembered password is valid
 * while account_version() is the same. Its place in the table is used again when another password needs it.
 * The table has a constant size. Any thread may call these functions.
 */

#include "base/cleanup.h"
#include "base/hash.h"
#include "base/time.h"
#include "store/account.h"

typedef struct Verified Verified;

enum { VERIFIED_ANY_VERSION = -1 };

/** The account that has signed in. */
typedef struct Login {
        char name[ACCOUNT_NAME_SIZE]; /* of the account, as it was added */
        AccountRole role;
        bool read_only;  /* an app password that may only read */
        int64_t token;   /* the id of the app password; 0 for the account's own password or a proxy */
        bool needs_code; /* the account's own password, which does not do without the second factor */
        char mail[ADDRESS_SIZE]; /* of the account; "" for none */
} Login;

/** verified_new() - make an empty table. Return: 0 or negative errno. */
int verified_new(Verified **ret);
Verified *verified_free(Verified *verified);
DEFINE_CLEANUP(Verified, verified_freep, verified_free)

/**
 * verified_hash() - the keyed hash of a name and a password, by which the functions below know the pair
 *
 * A request makes it once: it is the most expensive part of finding a remembered password.
 */
void verified_hash(const Verified *verified, const char *name, const char *password,
                char ret[static HASH_HEX_SIZE]);

/**
 * verified_find() - find a password that was verified
 * @hash:    of the name and the password
 * @version: account_version(); with VERIFIED_ANY_VERSION the result is only a hint that the password is
 *           remembered, since an account may have changed
 * @now:     monotonic
 * @ret:     set only if the password is found
 *
 * Return: whether it is remembered.
 */
bool verified_find(Verified *verified, const char *hash, int64_t version, usec_t now, Login *ret);

/**
 * verified_was_right() - whether a password was verified, perhaps longer ago than it is remembered, or
 * before the accounts changed. The result must give no right but to have the password checked.
 */
bool verified_was_right(Verified *verified, const char *hash);

/** verified_forget() - forget a password that is no longer right */
void verified_forget(Verified *verified, const char *hash);

/** verified_keep() - remember a verified password until @until, monotonic */
void verified_keep(Verified *verified, const char *hash, int64_t version, usec_t until, const Login *login);

/** verified_key() - a number for a name and password, so that equal ones are checked one after the other */
uint64_t verified_key(const char *hash);
