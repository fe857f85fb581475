/* Tests which mails are seen with the right to some address books and calendars only. */

#include "store/ledger-past.h"
#include "store/query.h"
#include "stores.h"

#include <inttypes.h>

typedef struct World {
        int64_t contact, hidden_contact, event, hidden_event;
        int64_t last; /* number of the last mail */
} World;

/* Moves an object to another collection. Return: its number. */
static int64_t move(Fixture *f, const char *uid, const char *collection, bool is_cards)
{
        CLEANUP(object_record_freep) ObjectRecord *record = get(f, uid);
        assert_int_equal(collection_ensure(f->store, collection, is_cards, is_cards ? NULL : "Etc/UTC"), 0);
        assert_int_equal(object_move(f->store, record->collection, record->resource, collection,
                                         record->resource, NOW),
                        0);
        return record->id;
}

static int64_t put_event(Fixture *f, const char *uid)
{
        ObjectOutcome outcome;
        assert_int_equal(put(f, uid, 0, "0000", AT_TEN, NOW, &outcome), 0);
        CLEANUP(object_record_freep) ObjectRecord *record = get(f, uid);
        return record->id;
}

static int64_t add(Fixture *f, World *world, const char *kind, int64_t contact, int64_t object)
{
        MailRecord mail = { .kind = kind,
                .contact = contact,
                .object = object,
                .uid = "",
                .recurrence_id = "",
                .start = "",
                .rule = "",
                .state = MAIL_PENDING,
                .next_attempt = NOW,
                .expires = USEC_INFINITY,
                .message_id = "" };
        MailState state;
        bool added = false;
        snprintf(mail.key, sizeof(mail.key), "%032" PRIx64 "%032d", (uint64_t)world->last + 1, 0);
        assert_int_equal(ledger_add(f->store, &mail, NOW, &added), 0);
        assert_int_equal(ledger_find(f->store, mail.key, &world->last, &state), 0);
        return world->last;
}

static void add_told_until(Fixture *f, int64_t mail, const World *world, usec_t end)
{
        const MailTold told[] = {
                { world->event, "open", "", "", "", "", USEC_INFINITY },
                { world->hidden_event, "hidden", "", "", "", "", end },
        };
        const MailText text = {
                .message_id = "id@x", .bytes = "bytes", .len = 5, .made = NOW, .told = told, .n_told = 2
        };
        assert_int_equal(ledger_commit_first_attempt(f->store, mail, &text, NOW), 0);
}

static void add_told(Fixture *f, int64_t mail, const World *world)
{
        add_told_until(f, mail, world, USEC_INFINITY);
}

static void make_bundle_of(Fixture *f, int64_t mail, const MailCompanion *other)
{
        const MailText text = { .message_id = "id2@x",
                .bytes = "bytes",
                .len = 5,
                .made = NOW,
                .companions = other,
                .n_companions = 1 };
        assert_int_equal(ledger_commit_first_attempt(f->store, mail, &text, NOW), 0);
}

static void make_bundle(Fixture *f, int64_t mail, int64_t companion)
{
        const MailCompanion other = { .id = companion, .finish = "", .place = "" };
        make_bundle_of(f, mail, &other);
}

static int append_number(const MailRecord *mail, void *userdata)
{
        buffer_printf(userdata, "%lld ", (long long)mail->id);
        return 0;
}

/* Checks that the mails of a scope are those whose numbers are given, newest first. */
static void expect(Fixture *f, int line, const LedgerScope *scope, int64_t last, const char *expected)
{
        CLEANUP(buffer_done) Buffer found = BUFFER_INIT(1024), seen = BUFFER_INIT(1024);
        const LedgerSearch search = { .scope = *scope };
        assert_int_equal(ledger_search(f->store, &search, 100, append_number, &found), 0);
        for (int64_t id = last; id > 0; id--) {
                CLEANUP(mail_record_freep) MailRecord *mail = NULL;
                bool is_in_scope = false;
                assert_int_equal(ledger_get(f->store, id, &mail), 0);
                assert_int_equal(ledger_is_in_scope(f->store, mail, scope, &is_in_scope), 0);
                if (is_in_scope)
                        buffer_printf(&seen, "%lld ", (long long)id);
        }
        if (strcmp(buffer_text(&found), expected) != 0 || strcmp(buffer_text(&seen), expected) != 0)
                fail_msg("line %d: %s, %s", line, buffer_text(&found), buffer_text(&seen));
}

static void make_world(Fixture *f, World *world)
{
        *world = (World){ .contact = put_contact(f, "anna") };
        world->event = put_event(f, "open");
        put_event(f, "hidden");
        world->hidden_event = move(f, "hidden", "secret", false);
}

static const LedgerScope all = { NULL, NULL }, some = { NULL, ",events," };

static void test_ledger_scope__a_deleted_event_needs_all(void **state)
{
        Fixture *f = *state;
        World world;
        make_world(f, &world);
        CLEANUP(object_record_freep) ObjectRecord *hidden = get(f, "hidden");
        add_told(f, add(f, &world, "agenda", world.contact, 0), &world); /* 1 */
        add(f, &world, "reminder", world.contact, world.event);          /* 2 leads 3 */
        make_bundle(f, 2, add(f, &world, "reminder", world.contact, world.hidden_event));
        add(f, &world, "reminder", world.contact, world.event); /* 4 */
        expect(f, __LINE__, &some, world.last, "4 ");
        assert_int_equal(object_delete(f->store, hidden->collection, hidden->resource, 0, NOW), 0);
        expect(f, __LINE__, &some, world.last, "4 ");
        expect(f, __LINE__, &all, world.last, "4 3 2 1 ");
}

/* The bytes of a bundle list what each of its rows does. */
static void test_ledger_scope__has_what_the_others_of_a_bundle_list(void **state)
{
        Fixture *f = *state;
        World world;
        make_world(f, &world);
        const MailTold told = { world.hidden_event, "hidden", "", "", "", "", USEC_INFINITY };
        add(f, &world, "reminder", world.contact, world.event); /* 1 leads 2 */
        add(f, &world, "reminder", world.contact, world.event);
        const MailCompanion other = { .id = 2, .finish = "", .place = "", .told = &told, .n_told = 1 };
        make_bundle_of(f, 1, &other);
        expect(f, __LINE__, &some, world.last, "");
        expect(f, __LINE__, &(LedgerScope){ NULL, ",events,secret," }, world.last, "2 1 ");
}

static int64_t count_told(Fixture *f)
{
        int64_t n = -1;
        assert_int_equal(QUERY_NUMBER(f->store, &n, 0, "SELECT count(*) FROM told WHERE mail > $1",
                                         BIND_I(0)),
                        0);
        return n;
}

/* An event that is over is listed as long as the text is kept, which names it. */
static void test_ledger_scope__is_known_as_long_as_the_text(void **state)
{
        Fixture *f = *state;
        World world;
        make_world(f, &world);
        add_told_until(f, add(f, &world, "agenda", world.contact, 0), &world, NOW + 1);
        assert_int_equal(ledger_close(f->store, 1, MAIL_SENT, MAIL_REASON_NONE, "250", NOW), 0);
        assert_int_equal(ledger_told_forget(f->store, NOW + 2), 0);
        assert_int_equal(count_told(f), 2);
        expect(f, __LINE__, &some, world.last, "");
        assert_int_equal(past_begin(f->store, NOW + 2), 0);
        assert_int_equal(past_process(f->store, 0, NOW + 2, NOW + 2), 0);
        assert_int_equal(ledger_told_forget(f->store, NOW + 2), 0);
        assert_int_equal(count_told(f), 1);
}

/* A row of a bundle, and what it lists, are not archived before the text of the bundle is gone. */
static void test_ledger_scope__outlives_the_archiving_of_a_companion(void **state)
{
        Fixture *f = *state;
        World world;
        make_world(f, &world);
        const MailTold told = { world.hidden_event, "hidden", "", "", "", "", NOW + 1 };
        add(f, &world, "reminder", world.contact, world.event);
        add(f, &world, "reminder", world.contact, world.event);
        const MailCompanion other = {
                .id = 2, .finish = "", .place = "", .expires = NOW + 1, .told = &told, .n_told = 1
        };
        make_bundle_of(f, 1, &other);
        assert_int_equal(ledger_close(f->store, 1, MAIL_SENT, MAIL_REASON_NONE, "250", NOW), 0);
        assert_int_equal(past_begin(f->store, NOW + 2), 0);
        assert_int_equal(past_process(f->store, NOW + 2, 0, NOW + 2), 0);
        expect(f, __LINE__, &some, world.last, "");
        assert_int_equal(past_begin(f->store, NOW + 2 * USEC_PER_DAY), 0);
        assert_int_equal(past_process(f->store, NOW + 2, NOW + 2, NOW + 2), 0);
        assert_int_equal(past_begin(f->store, NOW + 4 * USEC_PER_DAY), 0);
        assert_int_equal(past_process(f->store, NOW + 2, NOW + 2, NOW + 2), 0);
        assert_int_equal(count_told(f), 0);
}

/* A parked agenda ends, and another mail lists its event again. */
static void test_ledger_scope__has_what_a_mail_repeats(void **state)
{
        Fixture *f = *state;
        World world;
        make_world(f, &world);
        const int64_t parked = 1;
        const MailText text = { .message_id = "id2@x",
                .bytes = "bytes",
                .len = 5,
                .made = NOW,
                .repeated = &parked,
                .n_repeated = 1 };
        add(f, &world, "agenda", world.contact, 0);
        const MailTold told = { world.hidden_event, "hidden", "", "", "", "", NOW + 1 };
        const MailText first = { .message_id = "id@x",
                .bytes = "bytes",
                .len = 5,
                .made = NOW,
                .told = &told,
                .n_told = 1,
                .expires = NOW + 1 };
        assert_int_equal(ledger_commit_first_attempt(f->store, 1, &first, NOW), 0);
        assert_int_equal(ledger_close(f->store, 1, MAIL_PARKED, MAIL_REASON_NONE, "", NOW), 0);
        add(f, &world, "reminder", world.contact, world.event);
        assert_int_equal(ledger_commit_first_attempt(f->store, 2, &text, NOW), 0);
        assert_int_equal(ledger_close(f->store, 2, MAIL_SENT, MAIL_REASON_NONE, "250", NOW), 0);
        expect(f, __LINE__, &some, world.last, "");
        assert_int_equal(ledger_told_forget(f->store, NOW + 2), 0);
        assert_int_equal(past_begin(f->store, NOW + 2), 0);
        assert_int_equal(past_process(f->store, NOW + 2, 0, NOW + 2), 0);
        expect(f, __LINE__, &some, world.last, "");
        expect(f, __LINE__, &(LedgerScope){ NULL, ",events,secret," }, world.last, "2 1 ");
}

static void test_ledger_scope__has_the_contact_and_all_events_of_a_mail(void **state)
{
        Fixture *f = *state;
        World world = { 0 };
        world.contact = put_contact(f, "anna");
        world.event = put_event(f, "open");
        put_contact(f, "guest");
        put_event(f, "hidden");
        world.hidden_contact = move(f, "guest", "vip", true);
        world.hidden_event = move(f, "hidden", "secret", false);
        add(f, &world, "reminder", world.contact, world.event);          /* 1 */
        add(f, &world, "reminder", world.hidden_contact, world.event);   /* 2 */
        add(f, &world, "reminder", world.contact, world.hidden_event);   /* 3 */
        add_told(f, add(f, &world, "agenda", world.contact, 0), &world); /* 4 */
        add(f, &world, "reminder", world.contact, world.event);          /* 5 leads 6 */
        make_bundle(f, 5, add(f, &world, "reminder", world.contact, world.hidden_event));
        add(f, &world, "confirm", 0, 0);                   /* 7 */
        add(f, &world, "reminder", 9999, world.event);     /* 8: contact is gone */
        add(f, &world, "reminder", world.contact, 9998);   /* 9: event is gone */
        add(f, &world, "meeting-asked", world.contact, 0); /* 10 */
        const struct {
                int line;
                LedgerScope scope;
                const char *expected;
        } rows[] = {
                { __LINE__, { NULL, NULL }, "10 9 8 7 6 5 4 3 2 1 " },
                { __LINE__, { ",contacts,", NULL }, "10 9 7 6 5 4 3 1 " },
                { __LINE__, { ",other,vip,", NULL }, "2 " },
                { __LINE__, { ",", NULL }, "" },
                { __LINE__, { NULL, ",events," }, "8 7 2 1 " },
                { __LINE__, { NULL, ",events,meetings," }, "10 8 7 2 1 " },
                { __LINE__, { NULL, ",events,secret," }, "8 7 6 5 4 3 2 1 " },
                { __LINE__, { NULL, ",secret," }, "7 3 " },
                { __LINE__, { ",contacts,", ",events," }, "7 1 " },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                expect(f, rows[i].line, &rows[i].scope, world.last, rows[i].expected);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORE_TEST(test_ledger_scope__has_the_contact_and_all_events_of_a_mail),
                STORE_TEST(test_ledger_scope__a_deleted_event_needs_all),
                STORE_TEST(test_ledger_scope__has_what_the_others_of_a_bundle_list),
                STORE_TEST(test_ledger_scope__is_known_as_long_as_the_text),
                STORE_TEST(test_ledger_scope__outlives_the_archiving_of_a_companion),
                STORE_TEST(test_ledger_scope__has_what_a_mail_repeats),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
