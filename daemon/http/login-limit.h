#pragma once

/*
 * Slows down the guessing of passwords. After some failures of a key, which is a client's network or an
 * account, each further failure doubles the time in which no password is tried for the key. Only the keys
 * that have failed lately are in memory, in a table of constant size. Time is an argument. Any thread may
 * call these functions.
 */

#include "base/cleanup.h"
#include "base/time.h"

typedef struct LoginLimit LoginLimit;

typedef struct LoginLimitOptions {
        int n_free;      /* failures before the first wait */
        usec_t wait_max; /* the longest wait; a key is forgotten this long after the end of its last wait */
} LoginLimitOptions;

enum { LOGIN_LIMIT_FIRST_WAIT_SECONDS = 1 };

/** login_limit_new() - make an empty table; @options are copied. Return: 0 or negative errno. */
int login_limit_new(const LoginLimitOptions *options, LoginLimit **ret);
LoginLimit *login_limit_free(LoginLimit *limit);
DEFINE_CLEANUP(LoginLimit, login_limit_freep, login_limit_free)

/**
 * login_limit_wait() - how long no password is tried for a key, in microseconds; 0 if one may be tried now
 * @key: any text, such as an address; a client may choose it freely
 * @now: monotonic
 */
usec_t login_limit_wait(LoginLimit *limit, const char *key, usec_t now);

/** login_limit_fail() - count a wrong password */
void login_limit_fail(LoginLimit *limit, const char *key, usec_t now);

/** login_limit_forget() - forget the failures of a key after a right password */
void login_limit_forget(LoginLimit *limit, const char *key);
