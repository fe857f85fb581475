/* store_check(): checks the database, the derived columns and the rules of the ledger. */

#include "base/phrase.h"
#include "store/columns.h"
#include "store/ledger-internal.h"
#include "store/mail-text.h"
#include "store/object.h"
#include "store/query.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct Check {
        Store *store;
        void (*on_fault)(const char *fault, void *userdata);
        void *userdata;
} Check;

static void fault(Check *check, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void fault(Check *check, const char *format, ...)
{
        char text[512];
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(text, sizeof(text), phrase(format), arguments);
        va_end(arguments);
        check->on_fault(text, check->userdata);
}

static void compare(Check *check, const ObjectRecord *kept, const ObjectRecord *derived)
{
        const struct {
                const char *column, *kept, *derived;
        } texts[] = {
                { "uid", kept->uid, derived->uid },
                { "name", kept->name, derived->name },
                { "categories", kept->categories, derived->categories },
                { "status", kept->status, derived->status },
                { "class", kept->class, derived->class },
                { "address", kept->address, derived->address },
                { "parent", kept->parent, derived->parent },
        };
        for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
                if (strcmp(texts[i].kept, texts[i].derived) != 0)
                        fault(check, "%s: the column %s says '%s', its text '%s'", kept->uid,
                                        texts[i].column, texts[i].kept, texts[i].derived);
        if (kept->kind != derived->kind)
                fault(check, "%s: is kept as another kind of object than its text is", kept->uid);
        if (kept->sequence < derived->sequence)
                fault(check, "%s: the SEQUENCE to publish is below that of its text", kept->uid);
}

static int check_event(Check *check, const ObjectRecord *record)
{
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(columns_done) Columns derived = { 0 };
        InputError error = { 0 };
        int r = event_parse(store_zones(check->store), record->text, record->len, &event, &error);
        if (r == EVENT_E_INVALID)
                fault(check, "%s: its text cannot be read: %s: %s", record->uid, error.where, error.message);
        if (r != 0)
                return r < 0 ? r : 0;
        /*
         * Start and end are not compared: they depend on the zone for dates without a zone, which is in the
         * configuration and not known here.
         */
        const Zone *utc;
        r = zone_table_get(store_zones(check->store), "Etc/UTC", &utc);
        if (r == 0)
                r = columns_of_event(event, utc, &derived);
        if (r == 0)
                compare(check, record, &derived.record);
        return r < 0 ? r : 0;
}

static int check_plain(Check *check, const ObjectRecord *record)
{
        CLEANUP(plain_freep) PlainObject *plain = NULL;
        CLEANUP(columns_done) Columns derived = { 0 };
        InputError error = { 0 };
        const Zone *utc = NULL;
        bool is_own = collection_is_own_name(record->collection);
        int r = plain_parse(record->text, record->len, &plain, &error);
        if (r > 0)
                fault(check, "%s: its text cannot be read: %s: %s", record->uid, error.where, error.message);
        if (r == 0)
                r = zone_table_get(store_zones(check->store), "Etc/UTC", &utc);
        if (r == 0)
                r = columns_of_plain(store_zones(check->store), plain, is_own, utc, &derived);
        if (r == 0)
                compare(check, record, &derived.record);
        if (r == -EINVAL)
                fault(check, "%s: is kept as another kind of object than its text is", record->uid);
        return r < 0 && r != -EINVAL ? r : 0;
}

static int check_card(Check *check, const ObjectRecord *record)
{
        CLEANUP(card_freep) Card *card = NULL;
        CLEANUP(columns_done) Columns derived = { 0 };
        InputError error = { 0 };
        int r = card_parse(record->text, record->len, &card, &error);
        if (r == CARD_E_INVALID)
                fault(check, "%s: its text cannot be read: %s: %s", record->uid, error.where, error.message);
        if (r == 0)
                r = columns_of_card(card, collection_is_own_name(record->collection), &derived);
        if (r == 0)
                compare(check, record, &derived.record);
        return r < 0 ? r : 0;
}

static int on_object(const ObjectRecord *record, void *userdata)
{
        if (record->kind == OBJECT_MESSAGE)
                return 0; /* its text decides no column */
        return object_kind_is_card(record->kind) ? check_card(userdata, record)
               : columns_is_plain(record->kind)  ? check_plain(userdata, record)
                                                 : check_event(userdata, record);
}

static int on_loss(const ObjectLoss *loss, void *userdata)
{
        if (loss->uid[0])
                fault(userdata, "%s: it cannot be read", loss->uid);
        else if (loss->first == loss->last)
                fault(userdata, "the object with the number %lld cannot be read", (long long)loss->first);
        else
                fault(userdata, "objects with numbers from %lld to %lld may be lost", (long long)loss->first,
                                (long long)loss->last);
        return 0;
}

/*
 * Each statement returns one row, with a column for each of its rules: how many rows of the table break the
 * rule. The first statement has all rules about single mails, so that the largest table is read only once
 * for them.
 */
static const Sql rule_sql[] SQL_STATEMENT = {
        { "SELECT count(CASE WHEN state < " SQL_MAIL_PENDING " OR state > " SQL_MAIL_PARKED " THEN 1 END),"
          " count(CASE WHEN state = " SQL_MAIL_SENT " AND (message_id = '' OR attempts = 0) THEN 1 END),"
          " count(CASE WHEN attempts > 2 THEN 1 END),"
          " count(CASE WHEN (state IN (" SQL_STATES_WAITING ")) <> (next_attempt > 0) THEN 1 END)"
          " FROM mail" },
        { "SELECT count(*) FROM message"
          " WHERE mail NOT IN (SELECT id FROM mail WHERE state IN (" SQL_STATES_OPEN ", " SQL_MAIL_SENT
          "))" },
        { "SELECT count(*) FROM mail"
          " WHERE state IN (" SQL_MAIL_COMMITTED ", " SQL_MAIL_UNKNOWN ")"
          " AND CASE WHEN bundle > 0 THEN bundle ELSE id END NOT IN (SELECT mail FROM message)" },
        { "SELECT count(*) FROM object"
          " WHERE change > (SELECT value FROM counter WHERE name = 'change')" },
        { "SELECT count(*) FROM object"
          " JOIN tombstone ON object.collection = tombstone.collection AND object.resource = tombstone.resource" },
        { "SELECT count(*) FROM told WHERE mail NOT IN (SELECT id FROM mail WHERE attempts > 0)" },
        { "SELECT abs((SELECT count(*) FROM past) - (SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM past_total))" },
        { "SELECT count(*) FROM sample"
          " WHERE NOT EXISTS (SELECT 1 FROM message WHERE message.sample = sample.name)" },
        { "SELECT count(*) FROM mail WHERE bundle > 0 AND (state = " SQL_MAIL_PENDING " OR attempts = 0)" },
        { "SELECT count(*) FROM mail AS leader JOIN mail AS other ON other.bundle = leader.id"
          " WHERE other.bundle > 0 AND (other.contact <> leader.contact OR leader.bundle <> leader.id"
          " OR other.message_id <> leader.message_id"
          " OR (other.state <> leader.state AND (other.state IN (" SQL_STATES_OPEN
          ") OR leader.state IN (" SQL_STATES_OPEN "))))" },
        { "SELECT count(*) FROM collection WHERE bytes <> (SELECT coalesce(sum(length(text)), 0) FROM object"
          " WHERE object.collection = collection.name)" },
};

enum { N_STATEMENTS = sizeof(rule_sql) / sizeof(rule_sql[0]), RULES_ABOUT_MAILS = 4 };

static const char *const rule_sentences[] = {
        "mails are in a state that does not exist",
        "mails are SENT without ever having been handed over",
        "mails were tried again after they were unknown twice",
        "mails are open and will never come up, or are closed and will",
        "mails that were closed without being sent still have their bytes",
        "mails were handed over, but their bytes are gone",
        "objects have a change number that was never given",
        "objects are kept and deleted at once",
        "occurrences are kept as told by mails that were never handed over",
        "old mails are kept without being counted, or the other way round",
        "mails are kept as dictionaries that no mail leans on",
        "mails that were never handed over are in one mail with others",
        "mails that are one mail have different contacts, messages or states",
        "collections have another size than their objects",
};

_Static_assert(N_STATEMENTS - 1 + RULES_ABOUT_MAILS == sizeof(rule_sentences) / sizeof(rule_sentences[0]),
                "the first statement has several sentences, each other one has one");

typedef struct RuleCheck {
        Check *check;
        int sentence; /* index of the sentence for the first column */
        int n;        /* number of columns */
} RuleCheck;

static int on_numbers(DbStatement *row, void *userdata)
{
        const RuleCheck *rules = userdata;
        for (int i = 0; i < rules->n; i++)
                if (db_int(row, i) > 0)
                        fault(rules->check, "%lld %s", (long long)db_int(row, i),
                                        phrase(rule_sentences[rules->sentence + i]));
        return 0;
}

static int check_rules(Check *check)
{
        RuleCheck rules = { check, 0, RULES_ABOUT_MAILS };
        int r = 0;
        for (size_t i = 0; r == 0 && i < N_STATEMENTS; i++) {
                r = query_each(check->store, &rule_sql[i], NULL, 0, on_numbers, &rules);
                rules = (RuleCheck){ check, rules.sentence + rules.n, 1 };
        }
        return r;
}

static int check_message(DbStatement *row, void *userdata)
{
        CLEANUP(cleanup_free) char *bytes = NULL;
        size_t len;
        int r = mail_text_read(row, 1, &bytes, &len);
        if (r == DB_E_CORRUPT)
                fault(userdata, "mail %lld: its bytes cannot be read any more", (long long)db_int(row, 0));
        return r < 0 ? r : 0;
}

/* Checks that the bytes of each open mail are readable. */
static int check_messages(Check *check)
{
        return QUERY_EACH(check->store, check_message, check,
                        "SELECT message.mail, " TEXT_COLUMNS " FROM message"
                        " LEFT JOIN sample ON sample.name = message.sample");
}

int store_check(Store *store, const DbCheckOptions *options)
{
        Check check = { store, options->on_fault, options->userdata };
        int damage = db_check(store_db(store), options);
        int r = damage == DB_E_CORRUPT ? 0 : damage;
        /*
         * The objects are read even after damage, because the database's check does not name the damaged
         * ones.
         */
        if (r == 0)
                r = store_begin_read(store);
        if (r != 0)
                return r;
        r = object_each_readable(store, &(ObjectFilter){ 0 }, on_object, on_loss, &check);
        if (r == 0)
                r = check_rules(&check);
        if (r == 0)
                r = check_messages(&check);
        store_rollback(store);
        return r == 0 ? damage : r;
}
