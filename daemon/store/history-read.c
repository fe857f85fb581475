/* Reads the history. */

#include "store/history-internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ENTRY_COLUMNS                                                                                       \
        "id, step, object, uid, collection, resource, kind, name, action, way, author, cause, at, length(text) > 0"

enum { N_ENTRY_COLUMNS = 14 };

static void read_entry(DbStatement *row, HistoryEntry *ret)
{
        *ret = (HistoryEntry){
                .id = db_int(row, 0),
                .step = db_int(row, 1),
                .object = db_int(row, 2),
                .uid = db_text(row, 3, NULL),
                .collection = db_text(row, 4, NULL),
                .resource = db_text(row, 5, NULL),
                .kind = (ObjectKind)db_int(row, 6),
                .name = db_text(row, 7, NULL),
                .action = (HistoryAction)db_int(row, 8),
                .way = (HistoryWay)db_int(row, 9),
                .author = db_text(row, 10, NULL),
                .cause = (HistoryCause)db_int(row, 11),
                .at = db_int(row, 12),
                .has_text = db_int(row, 13) != 0,
        };
}

typedef struct HistoryWalk {
        const HistoryFilter *filter;
        int (*on_entry)(const HistoryEntry *entry, void *userdata);
        void *userdata;
        int n;
} HistoryWalk;

enum { ENOUGH = CONDITIONS_STORE + 60 }; /* ends a walk */

static bool matches(const HistoryFilter *filter, const HistoryEntry *entry)
{
        return (filter->uid || !collection_is_own_name(entry->collection)) &&
               (!filter->only_events || entry->kind == OBJECT_EVENT || entry->kind == OBJECT_DRAFT) &&
               (!filter->author ||
                               (filter->way == entry->way && strcmp(filter->author, entry->author) == 0));
}

static int visit(DbStatement *row, void *userdata)
{
        HistoryWalk *walk = userdata;
        HistoryEntry entry;
        read_entry(row, &entry);
        if (!matches(walk->filter, &entry))
                return 0;
        int r = walk->on_entry(&entry, walk->userdata);
        return r == 0 && walk->filter->limit > 0 && ++walk->n >= walk->filter->limit ? ENOUGH : r;
}

static int each(Store *store, HistoryWalk *walk)
{
        const char *uid = walk->filter->uid;
        if (walk->filter->only_deleted)
                return QUERY_EACH(store, visit, walk,
                                "SELECT " ENTRY_COLUMNS " FROM history WHERE action = " SQL_HISTORY_DELETED
                                " AND trash = '' AND (uid = $1 OR $1 = '') AND NOT EXISTS"
                                " (SELECT 1 FROM history AS later WHERE later.uid = history.uid"
                                " AND later.collection = history.collection AND later.action <> " SQL_HISTORY_REMOVED
                                " AND (later.at > history.at OR (later.at = history.at AND later.id > history.id)))"
                                " ORDER BY at DESC, id DESC",
                                BIND_T(uid ? uid : ""));
        return uid ? QUERY_EACH(store, visit, walk,
                                     "SELECT " ENTRY_COLUMNS " FROM history WHERE uid = $1"
                                     " ORDER BY at DESC, id DESC",
                                     BIND_T(uid))
                   : QUERY_EACH(store, visit, walk,
                                     "SELECT " ENTRY_COLUMNS " FROM history WHERE trash = ''"
                                     " ORDER BY at DESC, id DESC");
}

int history_each(Store *store, const HistoryFilter *filter,
                int (*on_entry)(const HistoryEntry *entry, void *userdata), void *userdata)
{
        HistoryWalk walk = { filter, on_entry, userdata, 0 };
        int r = each(store, &walk);
        return r == ENOUGH ? 0 : r;
}

/* The changes of one transaction. */
typedef struct StepWalk {
        int64_t step;
        int (*on_entry)(const HistoryEntry *entry, void *userdata);
        void *userdata;
} StepWalk;

static int visit_step(DbStatement *row, void *userdata)
{
        const StepWalk *walk = userdata;
        HistoryEntry entry;
        read_entry(row, &entry);
        return entry.step == walk->step ? walk->on_entry(&entry, walk->userdata) : ENOUGH;
}

/* The step is the id of its first change, and the ids of one transaction follow each other. */
int history_step_each(Store *store, int64_t step, int (*on_entry)(const HistoryEntry *entry, void *userdata),
                void *userdata)
{
        StepWalk walk = { step, on_entry, userdata };
        int r = step == 0 ? 0
                          : QUERY_EACH(store, visit_step, &walk,
                                            "SELECT " ENTRY_COLUMNS
                                            " FROM history WHERE id >= $1 ORDER BY id",
                                            BIND_I(step));
        return r == ENOUGH ? 0 : r;
}

/* ---- One row ---- */

void history_row_done(HistoryRow *row)
{
        for (size_t i = 0; i < sizeof(row->strings) / sizeof(row->strings[0]); i++)
                free(row->strings[i]);
        free(row->choices);
        free(row->text);
        *row = (HistoryRow){ .text = NULL };
}

static int copy_strings(HistoryRow *row)
{
        HistoryEntry *entry = &row->entry;
        const char **const texts[] = { &entry->uid, &entry->collection, &entry->resource, &entry->name,
                &entry->author };
        for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
                row->strings[i] = strdup(*texts[i]);
                if (!row->strings[i])
                        return -ENOMEM;
                *texts[i] = row->strings[i];
        }
        return 0;
}

static int copy_row(DbStatement *row, void *userdata)
{
        HistoryRow *ret = userdata;
        size_t len;
        read_entry(row, &ret->entry);
        ret->created = db_int(row, N_ENTRY_COLUMNS);
        ret->sequence = (int)db_int(row, N_ENTRY_COLUMNS + 1);
        ret->choices = strdup(db_text(row, N_ENTRY_COLUMNS + 2, NULL));
        const char *bytes = db_text(row, N_ENTRY_COLUMNS + 3, &len);
        int r = ret->choices ? history_unpack(bytes, len, &ret->text, &ret->len) : -ENOMEM;
        return r != 0 ? r : copy_strings(ret);
}

#define ROW_COLUMNS ENTRY_COLUMNS ", created, sequence, choices, text"

int history_get(Store *store, int64_t id, HistoryRow *ret)
{
        *ret = (HistoryRow){ .text = NULL };
        return QUERY_FIRST(store, copy_row, ret, "SELECT " ROW_COLUMNS " FROM history WHERE id = $1",
                        BIND_I(id));
}

int history_get_last(Store *store, const char *uid, HistoryRow *ret)
{
        *ret = (HistoryRow){ .text = NULL };
        return QUERY_FIRST(store, copy_row, ret,
                        "SELECT " ROW_COLUMNS
                        " FROM history WHERE uid = $1 AND action <> " SQL_HISTORY_REMOVED
                        " AND kind <= " SQL_OBJECT_LAST_OF_OFFICE " ORDER BY at DESC, id DESC LIMIT 1",
                        BIND_T(uid));
}

int history_get_last_deletion(Store *store, const char *uid, HistoryRow *ret)
{
        *ret = (HistoryRow){ .text = NULL };
        return QUERY_FIRST(store, copy_row, ret,
                        "SELECT " ROW_COLUMNS
                        " FROM history WHERE uid = $1 AND action = " SQL_HISTORY_DELETED
                        " AND kind <= " SQL_OBJECT_LAST_OF_OFFICE " ORDER BY at DESC, id DESC LIMIT 1",
                        BIND_T(uid));
}

int history_is_newest(Store *store, const HistoryEntry *entry, bool *ret)
{
        int64_t later = 0;
        int r = QUERY_NUMBER(store, &later, 0,
                        "SELECT count(*) FROM history WHERE uid = $1 AND collection = $2"
                        " AND action <> " SQL_HISTORY_REMOVED " AND (at > $3 OR (at = $3 AND id > $4))",
                        BIND_T(entry->uid), BIND_T(entry->collection), BIND_I(entry->at), BIND_I(entry->id));
        if (r == 0)
                *ret = later == 0;
        return r;
}

/* ---- The text after a change ---- */

typedef struct Text {
        char *text;
        size_t len;
} Text;

static int copy_text(DbStatement *row, void *userdata)
{
        Text *ret = userdata;
        size_t len;
        const char *bytes = db_text(row, 0, &len);
        return history_unpack(bytes, len, &ret->text, &ret->len);
}

/* The text before the next change of the same object, or the text that it has now. */
static int text_after(Store *store, const HistoryEntry *entry, Text *ret)
{
        if (entry->action == HISTORY_DELETED || entry->action == HISTORY_REMOVED)
                return STORE_E_NOT_FOUND;
        int r = QUERY_FIRST(store, copy_text, ret,
                        "SELECT text FROM history WHERE object = $1 AND (at > $2 OR (at = $2 AND id > $3))"
                        " AND length(text) > 0 ORDER BY at, id LIMIT 1",
                        BIND_I(entry->object), BIND_I(entry->at), BIND_I(entry->id));
        return r != STORE_E_NOT_FOUND
                               ? r
                               : QUERY_FIRST(store, copy_text, ret, "SELECT text FROM object WHERE id = $1",
                                                 BIND_I(entry->object));
}

int history_text_after(Store *store, int64_t id, char **ret, size_t *ret_len)
{
        CLEANUP(history_row_done) HistoryRow row;
        Text text = { NULL, 0 };
        int r = history_get(store, id, &row);
        if (r == 0)
                r = text_after(store, &row.entry, &text);
        if (r != 0)
                return r;
        *ret = text.text;
        *ret_len = text.len;
        return 0;
}
