/* Writes and removes rows of the history. */

#include "store/history-internal.h"

#include "base/json-object.h"
#include "base/json.h"
#include "store/optout.h"
#include "store/store-internal.h"
#include "store/subscription.h"
#include "store/suppression.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The sorts of choices. The numbers are stored. */
enum { CHOICE_LISTING = 1, CHOICE_MUTE = 2, CHOICE_MUTE_KIND = 3, CHOICE_UNDELIVERABLE = 4 };
#define SQL_CHOICE_LISTING       "1"
#define SQL_CHOICE_MUTE          "2"
#define SQL_CHOICE_MUTE_KIND     "3"
#define SQL_CHOICE_UNDELIVERABLE "4"

enum { CHOICES_MAX_BYTES = 256 * 1024 };

/* ---- Packing ---- */

int history_pack(Store *store, const char *text, size_t len, const char **ret, size_t *ret_len)
{
        const void *packed;
        MailPacker *packer;
        int r = store_packer(store, &packer);
        if (r == 0)
                r = mail_dictionary_pack(packer, NULL, text, len, &packed, ret_len);
        if (r == 0)
                *ret = packed;
        return r;
}

int history_unpack(const char *bytes, size_t len, char **ret, size_t *ret_len)
{
        static const char magic[] = { '\x28', '\xB5', '\x2F', '\xFD' };
        *ret = NULL;
        *ret_len = 0;
        if (len == 0)
                return 0;
        if (len >= sizeof(magic) && memcmp(bytes, magic, sizeof(magic)) == 0)
                return mail_dictionary_unpack(NULL, 0, bytes, len, ret, ret_len);
        *ret = malloc(len + 1);
        if (!*ret)
                return -ENOMEM;
        memcpy(*ret, bytes, len);
        (*ret)[len] = '\0';
        *ret_len = len;
        return 0;
}

/* ---- The choices of a contact ---- */

static int append_choice(DbStatement *row, void *userdata)
{
        Buffer *out = userdata;
        buffer_printf(out, "{\"sort\": %" PRId64 ", \"scope\": %" PRId64, db_int(row, 0), db_int(row, 1));
        json_member(out, "target", db_text(row, 2, NULL));
        json_member(out, "leads", db_text(row, 3, NULL));
        if (db_int(row, 0) == CHOICE_UNDELIVERABLE)
                json_member(out, "reason", db_text(row, 6, NULL));
        buffer_printf(out, ", \"created\": %" PRId64 ", \"origin\": %" PRId64 "}\n", db_int(row, 4),
                        db_int(row, 5));
        return buffer_error(out);
}

int history_choices_read(Store *store, int64_t contact, Buffer *ret)
{
        return QUERY_EACH(store, append_choice, ret,
                        "SELECT " SQL_CHOICE_LISTING
                        ", scope, target, leads, created, origin, '' FROM subscription WHERE contact = $1"
                        " UNION ALL SELECT " SQL_CHOICE_MUTE
                        ", 0, uid, '', at, 0, '' FROM mute WHERE contact = $1"
                        " UNION ALL SELECT " SQL_CHOICE_MUTE_KIND
                        ", 0, kind, '', at, 0, '' FROM mute_kind WHERE contact = $1"
                        " UNION ALL SELECT " SQL_CHOICE_UNDELIVERABLE
                        ", 0, address, status, at, 0, reason FROM undeliverable WHERE contact = $1 AND at > 0",
                        BIND_I(contact));
}

static int restore_suppression(Store *store, int64_t contact, const JsonObject *choice, usec_t at)
{
        const char *reason = json_object_text(choice, "reason");
        const ReturnedMail cause = {
                .contact = contact,
                .address = json_object_text(choice, "target"),
                .status = json_object_text(choice, "leads"),
                .reason = reason ? reason : "",
        };
        return suppression_put(store, &cause, at);
}

static int restore_choice(Store *store, int64_t contact, const JsonObject *choice)
{
        int64_t sort = 0, scope = 0, created = 0, origin = 0;
        const char *target = json_object_text(choice, "target"), *leads = json_object_text(choice, "leads");
        json_object_number(choice, "sort", &sort);
        json_object_number(choice, "scope", &scope);
        json_object_number(choice, "created", &created);
        json_object_number(choice, "origin", &origin);
        if (!target || !leads)
                return DB_E_CORRUPT;
        if (sort == CHOICE_UNDELIVERABLE)
                return restore_suppression(store, contact, choice, created);
        if (sort == CHOICE_MUTE)
                return mute_put(store, contact, target, created);
        if (sort == CHOICE_MUTE_KIND)
                return mute_kind_put(store, contact, target, created);
        return origin == SUBSCRIPTION_OWN ? subscription_put_own(store, contact, (SubscriptionScope)scope,
                                                            target, leads, created)
                                          : subscription_put(store, contact, (SubscriptionScope)scope,
                                                            target, leads, created);
}

int history_choices_restore(Store *store, const HistoryRow *row, int64_t contact)
{
        const char *line = row->choices, *end;
        int r = 0;
        for (; r == 0 && (end = strchr(line, '\n')); line = end + 1) {
                CLEANUP(json_object_freep) JsonObject *choice = NULL;
                r = json_object_parse(line, (size_t)(end - line), &choice);
                if (r == -EINVAL)
                        return DB_E_CORRUPT;
                if (r == 0)
                        r = restore_choice(store, contact, choice);
        }
        return r;
}

/* ---- Writing ---- */

/* The state of one row to write. */
typedef struct Note {
        HistoryAction action;
        const ObjectRecord *kept, *record;
        usec_t at;
        const char *choices;
} Note;

static int insert_row(Store *store, const Note *note, int64_t id, const char *text, size_t len)
{
        const ObjectRecord *kept = note->kept, *known = kept ? kept : note->record;
        const ObjectRecord *named = note->record ? note->record : kept;
        return QUERY_RUN(store,
                        "INSERT INTO history (id, step, object, uid, collection, resource, kind, name, action, way, author, cause,"
                        " at, created, changed, sequence, trash, choices, text)"
                        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
                        BIND_I(id), BIND_I(store->history.step), BIND_I(named->id), BIND_T(known->uid),
                        BIND_T(known->collection), BIND_T(kept ? kept->resource : ""), BIND_I(known->kind),
                        BIND_T(named->name), BIND_I(note->action), BIND_I(store->history.way),
                        BIND_T(store->history.author), BIND_I(store->history.cause), BIND_I(note->at),
                        BIND_I(known->created), BIND_I(known->changed), BIND_I(kept ? kept->sequence : 0),
                        BIND_T(store->history.trash ? store->history.trash : ""), BIND_T(note->choices),
                        BIND_B(text, len));
}

/* Removes the oldest rows of an object that has too many. */
static int limit_versions(Store *store, const ObjectRecord *record)
{
        int max = collection_is_own_name(record->collection) ? HISTORY_OWN_MAX : HISTORY_VERSIONS_MAX;
        return QUERY_RUN(store,
                        "DELETE FROM history WHERE id IN"
                        " (SELECT id FROM history WHERE object = $1 ORDER BY at DESC, id DESC LIMIT 1000 OFFSET $2)",
                        BIND_I(record->id), BIND_I(max));
}

static bool keeps_text(HistoryAction action)
{
        return action == HISTORY_CHANGED || action == HISTORY_DELETED;
}

static int write_note(Store *store, const Note *note)
{
        const char *text = "";
        size_t len = 0;
        int64_t id;
        int r = query_count_up(store, "history", &id);
        if (r == 0 && keeps_text(note->action))
                r = history_pack(store, note->kept->text, note->kept->len, &text, &len);
        if (r != 0)
                return r;
        if (store->history.step == 0)
                store->history.step = id;
        r = insert_row(store, note, id, text, len);
        return r != 0 || !note->record ? r : limit_versions(store, note->record);
}

int history_note(Store *store, HistoryAction action, const ObjectRecord *kept, const ObjectRecord *record,
                usec_t at)
{
        return write_note(store, &(Note){ action, kept, record, at, "" });
}

static int last_action(Store *store, int64_t object, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0,
                        "SELECT action FROM history WHERE object = $1 ORDER BY at DESC, id DESC LIMIT 1",
                        BIND_I(object));
}

int history_note_deletion(Store *store, const ObjectRecord *kept, usec_t at)
{
        CLEANUP(buffer_done) Buffer choices = BUFFER_INIT(CHOICES_MAX_BYTES);
        int64_t last = 0;
        int r = last_action(store, kept->id, &last);
        if (r == 0 && kept->kind == OBJECT_CARD)
                r = history_choices_read(store, kept->id, &choices);
        HistoryAction action = last == HISTORY_DELETED ? HISTORY_REMOVED : HISTORY_DELETED;
        return r != 0 ? r : write_note(store, &(Note){ action, kept, NULL, at, buffer_text(&choices) });
}

/* ---- Removing ---- */

/* Rows from another store have the step 0. */
int history_drop_created(Store *store, int64_t object)
{
        return store->history.step == 0
                               ? 0
                               : QUERY_RUN(store,
                                                 "DELETE FROM history WHERE object = $1 AND action = $2 AND step = $3",
                                                 BIND_I(object), BIND_I(HISTORY_CREATED),
                                                 BIND_I(store->history.step));
}

int history_drop_moves(Store *store, const char *collection)
{
        return QUERY_RUN(store,
                        "DELETE FROM history WHERE collection = $1 AND action = $2 AND step = $3 AND step <> 0",
                        BIND_T(collection), BIND_I(HISTORY_MOVED), BIND_I(store->history.step));
}

static int erase(Store *store, const char *uid, const char *collection, int64_t object)
{
        return QUERY_RUN(store,
                        "DELETE FROM history WHERE uid = $1 AND kind <= " SQL_OBJECT_LAST_OF_OFFICE
                        " AND (collection = $2 OR object = $3 OR $2 = '')"
                        " AND NOT EXISTS (SELECT 1 FROM object AS living WHERE living.id = history.object)",
                        BIND_T(uid), BIND_T(collection ? collection : ""), BIND_I(object));
}

int history_erase(Store *store, const char *uid, const char *collection, int64_t object)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, erase(store, uid, collection, object));
}
