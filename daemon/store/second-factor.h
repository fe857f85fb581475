#pragma once

/*
 * The second factor of an account: a secret of one-time passwords by time (base/totp.h), and recovery codes,
 * each of which stands for one such password once. Only the hashes of recovery codes are stored. A secret is
 * in use once a first code has confirmed it; until then it is a proposal, which another one replaces. Each
 * code is taken once: the period of the last one is stored (RFC 6238, 5.2).
 */

#include "base/app-password.h"
#include "base/totp.h"
#include "store/account.h"

enum {
        SECOND_FACTOR_CODES = 10,
        SECOND_FACTOR_E_WRONG = CONDITIONS_STORE + 80, /* a wrong code, or one that was used */
};

typedef struct SecondFactor {
        char secret[TOTP_SECRET_SIZE];
        usec_t confirmed; /* since when it is in use; 0: not yet */
        int64_t period;   /* of the last code that was taken */
        int64_t n_codes;  /* recovery codes that are left */
} SecondFactor;

/** New recovery codes, to be shown once, and then overwritten by explicit_bzero(). */
typedef struct RecoveryCodes {
        char codes[SECOND_FACTOR_CODES][APP_PASSWORD_SIZE];
} RecoveryCodes;

/** second_factor_get() - read the second factor of an account. STORE_E_NOT_FOUND: it has none. */
int second_factor_get(Store *store, const char *account, SecondFactor *ret);

/**
 * second_factor_propose() - make a secret for an account, which replaces one that is not in use
 * STORE_E_CONFLICT: the account has a second factor in use.
 */
int second_factor_propose(Store *store, const char *account);

/**
 * second_factor_confirm() - take the proposed secret into use, by its first code
 * @ret: the recovery codes; the caller must overwrite them in every case
 *
 * Return: 0; SECOND_FACTOR_E_WRONG; STORE_E_NOT_FOUND: no secret is proposed; a condition of the store,
 * negative errno.
 */
int second_factor_confirm(
                Store *store, const char *account, const char *code, usec_t now, RecoveryCodes *ret);

/**
 * second_factor_check() - take a code of the app, or a recovery code, which is used up by that
 * @code: as a person typed it
 *
 * Return: 0; SECOND_FACTOR_E_WRONG; STORE_E_NOT_FOUND: the account has no second factor in use; a condition
 * of the store, negative errno.
 */
int second_factor_check(Store *store, const char *account, const char *code, usec_t now);

/** second_factor_renew() - replace all recovery codes of a second factor in use; @ret as above */
int second_factor_renew(Store *store, const char *account, RecoveryCodes *ret);

/** second_factor_remove() - remove the second factor. STORE_E_NOT_FOUND: the account has none. */
int second_factor_remove(Store *store, const char *account);
