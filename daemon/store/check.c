/* store_check(): the database itself, what is derived from the texts, and the rules of the ledger. */

#include "store/columns.h"
#include "store/mail-text.h"
#include "store/object.h"
#include "store/query.h"

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
        vsnprintf(text, sizeof(text), format, arguments);
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
        /* Where the dates without a zone live is the configuration's word, so the span is not compared. */
        const Zone *utc;
        r = zone_table_get(store_zones(check->store), "Etc/UTC", &utc);
        if (r == 0)
                r = columns_of_event(event, utc, &derived);
        if (r == 0)
                compare(check, record, &derived.record);
        return r < 0 ? r : 0;
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
                r = columns_of_card(card, &derived);
        if (r == 0)
                compare(check, record, &derived.record);
        return r < 0 ? r : 0;
}

static int on_object(const ObjectRecord *record, void *userdata)
{
        return record->kind == OBJECT_CARD ? check_card(userdata, record) : check_event(userdata, record);
}

/* What the ledger must never hold: a question whose answer is a number of rows. */
static const struct {
        const char *sql;
        const char *sentence;
} rules[] = {
        { "SELECT count(*) FROM mail WHERE state < 1 OR state > 9",
                        "mails are in a state that does not exist" },
        { "SELECT count(*) FROM message WHERE mail NOT IN (SELECT id FROM mail WHERE state IN (1, 2, 3))",
                        "closed mails still have their bytes" },
        { "SELECT count(*) FROM mail WHERE state = 4 AND (message_id = '' OR attempts = 0)",
                        "mails are SENT without ever having been handed over" },
        { "SELECT count(*) FROM mail WHERE state IN (2, 3) AND id NOT IN (SELECT mail FROM message)",
                        "mails were handed over, but their bytes are gone" },
        { "SELECT count(*) FROM mail WHERE attempts > 2",
                        "mails were tried again after they were unknown twice" },
        { "SELECT count(*) FROM mail WHERE (state IN (1, 3)) <> (next_attempt > 0)",
                        "mails are open and will never come up, or are closed and will" },
        { "SELECT count(*) FROM object WHERE change > (SELECT value FROM counter WHERE name = 'change')",
                        "objects have a change number that was never given" },
        { "SELECT count(*) FROM object JOIN tombstone ON object.uid = tombstone.uid",
                        "objects are kept and deleted at once" },
};

static int check_rules(Check *check)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < sizeof(rules) / sizeof(rules[0]); i++) {
                int64_t n = 0;
                r = store_number(check->store, rules[i].sql, NULL, 0, 0, &n);
                if (r == 0 && n > 0)
                        fault(check, "%lld %s", (long long)n, rules[i].sentence);
        }
        return r;
}

/* Each mail that is on its way can be said again. */
static int check_messages(Check *check)
{
        DbStatement *statement;
        int r = db_prepare(store_db(check->store),
                        "SELECT message.mail, " TEXT_COLUMNS
                        " FROM message LEFT JOIN sample ON sample.name = message.sample",
                        &statement);
        while (r == 0 && (r = db_step(statement)) == DB_ROW) {
                CLEANUP(cleanup_free) char *bytes = NULL;
                size_t len;
                r = mail_text_read(statement, 1, &bytes, &len);
                if (r == DB_E_CORRUPT)
                        fault(check, "mail %lld: what it says cannot be read any more",
                                        (long long)db_int(statement, 0));
                r = r < 0 ? r : 0;
        }
        if (r != 0)
                db_reset(statement);
        return r;
}

int store_check(Store *store, void (*on_fault)(const char *fault, void *userdata), void *userdata)
{
        Check check = { store, on_fault, userdata };
        int r = db_check(store_db(store), on_fault, userdata);
        if (r == 0)
                r = store_begin_read(store);
        if (r != 0)
                return r;
        r = object_each(store, &(ObjectFilter){ 0 }, on_object, &check);
        if (r == 0)
                r = check_rules(&check);
        if (r == 0)
                r = check_messages(&check);
        store_rollback(store);
        return r;
}
