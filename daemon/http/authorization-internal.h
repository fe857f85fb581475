#pragma once

/* Inside http/authorization* only: the state of the sign-in, and the replies to requests that it refuses. */

#include "http/authorization.h"
#include "http/login-budget.h"
#include "http/login-limit.h"

enum {
        REALM_BYTES = 128,
        FIELD_BYTES = 64,
};

/* Statuses of HTTP. The library has names for them, but this file does not use it. */
enum { STATUS_UNAUTHORIZED = 401, STATUS_FORBIDDEN = 403, STATUS_TOO_MANY = 429, STATUS_UNAVAILABLE = 503 };

struct Authorization {
        AuthorizationOptions options; /* whose strings are below */
        char *store;
        char realm[REALM_BYTES], proxy_header[FIELD_BYTES];
        StorePool *pool;
        Verified *verified;
        LoginLimit *networks, *accounts, *codes;
        LoginBudget *budget;
};

/*
 * Each of these functions sends a reply. Return: HTTP_E_REPLIED or negative errno.
 */

/** authorization_reply_unauthorized() - ask for a name and a password */
int authorization_reply_unauthorized(const Authorization *a, HttpRequest *request);

/** authorization_reply_not_private() - refuse a password over a connection that others can read */
int authorization_reply_not_private(const Authorization *a, HttpRequest *request);

/**
 * authorization_reply_wait() - ask the client to try again later
 * @status: STATUS_TOO_MANY after failures of this client, STATUS_UNAVAILABLE because of those of others
 * @wait:   microseconds
 */
int authorization_reply_wait(HttpRequest *request, int status, usec_t wait);

/**
 * authorization_reply_failure() - log that the store cannot be read, and ask the client to try again later
 * @store: NULL if it cannot be opened
 * @r:     the store's condition; negative errno is returned without a reply
 */
int authorization_reply_failure(Store *store, HttpRequest *request, int r);
