/* Tests digests and quiet hours: the moments, the entries and the parts of an event. */

#include <dlfcn.h>
#include <sqlite3.h>

#include "remind/reminder-preview.h"

#include "reminders.h"

static void look_at_digests(Fixture *f, const char *when)
{
        bool more = true;
        while (more)
                assert_int_equal(digest_process(f->store, f->config, moment(when), &more), 0);
}

static void wish(Fixture *f, const char *lines)
{
        char text[256];
        snprintf(text, sizeof(text), "EMAIL:guest@example.org\r\n%s", lines);
        put_card(f, "guest", text);
}

static void test_digest_moment_after__follows_the_clock_over_its_changes(void **state)
{
        Fixture *f = *state;
        static const struct {
                int line;
                const char *wish, *zone, *after, *expected;
        } rows[] = {
                { __LINE__, "DAILY@08:00", "Europe/Moscow", "2027-01-01T04:59:59Z", "2027-01-01T05:00:00Z" },
                { __LINE__, "DAILY@08:00", "Europe/Moscow", "2027-01-01T05:00:00Z", "2027-01-02T05:00:00Z" },
                { __LINE__, "DAILY@08:00", "Europe/Berlin", "2027-03-27T07:00:00Z", "2027-03-28T06:00:00Z" },
                { __LINE__, "DAILY@02:30", "Europe/Berlin", "2027-03-28T00:00:00Z", "2027-03-28T01:30:00Z" },
                { __LINE__, "DAILY@00:00", "Pacific/Auckland", "2027-01-01T12:00:00Z",
                                "2027-01-02T11:00:00Z" },
                { __LINE__, "WEEKLY-MO@07:00", "Europe/Moscow", "2027-01-01T00:00:00Z",
                                "2027-01-04T04:00:00Z" },
                { __LINE__, "WEEKLY-FR@07:00", "Europe/Moscow", "2027-01-01T03:00:00Z",
                                "2027-01-01T04:00:00Z" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                DigestWish parsed;
                const Zone *zone;
                char text[21];
                assert_int_equal(digest_parse(rows[i].wish, &parsed), 0);
                assert_int_equal(zone_table_get(f->zones, rows[i].zone, &zone), 0);
                time_format_rfc3339(digest_moment_after(&parsed, zone, moment(rows[i].after)), text);
                if (strcmp(text, rows[i].expected) != 0)
                        fail_msg("row of line %d gives %s", rows[i].line, text);
        }
}

#define AFTER_THE_OUTAGE                                                                                    \
        "agenda |20270111T080000 Europe/Moscow|| PENDING\n"                                                 \
        "agenda |20270112T080000 Europe/Moscow|| EXPIRED overtaken by a later agenda\n"                     \
        "agenda |20270113T080000 Europe/Moscow|| EXPIRED overtaken by a later agenda\n"                     \
        "agenda |20270114T080000 Europe/Moscow|| PENDING\n"

static void test_digest_process__one_mail_for_each_moment_and_the_last_after_an_outage(void **state)
{
        Fixture *f = *state;
        wish(f, "X-CONVENED-DIGEST:DAILY@08:00\r\n");
        look_at_digests(f, "2027-01-10T12:00:00Z");
        assert_rows(f, "");
        look_at_digests(f, "2027-01-11T05:00:00Z");
        look_at_digests(f, "2027-01-11T05:00:01Z");
        assert_rows(f, "agenda |20270111T080000 Europe/Moscow|| PENDING\n");
        /*
         * A new note in the card changes nothing. After an outage of three days only the last digest is
         * sent.
         */
        wish(f, "X-CONVENED-DIGEST:DAILY@08:00\r\nNOTE:x\r\n");
        look_at_digests(f, "2027-01-14T06:00:00Z");
        assert_rows(f, AFTER_THE_OUTAGE);
        /* A new digest time applies from its next occurrence. */
        wish(f, "X-CONVENED-DIGEST:WEEKLY-FR@10:00\r\n");
        look_at_digests(f, "2027-01-14T06:10:00Z");
        look_at_digests(f, "2027-01-15T07:00:00Z");
        wish(f, "");
        look_at_digests(f, "2027-02-15T07:00:00Z");
        assert_rows(f, AFTER_THE_OUTAGE "agenda |20270115T100000 Europe/Moscow|| PENDING\n");
}

static void build_digest(Fixture *f, const char *at, const char *expected)
{
        CLEANUP(digest_done) Digest digest = { .n_sources = 0 };
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(card_freep) Card *card = NULL;
        CLEANUP(buffer_done) Buffer found = BUFFER_INIT(65536);
        assert_int_equal(object_find(f->store, "guest", &record), 0);
        assert_int_equal(card_parse(record->text, record->len, &card, NULL), 0);
        assert_int_equal(
                        digest_build(f->store, f->config, f->contact, card, moment(at), moment(at), &digest),
                        0);
        for (size_t i = 0; i < digest.text.n; i++) {
                char start[21];
                time_format_rfc3339(digest.text.entries[i].item.occurrence->start_usec, start);
                buffer_printf(&found, "%s\n", start);
        }
        assert_string_equal(buffer_text(&found), expected);
}

static void test_digest_build__has_all_listed_events_of_its_days(void **state)
{
        Fixture *f = *state;
        wish(f, "X-CONVENED-DIGEST:DAILY@08:00\r\n");
        put_event(f, "DTSTART:20270201T100000Z\r\nDTEND:20270201T110000Z\r\nRRULE:FREQ=DAILY;COUNT=5\r\n"
                     "EXDATE:20270202T100000Z\r\n");
        build_digest(f, "2027-02-01T05:00:00Z", "");
        subscribe(f, SUBSCRIBE_KIND, "session", "");
        build_digest(f, "2027-02-01T05:00:00Z", "2027-02-01T10:00:00Z\n");
        build_digest(f, "2027-02-03T10:30:00Z", "2027-02-03T10:00:00Z\n2027-02-04T10:00:00Z\n");
        wish(f, "X-CONVENED-DIGEST:WEEKLY-MO@08:00\r\n");
        build_digest(f, "2027-01-31T05:00:00Z",
                        "2027-02-01T10:00:00Z\n2027-02-03T10:00:00Z\n2027-02-04T10:00:00Z\n2027-02-05T10:00:"
                        "00Z\n");
        assert_int_equal(mute_put(f->store, f->contact, "e@x", f->now), 0);
        build_digest(f, "2027-01-31T05:00:00Z", "");
}

/* Wraps SQLite's step: number `fail_at` fails, all others succeed. */
static int n_steps, fail_at;

int sqlite3_step(sqlite3_stmt *statement)
{
        int (*step)(sqlite3_stmt *) = (int (*)(sqlite3_stmt *))dlsym(RTLD_NEXT, "sqlite3_step");
        return ++n_steps == fail_at ? SQLITE_CORRUPT : step(statement);
}

/* Builds a digest on a separate connection, which a fault may close. Return: as digest_build(). */
static int build_with_fault(Fixture *f, const Card *card, int at, size_t *ret_n)
{
        CLEANUP(digest_done) Digest digest = { .n_sources = 0 };
        CLEANUP(store_closep) Store *store = NULL;
        usec_t now = moment("2027-02-01T05:00:00Z");
        assert_int_equal(store_open(f->database, STORE_READ_ONLY, f->zones, &store, NULL), 0);
        n_steps = 0;
        fail_at = at;
        int r = digest_build(store, f->config, f->contact, card, now, now, &digest);
        fail_at = 0;
        *ret_n = digest.text.n;
        return r;
}

#define WHOLE "DTSTART;VALUE=DATE:20270201\r\nDTEND;VALUE=DATE:20270203\r\nSUMMARY:Forum\r\n"
#define PART(day, hour)                                                                                     \
        "DTSTART:202702" day "T" hour "0000Z\r\nDURATION:PT1H\r\nRELATED-TO:e@x\r\nSUMMARY:Part\r\n"

static void put_forum(Fixture *f)
{
        put_event(f, WHOLE);
        put_event_of(f, "late@x", PART("02", "14"));
        put_event_of(f, "early@x", PART("01", "06"));
        put_event_of(f, "outside@x", PART("05", "06"));
        put_event_of(f, "secret@x", PART("01", "08") "CLASS:PRIVATE\r\n");
        put_event_of(f, "other@x", "DTSTART:20270201T070000Z\r\nDURATION:PT1H\r\nRELATED-TO:else@x\r\n");
}

static void assert_parts(Fixture *f, const char *now, const char *expected)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL, *contact = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(card_freep) Card *card = NULL;
        CLEANUP(digest_done) Digest parts = { .n_sources = 0 };
        CLEANUP(buffer_done) Buffer found = BUFFER_INIT(4096);
        Occurrence occurrence = { .component = 0 };
        assert_int_equal(object_find(f->store, "e@x", &record), 0);
        assert_int_equal(object_find(f->store, "guest", &contact), 0);
        assert_int_equal(event_parse(f->zones, record->text, record->len, &event, NULL), 0);
        assert_int_equal(card_parse(contact->text, contact->len, &card, NULL), 0);
        occurrence.start_usec = record->start;
        occurrence.end_usec = record->end;
        const EventItem whole = { event, record, &occurrence, PUBLISH_LISTED };
        assert_int_equal(digest_parts(f->store, f->config, f->contact, card, &whole, NULL, moment(now),
                                         &parts),
                        0);
        for (size_t i = 0; i < parts.text.n; i++)
                buffer_printf(&found, "%s ", parts.text.entries[i].item.record->uid);
        assert_string_equal(buffer_text(&found), expected);
}

static void test_digest_parts__lists_what_lies_within_the_whole(void **state)
{
        Fixture *f = *state;
        put_forum(f);
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D");
        assert_parts(f, "2027-01-31T00:00:00Z", "early@x late@x ");
        assert_parts(f, "2027-02-01T12:00:00Z", "late@x ");
        assert_int_equal(mute_put(f->store, f->contact, "early@x", f->now), 0);
        assert_parts(f, "2027-01-31T00:00:00Z", "late@x ");
        subscribe(f, SUBSCRIBE_EVENT, "secret@x", "-P1D");
        assert_parts(f, "2027-01-31T00:00:00Z", "secret@x late@x ");
}

/* A guest of the forum is listed for none of its parts. */
static void test_digest_parts__are_for_whom_the_whole_is(void **state)
{
        Fixture *f = *state;
        put_forum(f);
        subscribe(f, SUBSCRIBE_EVENT, "e@x", "-P1D");
        assert_parts(f, "2027-01-31T00:00:00Z", "early@x late@x ");
        put_event(f, WHOLE "CATEGORIES:CONFERENCE\r\n");
        assert_int_equal(mute_kind_put(f->store, f->contact, "conference", f->now), 0);
        assert_parts(f, "2027-01-31T00:00:00Z", "");
        assert_int_equal(mute_kind_delete(f->store, f->contact, "conference"), 0);
        assert_int_equal(mute_put(f->store, f->contact, "late@x", f->now), 0);
        assert_parts(f, "2027-01-31T00:00:00Z", "early@x ");
        assert_int_equal(mute_put(f->store, f->contact, "e@x", f->now), 0);
        assert_parts(f, "2027-01-31T00:00:00Z", "");
}

/* The opening and the closing have no duration. What begins at the end and lasts is not within the whole. */
static void test_digest_parts__lists_what_has_no_duration(void **state)
{
        Fixture *f = *state;
        put_event(f, "DTSTART:20270201T060000Z\r\nDTEND:20270201T180000Z\r\n");
        put_event_of(f, "opening@x", "DTSTART:20270201T060000Z\r\nRELATED-TO:e@x\r\n");
        put_event_of(f, "closing@x", "DTSTART:20270201T180000Z\r\nRELATED-TO:e@x\r\n");
        put_event_of(f, "evening@x", "DTSTART:20270201T180000Z\r\nDURATION:PT1H\r\nRELATED-TO:e@x\r\n");
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D");
        assert_parts(f, "2027-01-31T00:00:00Z", "opening@x closing@x ");
        assert_parts(f, "2027-02-01T06:00:01Z", "closing@x ");
}

static void assert_preview(Fixture *f, const char *calendars, size_t n, const char *part, const char *phone)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(reminder_preview_done) ReminderPreview preview;
        reminder_preview_init(&preview);
        assert_int_equal(object_find(f->store, "e@x", &record), 0);
        const ReminderPreviewScope scope = { record, ",contacts,", calendars, f->now };
        assert_int_equal(reminder_preview_find(f->store, f->config, &scope, &preview), 0);
        assert_int_equal(preview.n_recipients, n);
        assert_int_equal(preview.n_reasons[MAIL_REASON_DIGEST], 1);
        assert_int_equal(preview.n_reasons[MAIL_REASON_NOT_PUBLIC], 2 - n);
        const char *given = buffer_text(&preview.mail[LANGUAGE_en]),
                   *own = buffer_text(&preview.mail[LANGUAGE_ru]);
        assert_true((strstr(given, "Part") != NULL) == (part != NULL));
        assert_non_null(strstr(given, phone));
        assert_null(strstr(own, phone));
        assert_true((*own != '\0') == (n == 2));
}

/* Recipients are those of the given address books. */
static void assert_n_recipients(Fixture *f, const char *books, size_t n)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(reminder_preview_done) ReminderPreview preview;
        reminder_preview_init(&preview);
        assert_int_equal(object_find(f->store, "e@x", &record), 0);
        const ReminderPreviewScope scope = { record, books, NULL, f->now };
        assert_int_equal(reminder_preview_find(f->store, f->config, &scope, &preview), 0);
        assert_int_equal(preview.n_recipients, n);
        assert_int_equal(preview.n_reasons[MAIL_REASON_DIGEST], n > 0);
        assert_true((preview.mail[LANGUAGE_en].len > 0) == (n > 0));
}

/* The mail about a part names the whole, like the mail that is sent. */
static void assert_names_whole(Fixture *f, const char *calendars, bool is_named)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(reminder_preview_done) ReminderPreview preview;
        reminder_preview_init(&preview);
        assert_int_equal(object_find(f->store, "early@x", &record), 0);
        const ReminderPreviewScope scope = { record, ",contacts,", calendars, f->now };
        assert_int_equal(reminder_preview_find(f->store, f->config, &scope, &preview), 0);
        const char *mail = buffer_text(&preview.mail[LANGUAGE_en]);
        assert_int_equal(preview.n_recipients, 1);
        assert_int_equal(strstr(mail, "Part of") != NULL, is_named);
        assert_int_equal(strstr(mail, "Forum") != NULL, is_named);
}

/* A contact that has listed itself gets the public text, and one with a digest no reminder. */
static void test_reminder_preview_find__shows_what_the_recipients_may_see(void **state)
{
        Fixture *f = *state;
        put_card(f, "guest", "EMAIL:guest@example.org\r\nLANG:en\r\n");
        put_card(f, "own", "EMAIL:own@example.org\r\nLANG:ru\r\n");
        put_card(f, "daily", "EMAIL:daily@example.org\r\nX-CONVENED-DIGEST:DAILY@08:00\r\n");
        put_event(f, WHOLE "DESCRIPTION:Call +7 495 000-00-00\r\n");
        put_event_of(f, "early@x", PART("01", "06"));
        subscribe(f, SUBSCRIBE_EVENT, "e@x", "");
        subscribe(f, SUBSCRIBE_EVENT, "early@x", "");
        assert_int_equal(subscription_put_own(f->store, id_of(f, "own"), SUBSCRIBE_EVENT, "e@x", "", f->now),
                        0);
        assert_int_equal(subscription_put(f->store, id_of(f, "daily"), SUBSCRIBE_EVENT, "e@x", "", f->now),
                        0);
        assert_preview(f, NULL, 2, "Part", "495 000");
        assert_preview(f, ",events,", 2, "Part", "495 000");
        assert_preview(f, ",other,", 2, NULL, "495 000");
        assert_n_recipients(f, NULL, 2);
        assert_n_recipients(f, ",other,", 0);
        assert_names_whole(f, NULL, true);
        assert_names_whole(f, ",events,", true);
        assert_names_whole(f, ",other,", false);
        put_event(f, WHOLE "CLASS:PRIVATE\r\nDESCRIPTION:Call +7 495 000-00-00\r\n");
        assert_preview(f, NULL, 1, "Part", "495 000");
}

/* Finds whether the whole's mails stand for the reminder of a part. -1: no whole can stand for it. */
static int says(Fixture *f, const char *uid, const char *start, const char *now)
{
        CLEANUP(object_record_freep) ObjectRecord *part = NULL, *whole = NULL;
        WholeSays says = WHOLE_SAYS_NOTHING;
        MailRecord mail = {
                .contact = f->contact, .uid = uid, .recurrence_id = "", .start = start, .due = moment(now)
        };
        assert_int_equal(object_find(f->store, uid, &part), 0);
        assert_int_equal(whole_find(f->store, part, f->contact, &whole), 0);
        if (!whole)
                return -1;
        assert_int_equal(whole_says(f->store, whole, &mail, moment(now), &says), 0);
        return (int)says;
}

#define EVE "2027-01-31T15:00:00Z"

static void test_whole_says__a_part_that_was_told_needs_no_reminder(void **state)
{
        Fixture *f = *state;
        int64_t ids[8];
        int n = 0;
        put_forum(f);
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D@18:00");
        assert_int_equal(says(f, "outside@x", "", EVE), -1);
        assert_int_equal(says(f, "other@x", "", EVE), -1);
        /* The whole is due, then its row is open, then its mail was sent. */
        assert_int_equal(says(f, "early@x", "20270201T060000Z", EVE), WHOLE_WILL_SAY);
        look(f, EVE, HORIZON);
        assert_int_equal(says(f, "early@x", "20270201T060000Z", EVE), WHOLE_WILL_SAY);
        assert_int_equal(ledger_due(f->store, moment(EVE), 8, ids, &n), 0);
        assert_int_equal(n, 1);
        const MailTold told = { .object = id_of(f, "early@x"),
                .uid = "early@x",
                .recurrence_id = "",
                .start = "20270201T060000Z",
                .finish = "20270201T070000Z",
                .place = "",
                .expires = moment("2027-02-01T07:00:00Z") };
        const MailText text = { .message_id = "m", .bytes = "x", .len = 1, .told = &told, .n_told = 1 };
        assert_int_equal(ledger_commit_first_attempt(f->store, ids[0], &text, moment(EVE)), 0);
        assert_int_equal(says(f, "early@x", "20270201T060000Z", EVE), WHOLE_WILL_SAY);
        assert_int_equal(ledger_close(f->store, ids[0], MAIL_SENT, MAIL_REASON_NONE, "250", moment(EVE)), 0);
        assert_int_equal(says(f, "early@x", "20270201T060000Z", EVE), WHOLE_HAS_TOLD);
        /* A part that has moved since, or was not in the mail, has a reminder of its own. */
        assert_int_equal(says(f, "early@x", "20270201T063000Z", EVE), WHOLE_SAYS_NOTHING);
        assert_int_equal(says(f, "late@x", "20270202T140000Z", EVE), WHOLE_SAYS_NOTHING);
        /* So has one that the contact is listed for alone. */
        subscribe(f, SUBSCRIBE_EVENT, "early@x", "-P1D");
        assert_int_equal(says(f, "early@x", "20270201T060000Z", EVE), -1);
}

static void test_digest_build__is_complete_or_fails(void **state)
{
        Fixture *f = *state;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(card_freep) Card *card = NULL;
        size_t n_whole, n;
        int n_failed = 0;
        scratch_needs_file(f->store); /* build_with_fault() makes SQLite fail */
        wish(f, "X-CONVENED-DIGEST:DAILY@08:00\r\n");
        subscribe(f, SUBSCRIBE_ALL, "", "");
        put_event(f, ONE);
        assert_int_equal(object_find(f->store, "guest", &record), 0);
        assert_int_equal(card_parse(record->text, record->len, &card, NULL), 0);
        assert_int_equal(build_with_fault(f, card, 0, &n_whole), 0);
        assert_int_equal(n_whole, 1);
        int total = n_steps;
        assert_true(total > 3);
        for (int at = 1; at <= total; at++) {
                int r = build_with_fault(f, card, at, &n);
                if (r == 0 && n != n_whole)
                        fail_msg("step %d of %d failed, and the digest had %zu entries", at, total, n);
                n_failed += r != 0;
        }
        assert_true(n_failed > 3);
}

static void test_due_process__a_digest_replaces_single_reminders(void **state)
{
        Fixture *f = *state;
        wish(f, "X-CONVENED-DIGEST:DAILY@08:00\r\n");
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D");
        put_event(f, ONE);
        look(f, "2027-01-31T10:00:00Z", HORIZON);
        assert_ledger(f, "-P1D SUPPRESSED the contact gets an agenda instead\n");
        /* Not even later, when the contact wants single reminders again. */
        wish(f, "");
        look(f, "2027-01-31T11:00:00Z", HORIZON);
        assert_ledger(f, "-P1D SUPPRESSED the contact gets an agenda instead\n");
}

static void test_consent_quiet_until__ends_on_the_readers_clock(void **state)
{
        Fixture *f = *state;
        static const struct {
                int line;
                const char *zone, *at, *expected;
        } rows[] = {
                { __LINE__, "Europe/Moscow", "2027-01-01T18:59:59Z", "2027-01-01T18:59:59Z" },
                { __LINE__, "Europe/Moscow", "2027-01-01T19:00:00Z", "2027-01-02T04:00:00Z" },
                { __LINE__, "Europe/Moscow", "2027-01-01T22:00:00Z", "2027-01-02T04:00:00Z" },
                { __LINE__, "Europe/Moscow", "2027-01-02T04:00:00Z", "2027-01-02T04:00:00Z" },
                { __LINE__, "Europe/Berlin", "2027-03-27T22:00:00Z", "2027-03-28T05:00:00Z" },
        };
        QuietHours hours;
        assert_int_equal(quiet_parse("22:00-07:00", &hours), 0);
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                const Zone *zone;
                char text[21];
                assert_int_equal(zone_table_get(f->zones, rows[i].zone, &zone), 0);
                time_format_rfc3339(consent_quiet_until(&hours, zone, moment(rows[i].at)), text);
                if (strcmp(text, rows[i].expected) != 0)
                        fail_msg("row of line %d gives %s", rows[i].line, text);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                DUE_TEST(test_digest_moment_after__follows_the_clock_over_its_changes),
                DUE_TEST(test_digest_process__one_mail_for_each_moment_and_the_last_after_an_outage),
                DUE_TEST(test_digest_build__has_all_listed_events_of_its_days),
                DUE_TEST(test_due_process__a_digest_replaces_single_reminders),
                DUE_TEST(test_consent_quiet_until__ends_on_the_readers_clock),
                DUE_TEST(test_digest_build__is_complete_or_fails),
                DUE_TEST(test_digest_parts__lists_what_lies_within_the_whole),
                DUE_TEST(test_digest_parts__lists_what_has_no_duration),
                DUE_TEST(test_digest_parts__are_for_whom_the_whole_is),
                DUE_TEST(test_reminder_preview_find__shows_what_the_recipients_may_see),
                DUE_TEST(test_whole_says__a_part_that_was_told_needs_no_reminder),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
