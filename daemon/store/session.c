#include "store/session.h"

#include "store/query.h"

#include <string.h>

#define COLUMNS "account, substr(digest, 1, 16), client, agent, created, used, pending"

/* A session with an earlier last use or an earlier login is over. */
static usec_t oldest_use(usec_t now)
{
        return now - (usec_t)SESSION_IDLE_SECONDS * USEC_PER_SEC;
}

static usec_t oldest_login(usec_t now)
{
        return now - (usec_t)SESSION_SECONDS * USEC_PER_SEC;
}

static usec_t oldest_pending(usec_t now)
{
        return now - (usec_t)SESSION_PENDING_SECONDS * USEC_PER_SEC;
}

static int insert(Store *store, const Session *session, const char *hash)
{
        char login[ACCOUNT_NAME_SIZE];
        int r = QUERY_RUN(store,
                        "DELETE FROM session WHERE used <= $1 OR created <= $2 OR (pending = 1 AND created <= $3)",
                        BIND_I(oldest_use(session->created)), BIND_I(oldest_login(session->created)),
                        BIND_I(oldest_pending(session->created)));
        account_login(session->account, login);
        return r != 0 ? r
                      : QUERY_RUN(store,
                                        "INSERT INTO session (digest, account, client, agent, created, used, pending)"
                                        " VALUES ($1, $2, $3, $4, $5, $5, $6)",
                                        BIND_T(hash), BIND_T(login), BIND_T(session->client),
                                        BIND_T(session->agent), BIND_I(session->created),
                                        BIND_I(session->is_pending));
}

int session_add(Store *store, const Session *session, const char *hash)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, insert(store, session, hash));
}

static void read_row(DbStatement *row, Session *ret)
{
        *ret = (Session){
                .created = db_int(row, 4), .used = db_int(row, 5), .is_pending = db_int(row, 6) != 0
        };
        query_copy_text(row, 0, ret->account, sizeof(ret->account));
        query_copy_text(row, 1, ret->handle, sizeof(ret->handle));
        query_copy_text(row, 2, ret->client, sizeof(ret->client));
        query_copy_text(row, 3, ret->agent, sizeof(ret->agent));
}

static int copy_row(DbStatement *row, void *userdata)
{
        read_row(row, userdata);
        return 0;
}

int session_find(Store *store, const char *hash, usec_t now, Session *ret)
{
        return QUERY_FIRST(store, copy_row, ret,
                        "SELECT " COLUMNS " FROM session WHERE digest = $1 AND used > $2 AND created > $3"
                        " AND pending = 0",
                        BIND_T(hash), BIND_I(oldest_use(now)), BIND_I(oldest_login(now)));
}

int session_find_pending(Store *store, const char *hash, usec_t now, Session *ret)
{
        return QUERY_FIRST(store, copy_row, ret,
                        "SELECT " COLUMNS " FROM session WHERE digest = $1 AND created > $2 AND pending = 1",
                        BIND_T(hash), BIND_I(oldest_pending(now)));
}

int session_used(Store *store, const char *hash, usec_t now)
{
        usec_t before = now - (usec_t)SESSION_USED_SECONDS * USEC_PER_SEC;
        return QUERY_RUN(store, "UPDATE session SET used = $1 WHERE digest = $2 AND used < $3", BIND_I(now),
                        BIND_T(hash), BIND_I(before));
}

int session_end(Store *store, const char *hash)
{
        return QUERY_RUN(store, "DELETE FROM session WHERE digest = $1", BIND_T(hash));
}

int session_end_of(Store *store, const char *account, const char *handle)
{
        char login[ACCOUNT_NAME_SIZE];
        account_login(account, login);
        int r = QUERY_RUN(store, "DELETE FROM session WHERE account = $1 AND substr(digest, 1, 16) = $2",
                        BIND_T(login), BIND_T(handle));
        return r != 0 ? r : query_changed(store) > 0 ? 0 : STORE_E_NOT_FOUND;
}

int session_end_others(Store *store, const char *account, const char *hash)
{
        char login[ACCOUNT_NAME_SIZE];
        account_login(account, login);
        return QUERY_RUN(store, "DELETE FROM session WHERE account = $1 AND digest <> $2", BIND_T(login),
                        BIND_T(hash));
}

typedef struct EachSession {
        int (*on_session)(const Session *session, void *userdata);
        void *userdata;
} EachSession;

static int visit_row(DbStatement *row, void *userdata)
{
        const EachSession *each = userdata;
        Session session;
        read_row(row, &session);
        return each->on_session(&session, each->userdata);
}

int session_each(Store *store, const char *account, usec_t now,
                int (*on_session)(const Session *session, void *userdata), void *userdata)
{
        EachSession each = { on_session, userdata };
        char login[ACCOUNT_NAME_SIZE];
        account_login(account, login);
        return QUERY_EACH(store, visit_row, &each,
                        "SELECT " COLUMNS
                        " FROM session WHERE account = $1 AND used > $2 AND created > $3 AND pending = 0"
                        " ORDER BY created DESC, digest",
                        BIND_T(login), BIND_I(oldest_use(now)), BIND_I(oldest_login(now)));
}
