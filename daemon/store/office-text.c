#include "store/office-text.h"

#include "store/query.h"
#include "store/store-internal.h"

#include <string.h>

typedef struct Newest {
        int64_t id;
        usec_t at;
        bool is_same; /* as the text of the caller */
        const char *text;
} Newest;

static int read_newest(DbStatement *row, void *userdata)
{
        Newest *newest = userdata;
        newest->id = db_int(row, 0);
        newest->at = db_int(row, 1);
        newest->is_same = strcmp(db_text(row, 2, NULL), newest->text) == 0;
        return 0;
}

static int find_newest(Store *store, const char *name, Newest *newest)
{
        int r = QUERY_FIRST(store, read_newest, newest,
                        "SELECT id, at, text FROM office_text WHERE name = $1 ORDER BY at DESC, id DESC LIMIT 1",
                        BIND_T(name));
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

static int limit_versions(Store *store, const char *name)
{
        return QUERY_RUN(store,
                        "DELETE FROM office_text WHERE id IN"
                        " (SELECT id FROM office_text WHERE name = $1 ORDER BY at DESC, id DESC LIMIT 1000 OFFSET $2)",
                        BIND_T(name), BIND_I(OFFICE_TEXT_VERSIONS_MAX));
}

static int put(Store *store, const char *name, const char *text, int64_t if_version, usec_t now)
{
        Newest newest = { .is_same = !*text, .text = text };
        int64_t id;
        int r = find_newest(store, name, &newest);
        if (r != 0 || newest.is_same)
                return r;
        if (newest.id != if_version)
                return STORE_E_MISMATCH;
        r = query_count_up(store, "office_text", &id);
        if (r == 0)
                r = QUERY_RUN(store,
                                "INSERT INTO office_text (id, name, text, way, author, at) VALUES ($1, $2, $3, $4, $5, $6)",
                                BIND_I(id), BIND_T(name), BIND_T(text), BIND_I(store->history.way),
                                BIND_T(store->history.author),
                                BIND_I(now > newest.at ? now : newest.at + 1));
        return r == 0 ? limit_versions(store, name) : r;
}

int office_text_put(Store *store, const char *name, const char *text, int64_t if_version, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, put(store, name, text, if_version, now));
}

typedef struct TextReading {
        int (*on_text)(const OfficeText *text, void *userdata);
        void *userdata;
} TextReading;

static int read_text(DbStatement *row, void *userdata)
{
        const TextReading *reading = userdata;
        const OfficeText text = {
                .id = db_int(row, 0),
                .name = db_text(row, 1, NULL),
                .text = db_text(row, 2, NULL),
                .way = (HistoryWay)db_int(row, 3),
                .author = db_text(row, 4, NULL),
                .at = db_int(row, 5),
        };
        return reading->on_text(&text, reading->userdata);
}

int office_text_each(Store *store, int (*on_text)(const OfficeText *text, void *userdata), void *userdata)
{
        TextReading reading = { on_text, userdata };
        return query_each(store,
                        SQL("SELECT id, name, text, way, author, at FROM office_text WHERE NOT EXISTS"
                            " (SELECT 1 FROM office_text AS newer WHERE newer.name = office_text.name"
                            " AND (newer.at > office_text.at OR (newer.at = office_text.at AND newer.id > office_text.id)))"
                            " ORDER BY name"),
                        NULL, 0, read_text, &reading);
}

int office_text_versions(Store *store, const char *name,
                int (*on_text)(const OfficeText *text, void *userdata), void *userdata)
{
        TextReading reading = { on_text, userdata };
        return QUERY_EACH(store, read_text, &reading,
                        "SELECT id, name, text, way, author, at FROM office_text WHERE name = $1"
                        " ORDER BY at DESC, id DESC",
                        BIND_T(name));
}

int office_text_last(Store *store, int64_t *ret)
{
        return query_number(store, SQL("SELECT max(id) FROM office_text"), NULL, 0, 0, ret);
}

int office_text_prune(Store *store, usec_t before)
{
        return QUERY_RUN(store,
                        "DELETE FROM office_text WHERE at < $1 AND EXISTS"
                        " (SELECT 1 FROM office_text AS newer WHERE newer.name = office_text.name AND newer.at > office_text.at)",
                        BIND_I(before));
}
