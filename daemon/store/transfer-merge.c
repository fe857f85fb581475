/*
 * Records that need more than one statement. A row whose number is free keeps it, so that the addresses and
 * links in the old store's mails stay valid; any other row gets a new number, and the maps lead from the old
 * one to it.
 */

#include "store/transfer-merge.h"

#include "store/history-internal.h"
#include "store/ledger-internal.h"
#include "store/mail-text.h"
#include "store/object.h"
#include "store/offer-link.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- Objects ---- */

static int find_object(Store *store, const char *collection, const char *uid, ObjectRecord **ret)
{
        int r = object_get_by_uid(store, collection, uid, ret);
        return r == STORE_E_NOT_FOUND && !collection_is_own_name(collection) ? object_find(store, uid, ret)
                                                                             : r;
}

/* Keeps the old link of an offer, unless the new store derives the same one. */
static int keep_offer_link(Transfer *transfer, int64_t old, const ObjectRecord *offer)
{
        char token[TOKEN_SIZE], derived[TOKEN_SIZE], number[24];
        CLEANUP(cleanup_free) char *name = NULL;
        int r = offer_link_make(transfer->store, offer, derived);
        if (r != 0 || !transfer->secret)
                return r;
        offer_link_derive(transfer->secret, old, token);
        if (strcmp(token, derived) == 0)
                return 0;
        snprintf(number, sizeof(number), "%" PRId64, offer->id);
        if (asprintf(&name, OFFER_LINK_PREFIX "%s", token) < 0)
                return -ENOMEM;
        return store_meta_set(transfer->store, name, number);
}

/*
 * Gives an object that this transaction has put the name that it had in the old store, because programs know
 * it by that name.
 */
static int keep_resource(Transfer *transfer, const Record *record, const ObjectRecord *found)
{
        const char *name = record_text(record, 9);
        if (!name[0] || strcmp(name, found->resource) == 0 || found->created != transfer->now ||
                        strcmp(found->collection, record_text(record, 1)) != 0)
                return 0;
        return QUERY_RUN(transfer->store,
                        "UPDATE object SET resource = $3 WHERE id = $1 AND NOT EXISTS"
                        " (SELECT 1 FROM object AS other WHERE other.collection = $2 AND other.resource = $3)"
                        " AND NOT EXISTS (SELECT 1 FROM tombstone WHERE tombstone.collection = $2"
                        " AND tombstone.resource = $3)",
                        BIND_I(found->id), BIND_T(found->collection), BIND_T(name));
}

static int add_object(Transfer *transfer, Record *record)
{
        CLEANUP(object_record_freep) ObjectRecord *found = NULL;
        int64_t old = record_number(record, 0);
        int r = find_object(transfer->store, record_text(record, 1), record_text(record, 2), &found);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? SKIP : r;
        const Bind binds[] = { BIND_I(found->id), BIND_I(record_number(record, 3)),
                BIND_I(record_number(record, 4)), BIND_I(record_number(record, 5)), BIND_I(transfer->now) };
        r = number_map_put(&transfer->objects, old, found->id);
        if (r == 0)
                r = keep_resource(transfer, record, found);
        if (r == 0)
                r = query_run(transfer->store, &transfer_insert[TRANSFER_OBJECT], binds,
                                sizeof(binds) / sizeof(binds[0]));
        if (r == 0)
                r = QUERY_RUN(transfer->store,
                                "UPDATE alarm SET seen = $2, notify = $3 WHERE object = $1 AND seen = 0",
                                BIND_I(found->id), BIND_I(record_number(record, 6)),
                                BIND_I(record_number(record, 7)));
        return r == 0 && found->kind == OBJECT_OFFER ? keep_offer_link(transfer, old, found) : r;
}

/* No tombstone may be newer than its collection, whose sequence is the newest sync token. */
static int raise_sequence(Store *store, const char *collection)
{
        return QUERY_RUN(store,
                        "UPDATE collection SET sequence ="
                        " (SELECT max(change) FROM tombstone WHERE collection = $1)"
                        " WHERE name = $1 AND sequence <"
                        " (SELECT max(change) FROM tombstone WHERE collection = $1)",
                        BIND_T(collection));
}

static int add_deleted(Transfer *transfer, Record *record)
{
        int64_t old = record_number(record, 0), number = old;
        int r = transfer_object_number(transfer, &number);
        if (r == 0)
                r = number_map_put(&transfer->objects, old, number);
        record->binds[0] = BIND_I(number);
        if (r == 0)
                r = record_insert(transfer, record);
        return r == 0 ? raise_sequence(transfer->store, record_text(record, 1)) : r;
}

/* ---- Mails ---- */

static int choose_mail_number(Transfer *transfer, int64_t *number)
{
        int64_t in_use = 0;
        int r = QUERY_NUMBER(transfer->store, &in_use, 0,
                        "SELECT (SELECT count(*) FROM mail WHERE id = $1)"
                        " + (SELECT count(*) FROM past WHERE id = $1)",
                        BIND_I(*number));
        return r != 0 ? r : transfer_number(transfer, "mail", in_use, number);
}

/*
 * A mail that is PENDING in this store gets its state in the old store, if it is not PENDING there. Nobody
 * has received the link of a mail that is PENDING, so the old store's link replaces it.
 */
static int merge_mail(Transfer *transfer, const Record *record, int64_t id)
{
        if (record_number(record, 9) == MAIL_PENDING)
                return 0;
        return QUERY_RUN(transfer->store,
                        "UPDATE mail SET state = $2, attempts = $3, tries = $4, next_attempt = $5,"
                        " message_id = $6, token = $7, reply = $8, updated = $9, reason = $10,"
                        " finish = $11, place = $12, bundle = $13, as_of = $14"
                        " WHERE id = $1 AND state = " SQL_MAIL_PENDING,
                        BIND_I(id), BIND_I(record_number(record, 9)), BIND_I(record_number(record, 10)),
                        BIND_I(record_number(record, 11)), BIND_I(record_number(record, 13)),
                        BIND_T(record_text(record, 15)), BIND_T(record_text(record, 16)),
                        BIND_T(record_text(record, 17)), BIND_I(record_number(record, 19)),
                        BIND_I(record_number(record, 22)), BIND_T(record_text(record, 20)),
                        BIND_T(record_text(record, 21)), BIND_I(record_number(record, 24)),
                        BIND_I(record_number(record, 25)));
}

/* The row that leads a bundle refers to itself. */
static void renumber(Record *record, int64_t old, int64_t number)
{
        record->binds[0] = BIND_I(number);
        if (record_number(record, 24) == old)
                record->binds[24] = BIND_I(number);
}

static int add_mail(Transfer *transfer, Record *record)
{
        int64_t old = record_number(record, 0), number = old, there = 0;
        MailState state = MAIL_PENDING;
        int r = ledger_find(transfer->store, record_text(record, 1), &there, &state);
        if (r == 0 && there == 0)
                r = choose_mail_number(transfer, &number);
        number = there > 0 ? there : number;
        if (r == 0)
                r = number_map_put(&transfer->mails, old, number);
        renumber(record, old, number);
        if (r != 0)
                return r;
        return there > 0 ? merge_mail(transfer, record, there) : record_insert(transfer, record);
}

int transfer_mail_text(Transfer *transfer, Record *record)
{
        int64_t mail = 0, wanted = 0;
        const char *text = json_object_text(record->object, "text");
        if (!text || json_object_number(record->object, "mail", &mail) != 0)
                return record_refuse(
                                record, transfer->line, "the text of a mail without \"mail\" or \"text\"");
        number_map_get(&transfer->mails, mail, &mail);
        int r = QUERY_NUMBER(transfer->store, &wanted, 0,
                        "SELECT count(*) FROM mail WHERE id = $1"
                        " AND state IN (" SQL_MAIL_COMMITTED ", " SQL_MAIL_UNKNOWN ")"
                        " AND NOT EXISTS (SELECT 1 FROM message WHERE message.mail = mail.id)",
                        BIND_I(mail));
        return r != 0 || wanted == 0 ? r : mail_text_keep(transfer->store, mail, text, strlen(text), NULL);
}

static int find_past(Transfer *transfer, const char *key, int64_t *ret)
{
        MailState state;
        int r = past_find(transfer->store, key, ret, &state);
        /*
         * The archive has half of the key: the ledger is searched for keys that begin with it (`g` follows
         * `f`).
         */
        return r != 0 || *ret > 0
                               ? r
                               : QUERY_NUMBER(transfer->store, ret, 0,
                                                 "SELECT min(id) FROM mail WHERE key >= $1 AND key < $1 || 'g'",
                                                 BIND_T(key));
}

/* Keeps the link of an archived mail, unless the new store derives the same one. */
static int keep_past_link(Transfer *transfer, int64_t old, int64_t number, const char *key)
{
        char token[TOKEN_SIZE], derived[TOKEN_SIZE];
        int r = past_token(transfer->store, number, key, derived);
        if (r != 0 || !transfer->secret)
                return r;
        token_derive(transfer->secret, old, key, token);
        return strcmp(token, derived) == 0
                               ? 0
                               : QUERY_RUN(transfer->store,
                                                 "INSERT INTO old_link (token, mail) VALUES ($1, $2)"
                                                 " ON CONFLICT (token) DO NOTHING",
                                                 BIND_T(token), BIND_I(number));
}

static int count_past(Transfer *transfer, const Record *record)
{
        return QUERY_RUN(transfer->store,
                        "INSERT INTO past_total (state, n, last) VALUES ($1, 1, $2)"
                        " ON CONFLICT (state) DO UPDATE SET n = past_total.n + 1,"
                        " last = CASE WHEN past_total.last > excluded.last THEN past_total.last"
                        " ELSE excluded.last END",
                        BIND_I(record_number(record, 4)), BIND_I(record_number(record, 6) * USEC_PER_SEC));
}

static int add_past(Transfer *transfer, Record *record)
{
        int64_t old = record_number(record, 0), number = old, there = 0;
        const char *key = json_object_text(record->object, "key");
        int r = find_past(transfer, key, &there);
        if (r == 0 && there == 0)
                r = choose_mail_number(transfer, &number);
        if (r == 0)
                r = number_map_put(&transfer->mails, old, there > 0 ? there : number);
        if (r != 0 || there > 0)
                return r;
        record->binds[0] = BIND_I(number);
        r = record_insert(transfer, record);
        if (r == 0)
                r = count_past(transfer, record);
        return r == 0 ? keep_past_link(transfer, old, number, key) : r;
}

/* ---- Meetings ---- */

static int add_meeting(Transfer *transfer, Record *record)
{
        int64_t old = record_number(record, 0), number = old, there = 0, in_use = 0;
        int r = QUERY_NUMBER(transfer->store, &there, 0, "SELECT count(*) FROM meeting WHERE uid = $1",
                        BIND_T(record_text(record, 1)));
        if (r == 0)
                r = QUERY_NUMBER(transfer->store, &in_use, 0, "SELECT count(*) FROM meeting WHERE id = $1",
                                BIND_I(old));
        if (r == 0 && there == 0)
                r = transfer_number(transfer, "meeting", in_use, &number);
        if (r == 0)
                r = number_map_put(&transfer->meetings, old, there > 0 ? SKIPPED : number);
        record->binds[0] = BIND_I(number);
        if (r != 0 || there > 0)
                return r;
        r = number_map_put(&transfer->added_meetings, number, number);
        return r == 0 ? record_insert(transfer, record) : r;
}

/* ---- History ---- */

static int add_history(Transfer *transfer, Record *record)
{
        int r = record_insert(transfer, record);
        return r != 0 ? r : history_drop_created(transfer->store, record_number(record, 0));
}

/* The size of a deleted collection grows with each object that it did not have. */
static int add_trash_object(Transfer *transfer, Record *record)
{
        const char *text = json_object_text(record->object, "text");
        int r = QUERY_RUN(transfer->store,
                        "UPDATE trash SET bytes = bytes + $3 WHERE key = $1 AND NOT EXISTS"
                        " (SELECT 1 FROM history WHERE trash = $1 AND resource = $2)",
                        BIND_T(record_text(record, 0)), BIND_T(record_text(record, 1)),
                        BIND_I((int64_t)strlen(text ? text : "")));
        return r != 0 ? r : record_insert(transfer, record);
}

/* Records that need more than one statement. */
int (*const transfer_adders[TRANSFER_N_KINDS])(Transfer *, Record *) = {
        [TRANSFER_OBJECT] = add_object,
        [TRANSFER_DELETED] = add_deleted,
        [TRANSFER_MAIL] = add_mail,
        [TRANSFER_PAST] = add_past,
        [TRANSFER_MEETING] = add_meeting,
        [TRANSFER_HISTORY] = add_history,
        [TRANSFER_TRASH_OBJECT] = add_trash_object,
};
