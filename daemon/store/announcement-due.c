#include "store/announcement-due.h"

#include "store/query.h"

enum { CONTACTS_AT_ONCE = 8 };

/* One statement adds several: with a server in another machine, its round trips take most of the time. */
static int add_some(Store *store, const char *announcement, const int64_t *contacts, size_t n)
{
        int64_t ids[CONTACTS_AT_ONCE];
        for (size_t i = 0; i < CONTACTS_AT_ONCE; i++)
                ids[i] = contacts[i < n ? i : n - 1];
        return QUERY_RUN(store,
                        "INSERT INTO announcement_due (announcement, contact)"
                        " SELECT $1, id FROM object WHERE id IN ($2, $3, $4, $5, $6, $7, $8, $9)"
                        " ON CONFLICT (announcement, contact) DO NOTHING",
                        BIND_T(announcement), BIND_I(ids[0]), BIND_I(ids[1]), BIND_I(ids[2]), BIND_I(ids[3]),
                        BIND_I(ids[4]), BIND_I(ids[5]), BIND_I(ids[6]), BIND_I(ids[7]));
}

int announcement_due_add(Store *store, const char *announcement, const int64_t *contacts, size_t n)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < n; i += CONTACTS_AT_ONCE)
                r = add_some(store, announcement, contacts + i, n - i);
        return r;
}

static int copy_uid(DbStatement *row, void *userdata)
{
        query_copy_text(row, 0, userdata, TOKEN_SIZE);
        return 0;
}

int announcement_due_first(Store *store, char ret[static TOKEN_SIZE])
{
        return QUERY_FIRST(store, copy_uid, ret,
                        "SELECT announcement FROM announcement_due ORDER BY announcement LIMIT 1");
}

typedef struct Some {
        int64_t *contacts;
        int n;
} Some;

static int add_contact(DbStatement *row, void *userdata)
{
        Some *some = userdata;
        some->contacts[some->n++] = db_int(row, 0);
        return 0;
}

int announcement_due_some(Store *store, const char *announcement, int limit, int64_t *ret, int *ret_n)
{
        Some some = { .contacts = ret };
        int r = QUERY_EACH(store, add_contact, &some,
                        "SELECT contact FROM announcement_due WHERE announcement = $1"
                        " ORDER BY contact LIMIT $2",
                        BIND_T(announcement), BIND_I(limit));
        if (r == 0)
                *ret_n = some.n;
        return r;
}

int announcement_due_end(Store *store, const char *announcement, int64_t last)
{
        return QUERY_RUN(store, "DELETE FROM announcement_due WHERE announcement = $1 AND contact <= $2",
                        BIND_T(announcement), BIND_I(last));
}

int announcement_due_drop(Store *store, const char *announcement, int64_t contact)
{
        return QUERY_RUN(store, "DELETE FROM announcement_due WHERE announcement = $1 AND contact = $2",
                        BIND_T(announcement), BIND_I(contact));
}

int announcement_due_count(Store *store, const char *announcement, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0, "SELECT count(*) FROM announcement_due WHERE announcement = $1",
                        BIND_T(announcement));
}

int announcement_due_move(Store *store, int64_t kept, int64_t other)
{
        return QUERY_RUN(store,
                        "INSERT INTO announcement_due (announcement, contact)"
                        " SELECT announcement, CAST($1 AS BIGINT) FROM announcement_due WHERE contact = $2"
                        " ON CONFLICT (announcement, contact) DO NOTHING",
                        BIND_I(kept), BIND_I(other));
}
