/* The replies to refused requests need only the realm and the texts, no account and no password. */

#include "http/authorization-internal.h"

#include "base/log.h"

#include <inttypes.h>
#include <stdio.h>

/* Until a client should ask again if the store cannot be read. */
enum { STORE_WAIT_SECONDS = 5 };

/* http_reply_error() returns 0 if it has replied, but a caller here must know that a reply was sent. */
static int replied(int r)
{
        return r < 0 ? r : HTTP_E_REPLIED;
}

int authorization_reply_unauthorized(const Authorization *a, HttpRequest *request)
{
        char challenge[REALM_BYTES + 64];
        const HttpHeader headers[] = { { "WWW-Authenticate", challenge }, { "Cache-Control", "no-store" },
                { NULL, NULL } };
        snprintf(challenge, sizeof(challenge), "Basic realm=\"%s\", charset=\"UTF-8\"", a->realm);
        return replied(http_reply_error_with(request, STATUS_UNAUTHORIZED, NULL, headers));
}

/* The reply has no challenge, because a program would answer it with a password that others can read. */
int authorization_reply_not_private(const Authorization *a, HttpRequest *request)
{
        const char *language = http_request_language(request, NULL);
        const char *text = a->options.explain_not_private ? a->options.explain_not_private(language) : NULL;
        return replied(http_reply_error(request, STATUS_FORBIDDEN, text));
}

int authorization_reply_wait(HttpRequest *request, int status, usec_t wait)
{
        char seconds[24];
        const HttpHeader headers[] = { { "Retry-After", seconds }, { "Cache-Control", "no-store" },
                { NULL, NULL } };
        snprintf(seconds, sizeof(seconds), "%" PRId64, wait / USEC_PER_SEC + 1);
        return replied(http_reply_error_with(request, status, NULL, headers));
}

int authorization_reply_failure(Store *store, HttpRequest *request, int r)
{
        if (r < 0)
                return r;
        log_error("sign-in: the store cannot be read: %s",
                        store ? store_explain(store, r) : "it cannot be opened");
        return authorization_reply_wait(request, STATUS_UNAVAILABLE, STORE_WAIT_SECONDS * USEC_PER_SEC);
}
