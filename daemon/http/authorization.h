#pragma once

/*
 * Finds the account that sends a request: by a name and password of the scheme Basic (RFC 7617), by an app
 * password in place of the password, or by a name that a proxy on a unix socket has verified. Passwords are
 * taken only where nobody else on the network can read them (http_request_is_private()). A slow check of a
 * password runs on a worker for HTTP_WORK_LONG; what was verified is remembered (http/verified.h), guessing
 * is slowed down (http/login-limit.h), and all checks together have a budget (http/login-budget.h). The
 * password of an account with a second factor (store/second-factor.h) is taken by forms only, whose caller
 * then asks for a code; the account's programs need app passwords.
 */

#include "base/cleanup.h"
#include "base/clock.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/verified.h"
#include "store/pool.h"

typedef struct Authorization Authorization;

typedef struct AuthorizationOptions {
        const char *store; /* its URL; copied, as are the next two */
        const char *realm; /* without quotes, backslashes and control characters */
        /* field in which a proxy on a unix socket names the account; "" for none */
        const char *proxy_header;
        ZoneTable *zones; /* borrowed, must outlive the Authorization, as must the clock */
        const Clock *clock;
        usec_t remember;        /* how long a verified password is not checked again */
        int n_failures;         /* of a network before the first wait; twice as many of an account */
        usec_t wait_max;        /* of a network; of an account at most AUTHORIZATION_ACCOUNT_WAIT_SECONDS */
        bool basic_without_tls; /* take passwords over any connection */
        /* the sentence for a reader whose connection is not private; NULL for none */
        const char *(*explain_not_private)(const char *language);
} AuthorizationOptions;

enum {
        AUTHORIZATION_E_REFUSED = CONDITIONS_HTTP + 30, /* a wrong name, password or code */
        AUTHORIZATION_E_WAIT = CONDITIONS_HTTP + 31,    /* no password is tried for some time */
};

/* Guessing from many networks makes the owner of an account wait no longer than this. */
enum { AUTHORIZATION_ACCOUNT_WAIT_SECONDS = 60 };

/** authorization_new() - make the shared state; opens no store. Return: 0 or negative errno. */
int authorization_new(const AuthorizationOptions *options, Authorization **ret);
Authorization *authorization_free(Authorization *authorization);
DEFINE_CLEANUP(Authorization, authorization_freep, authorization_free)

/**
 * authorization_check() - find out who sends a request. A handler calls it before anything else, and again
 * when it is called on a worker.
 * @work: the workers on which the handler continues, with one request of an account at a time
 * @ret_store: NULL, or for a connection of authorization_readers() with an open transaction, in which it was
 *             checked that the login holds; set on 0 only, and to NULL if there is none. Give it back.
 *
 * If the request has no valid credentials, it is answered: 401 with WWW-Authenticate; 403 if the connection
 * is not private; 429 with Retry-After after too many failures, without a check of the password; 503
 * with Retry-After if the checks of all clients have used their processor time, or if the store cannot be
 * read.
 *
 * Return: 0 on a worker for @work or, if verified passwords are not remembered, for long work, with *@ret;
 * HTTP_E_DEFERRED or HTTP_E_REPLIED, which the handler returns; negative errno.
 */
int authorization_check(Authorization *authorization, HttpRequest *request, HttpWork work, Login *ret,
                Store **ret_store);

/** authorization_readers() - return the pool of connections that read; borrowed */
StorePool *authorization_readers(const Authorization *authorization);

/**
 * authorization_check_form() - as authorization_check(), for a name and password of a form on a page, with
 * the same limits
 * @name, @password: plain. An app password is refused: it is for programs.
 * @ret_wait:        set on AUTHORIZATION_E_WAIT: the time in microseconds until a password is tried again
 *
 * Return: 0 on a worker, with *@ret, which the caller must not take for a login while `needs_code` is set;
 * AUTHORIZATION_E_REFUSED or AUTHORIZATION_E_WAIT, which the caller shows; HTTP_E_DEFERRED or
 * HTTP_E_REPLIED, which the handler returns; negative errno.
 */
int authorization_check_form(Authorization *authorization, HttpRequest *request, const char *name,
                const char *password, Login *ret, usec_t *ret_wait);

/**
 * authorization_check_code() - take a code of an account's second factor, with limits of its own: a right
 * password does not make wrong codes forgotten
 * @store:    open for writing
 * @account:  whose password was right, or who has signed in
 * @ret_wait: as for authorization_check_form()
 *
 * Return: 0; AUTHORIZATION_E_REFUSED; AUTHORIZATION_E_WAIT; STORE_E_NOT_FOUND: the account has no second
 * factor in use; another condition of the store, negative errno.
 */
int authorization_check_code(Authorization *authorization, HttpRequest *request, Store *store,
                const char *account, const char *code, usec_t *ret_wait);
