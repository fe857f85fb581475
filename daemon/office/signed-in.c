#include "office/signed-in.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

#define COOKIE "office"

/* The reply waits no longer than this for the store to note the use of a session. */
enum { USED_PATIENCE_MSEC = 100 };

static int set_cookie(OfficeCall *call, const char *token)
{
        const HttpCookieOptions options = {
                .path = "/office",
                .seconds = SESSION_SECONDS,
                .is_secure = http_request_is_https(call->request),
        };
        return http_request_set_cookie_with(call->request, COOKIE, token, &options);
}

/* Reads the hash of the browser's token, and the secret of its forms. Return: false without a token. */
static bool read_token(OfficeCall *call)
{
        const char *token = http_request_cookie(call->request, COOKIE);
        if (!token || strlen(token) != TOKEN_SIZE - 1)
                return false;
        hash_hex(token, TOKEN_SIZE - 1, call->hash);
        hash_keyed(token, "form", strlen("form"), call->csrf);
        return true;
}

/*
 * Stores the last use, on a connection for writing, which is closed then because its patience is short. The
 * reply does not depend on it.
 */
static void note_use(const OfficeCall *call)
{
        Store *store = NULL;
        if (call->now - call->session.used <= (usec_t)SESSION_USED_SECONDS * USEC_PER_SEC ||
                        store_pool_take(call->parts->writers, &store, NULL) != 0)
                return;
        store_set_patience(store, USED_PATIENCE_MSEC * USEC_PER_MSEC);
        (void)session_used(store, call->hash, call->now);
        store_pool_drop(call->parts->writers, store);
}

int signed_in_find(OfficeCall *call)
{
        if (!read_token(call))
                return OFFICE_E_SIGNED_OUT;
        int r = session_find(call->store, call->hash, call->now, &call->session);
        if (r == 0)
                r = account_get(call->store, call->session.account, &call->account);
        explicit_bzero(call->account.password, sizeof(call->account.password));
        if (r == 0)
                note_use(call);
        return r == STORE_E_NOT_FOUND ? OFFICE_E_SIGNED_OUT : r;
}

int signed_in_find_pending(OfficeCall *call)
{
        if (!read_token(call))
                return OFFICE_E_SIGNED_OUT;
        int r = session_find_pending(call->store, call->hash, call->now, &call->session);
        return r == STORE_E_NOT_FOUND ? OFFICE_E_SIGNED_OUT : r;
}

bool signed_in_has_token(const OfficeCall *call)
{
        return token_is(office_form(call, "csrf"), call->csrf);
}

static void describe(const OfficeCall *call, Session *session)
{
        Address client;
        const char *agent = http_request_header(call->request, "User-Agent");
        if (http_request_client(call->request, &client) && client.family != AF_UNIX)
                address_format(&client, session->client);
        snprintf(session->agent, sizeof(session->agent), "%.*s",
                        agent ? (int)utf8_plain_prefix(agent, strlen(agent)) : 0, agent ? agent : "");
}

int signed_in_begin(OfficeCall *call, const char *account, bool is_pending)
{
        char token[TOKEN_SIZE];
        Session session = { .created = call->now, .is_pending = is_pending };
        int r = read_token(call) ? session_end(call->store, call->hash) : 0;
        if (r == 0)
                r = token_make(token);
        if (r != 0)
                return r;
        snprintf(session.account, sizeof(session.account), "%s", account);
        describe(call, &session);
        hash_hex(token, TOKEN_SIZE - 1, call->hash);
        hash_keyed(token, "form", strlen("form"), call->csrf);
        r = session_add(call->store, &session, call->hash);
        return r != 0 ? r : set_cookie(call, token);
}

int signed_in_end(OfficeCall *call)
{
        int r = session_end(call->store, call->hash);
        return r != 0 ? r : set_cookie(call, "");
}
