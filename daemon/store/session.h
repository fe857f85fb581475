#pragma once

/*
 * Sessions of people who have signed in to the pages of the office with a browser. The browser has a random
 * token; only its SHA-256 is stored. A session ends by itself when it was not used for SESSION_IDLE_SECONDS,
 * and in any case SESSION_SECONDS after the login. A new password of the account ends all its sessions. A
 * pending session is a login that has the right password and still needs a code of the second factor; it
 * opens no page.
 */

#include "base/hash.h"
#include "store/account.h"

enum {
        SESSION_IDLE_SECONDS = 12 * 3600,
        SESSION_SECONDS = 14 * 86400,
        SESSION_PENDING_SECONDS = 600, /* for the second step of a login */
        /* The time of the last use is stored at most this often, so that most uses write nothing. */
        SESSION_USED_SECONDS = 300,
        SESSION_AGENT_SIZE = 257,
        SESSION_CLIENT_SIZE = 64,
        SESSION_HANDLE_SIZE = 17,
};

typedef struct Session {
        char account[ACCOUNT_NAME_SIZE];  /* in lower case */
        char handle[SESSION_HANDLE_SIZE]; /* names the session in lists; gives no access */
        char client[SESSION_CLIENT_SIZE]; /* the address at the login; "" if it is unknown */
        char agent[SESSION_AGENT_SIZE];   /* the User-Agent at the login, cut to this size */
        usec_t created;
        usec_t used; /* at most SESSION_USED_SECONDS before the last use */
        bool is_pending;
} Session;

/**
 * session_add() - store a new session, and remove all that are over
 * @session: its `handle` is ignored; its `used` is the same as `created`; its account must exist
 * @hash:    SHA-256 of the token, hexadecimal
 *
 * Return: 0, a condition of the store, negative errno.
 */
int session_add(Store *store, const Session *session, const char *hash);

/**
 * session_find() - read the session of a token. STORE_E_NOT_FOUND: there is none, or it is over or pending.
 */
int session_find(Store *store, const char *hash, usec_t now, Session *ret);

/** session_find_pending() - read the pending session of a token. STORE_E_NOT_FOUND: there is none. */
int session_find_pending(Store *store, const char *hash, usec_t now, Session *ret);

/** session_used() - store @now as the last use, if the stored one is SESSION_USED_SECONDS older */
int session_used(Store *store, const char *hash, usec_t now);

/** session_end() - end the session of a token; 0 also if there is none */
int session_end(Store *store, const char *hash);

/** session_end_of() - end one session of an account. STORE_E_NOT_FOUND: the account has no such session. */
int session_end_of(Store *store, const char *account, const char *handle);

/** session_end_others() - end all sessions of an account but that of @hash; "" ends all */
int session_end_others(Store *store, const char *account, const char *hash);

/**
 * session_each() - call @on_session for each session of an account that is not over or pending, the newest
 * first
 */
int session_each(Store *store, const char *account, usec_t now,
                int (*on_session)(const Session *session, void *userdata), void *userdata);
