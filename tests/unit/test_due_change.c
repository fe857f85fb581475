/* Tests what becomes due after a change of an event, during a fan-out and after an outage. */

#include "reminders.h"

static void remind(Fixture *f)
{
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D");
        put_event(f, ONE HALL);
        look(f, "2027-01-31T10:00:00Z", HORIZON);
        deliver(f, "2027-01-31T10:00:00Z");
        assert_rows(f, TOLD);
}

/*
 * Commits a digest with the event's current state. @as_of: number of the change that it was composed from.
 */
static int64_t digest_goes(Fixture *f, const char *key, const char *start, const char *finish,
                const char *place, int64_t as_of)
{
        int64_t id = 0;
        MailState found;
        bool added = false;
        MailRecord mail = {
                .kind = "agenda",
                .contact = f->contact,
                .uid = "",
                .recurrence_id = "",
                .start = "",
                .rule = "DAILY@18:00",
                .state = MAIL_PENDING,
                .expires = f->now,
                .next_attempt = f->now,
                .message_id = "",
                .token = key,
        };
        snprintf(mail.key, sizeof(mail.key), "%s", key);
        assert_int_equal(ledger_add(f->store, &mail, f->now, &added), 0);
        assert_int_equal(ledger_find(f->store, key, &id, &found), 0);
        MailTold told = { id_of(f, "e@x"), "e@x", "", start, finish, place, moment("2027-02-01T11:00:00Z") };
        MailText text = { .message_id = key, .bytes = "x", .len = 1, .told = &told, .n_told = 1 };
        text.as_of = as_of;
        assert_int_equal(ledger_commit_first_attempt(f->store, id, &text, f->now), 0);
        return id;
}

/* Processes the event that is due at @when, and calls @between after the index was read. */
static void look_and(Fixture *f, const char *when, void (*between)(Fixture *f))
{
        usec_t now;
        DueEntry due = { .object = 0 };
        assert_int_equal(time_parse_rfc3339(when, &now), 0);
        assert_int_equal(due_index_each(f->store, now, 1, on_due, &due), 0);
        assert_true(due.object > 0);
        between(f);
        assert_int_equal(due_process(f->store, f->config, due.object, 0, now), 0);
}

static void nothing(Fixture *f)
{
        (void)f;
}

static void move_to_the_yard(Fixture *f)
{
        put_event(f, ONE "LOCATION:Yard\r\n");
}

static void delete_event(Fixture *f)
{
        assert_int_equal(object_delete_found(f->store, "e@x", f->now), 0);
}

static int on_change_count(const MailRecord *mail, void *userdata)
{
        int *n = userdata;
        *n += strcmp(mail->kind, "change") == 0 && strcmp(mail->place, "Yard") == 0;
        return 0;
}

static void test_due_process__missed_reminders_are_added_with_a_reason(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "-PT2H");
        put_event(f, ONE "RRULE:FREQ=DAILY;COUNT=5\r\n");
        look_and(f, "2027-01-20T10:00:00Z", nothing);
        look_and(f, "2027-02-01T08:00:00Z", nothing);
        deliver(f, "2027-02-01T08:00:00Z");
        /* The daemon was down for two of the days and runs again before the fourth. */
        look_and(f, "2027-02-04T09:00:00Z", nothing);
        assert_rows(f, "reminder 20270201T100000Z|20270201T100000Z|20270201T110000Z| SENT 250\n"
                       "reminder 20270202T100000Z|20270202T100000Z|20270202T110000Z| EXPIRED "
                       "it had become pointless before the mail could go\n"
                       "reminder 20270203T100000Z|20270203T100000Z|20270203T110000Z| EXPIRED "
                       "it had become pointless before the mail could go\n"
                       "reminder 20270204T100000Z|20270204T100000Z|20270204T110000Z| PENDING\n");
        /* A contact that is listed only now missed no reminder. */
        put_card(f, "late", "EMAIL:late@example.org\r\n");
        assert_int_equal(subscription_put(f->store, id_of(f, "late"), SUBSCRIBE_ALL, "", "-PT2H",
                                         moment("2027-02-05T11:30:00Z")),
                        0);
        look_and(f, "2027-02-05T11:30:00Z", nothing);
        assert_states(f, MAIL_EXPIRED, 3);
}

/* The office edits the event before the daemon is started again. */
static void test_due_process__an_edit_after_an_outage_keeps_missed_reminders(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "-PT2H");
        put_event(f, ONE "SUMMARY:Draft\r\n");
        look_and(f, "2027-01-20T10:00:00Z", nothing);
        f->now = moment("2027-02-01T12:00:00Z");
        put_event(f, ONE "SUMMARY:Held\r\n");
        look_and(f, "2027-02-01T12:10:00Z", nothing);
        assert_rows(f, "reminder |20270201T100000Z|20270201T110000Z| EXPIRED "
                       "it had become pointless before the mail could go\n");
        /* No reminder was missed for times that the store did not have then. */
        put_event(f, "DTSTART:20270201T090000Z\r\nDTEND:20270201T093000Z\r\n");
        look_until_done(f, "2027-02-01T12:20:00Z");
        assert_states(f, MAIL_EXPIRED, 1);
}

static usec_t expires_of(Fixture *f, int64_t id)
{
        CLEANUP(mail_record_freep) MailRecord *mail = NULL;
        assert_int_equal(ledger_get(f->store, id, &mail), 0);
        return mail->expires;
}

/* The key of a reminder has the start, not the end. */
static void test_due_process__a_waiting_reminder_ends_with_its_event(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D");
        put_event(f, ONE HALL);
        look_until_done(f, "2027-01-31T10:00:00Z");
        put_event(f, "DTSTART:20270201T100000Z\r\nDTEND:20270201T180000Z\r\n" HALL);
        look_until_done(f, "2027-01-31T10:10:00Z");
        assert_states(f, MAIL_PENDING, 1);
        assert_true(expires_of(f, 1) == moment("2027-02-01T18:00:00Z"));
        put_event(f, "DTSTART:20270201T100000Z\r\nDTEND:20270201T103000Z\r\n" HALL);
        look_until_done(f, "2027-01-31T10:20:00Z");
        assert_true(expires_of(f, 1) == moment("2027-02-01T10:30:00Z"));
}

static void test_due_process__an_edit_during_a_fan_out_reaches_every_contact(void **state)
{
        Fixture *f = *state;
        enum { GUESTS = 250 };
        int n_told = 0;
        put_event(f, ONE HALL);
        put_guests(f, GUESTS, "-P1D");
        look_and(f, "2027-01-31T10:00:00Z", nothing);
        deliver(f, "2027-01-31T10:00:00Z");
        look_and(f, "2027-01-31T10:00:01Z", move_to_the_yard);
        look_until_done(f, "2027-01-31T10:00:02Z");
        deliver(f, "2027-01-31T10:00:03Z");
        assert_int_equal(ledger_each(f->store, 0, false, 1000, on_change_count, &n_told), 0);
        assert_int_equal(n_told, 100); /* the first batch; others only get the new location */
}

static void test_due_process__an_event_that_is_deleted_during_a_fan_out_is_gone(void **state)
{
        Fixture *f = *state;
        usec_t next;
        put_event(f, ONE HALL);
        put_guests(f, 250, "-P1D");
        look_and(f, "2027-01-31T10:00:00Z", nothing);
        look_and(f, "2027-01-31T10:00:01Z", delete_event);
        assert_int_equal(due_index_next(f->store, &next), 0);
        assert_true(next == USEC_INFINITY);
}

static void test_due_process__an_edit_of_the_text_causes_no_notice(void **state)
{
        Fixture *f = *state;
        remind(f);
        put_event(f, ONE HALL "SUMMARY:Another name\r\n");
        look(f, "2027-01-31T11:00:00Z", HORIZON);
        assert_rows(f, TOLD);
}

static void test_due_process__a_move_causes_one_notice(void **state)
{
        Fixture *f = *state;
        remind(f);
        put_event(f, LATER HALL);
        look(f, "2027-01-31T11:00:00Z", HORIZON);
        look(f, "2027-01-31T11:01:00Z", HORIZON);
        assert_rows(f, TOLD "change |20270203T100000Z|20270203T110000Z|Hall PENDING\n");
        deliver(f, "2027-01-31T11:02:00Z");
        look(f, "2027-01-31T11:03:00Z", HORIZON);
        assert_rows(f, TOLD "change |20270203T100000Z|20270203T110000Z|Hall SENT 250\n");
        /* The reminder of the new date is due at its own time. */
        look(f, "2027-02-02T10:00:00Z", HORIZON);
        assert_rows(f, TOLD "change |20270203T100000Z|20270203T110000Z|Hall SENT 250\n"
                            "reminder |20270203T100000Z|20270203T110000Z|Hall PENDING\n");
}

static void test_due_process__a_move_back_before_the_mail_was_sent_causes_no_notice(void **state)
{
        Fixture *f = *state;
        remind(f);
        put_event(f, LATER HALL);
        look(f, "2027-01-31T11:00:00Z", HORIZON);
        put_event(f, ONE HALL);
        look(f, "2027-01-31T11:01:00Z", HORIZON);
        assert_rows(f, TOLD "change |20270203T100000Z|20270203T110000Z|Hall PENDING\n");
}

static void test_due_process__each_move_causes_a_notice_also_a_move_back(void **state)
{
        Fixture *f = *state;
        remind(f);
        for (int i = 0; i < 3; i++) {
                put_event(f, i % 2 ? ONE "LOCATION:Hall\r\n" : LATER "LOCATION:Hall\r\n");
                look(f, "2027-01-31T11:00:00Z", HORIZON);
                deliver(f, "2027-01-31T11:00:00Z");
        }
        assert_rows(f, TOLD "change |20270203T100000Z|20270203T110000Z|Hall SENT 250\n"
                            "change |20270201T100000Z|20270201T110000Z|Hall SENT 250\n"
                            "change |20270203T100000Z|20270203T110000Z|Hall SENT 250\n");
}

static void test_due_process__a_change_after_a_digest_causes_a_notice(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "-PT1M");
        put_event(f, ONE HALL);
        int64_t id = digest_goes(f, "a", "20270201T100000Z", "20270201T110000Z", "Hall", 1);
        assert_int_equal(ledger_close(f->store, id, MAIL_SENT, MAIL_REASON_NONE, "250", f->now), 0);
        look(f, "2027-01-31T10:00:00Z", HORIZON);
        assert_states(f, MAIL_PENDING, 0);
        put_event(f, ONE "LOCATION:Yard\r\n");
        look(f, "2027-01-31T10:01:00Z", HORIZON);
        look(f, "2027-01-31T10:02:00Z", HORIZON);
        assert_rows(f, "agenda ||| SENT 250\n"
                       "change |20270201T100000Z|20270201T110000Z|Yard PENDING\n");
}

/* Neither a deferred nor a rejected mail counts as told. */
static void test_due_process__a_digest_that_was_not_sent_causes_no_notice(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "-PT1M");
        put_event(f, ONE HALL);
        int64_t id = digest_goes(f, "a", "20270201T100000Z", "20270201T110000Z", "Hall", 1);
        assert_int_equal(ledger_defer(f->store, id, f->now + 1, "451", f->now), 0);
        id = digest_goes(f, "b", "20270201T100000Z", "20270201T110000Z", "Hall", 1);
        assert_int_equal(ledger_close(f->store, id, MAIL_FAILED, MAIL_REASON_NONE, "550", f->now), 0);
        put_event(f, ONE "LOCATION:Yard\r\n");
        look(f, "2027-01-31T10:01:00Z", HORIZON);
        assert_rows(f, "agenda ||| PENDING 451\nagenda ||| FAILED 550\n");
        id = digest_goes(f, "c", "20270201T100000Z", "20270201T110000Z", "Hall", 1);
        assert_int_equal(ledger_retry(f->store, id, MAIL_UNKNOWN, f->now + 1, "", f->now), 0);
        look(f, "2027-01-31T10:02:00Z", HORIZON);
        assert_rows(f, "agenda ||| PENDING 451\nagenda ||| FAILED 550\nagenda ||| UNKNOWN\n"
                       "change |20270201T100000Z|20270201T110000Z|Yard PENDING\n");
}

/* A delayed mail has an older row than a mail that told an older state. */
static void test_due_process__compares_with_the_newest_bytes(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "-PT1M");
        put_event(f, ONE HALL);
        int64_t first = digest_goes(f, "a", "20270201T100000Z", "20270201T110000Z", "Yard", 9);
        int64_t second = digest_goes(f, "b", "20270201T100000Z", "20270201T110000Z", "Hall", 8);
        assert_true(first < second);
        assert_int_equal(ledger_close(f->store, first, MAIL_SENT, MAIL_REASON_NONE, "250", f->now), 0);
        assert_int_equal(ledger_close(f->store, second, MAIL_SENT, MAIL_REASON_NONE, "250", f->now), 0);
        look(f, "2027-01-31T10:01:00Z", HORIZON);
        assert_rows(f, "agenda ||| SENT 250\nagenda ||| SENT 250\n"
                       "change |20270201T100000Z|20270201T110000Z|Hall PENDING\n");
}

static void test_due_process__a_change_of_place_causes_a_notice(void **state)
{
        Fixture *f = *state;
        remind(f);
        put_event(f, ONE "LOCATION:Yard\r\n");
        look(f, "2027-01-31T11:00:00Z", HORIZON);
        assert_rows(f, TOLD "change |20270201T100000Z|20270201T110000Z|Yard PENDING\n");
}

/* A change that no reader can see causes neither a notice nor a second reminder. */
static void test_due_process__what_looks_the_same_causes_no_notice(void **state)
{
        enum { QUIET, TOLD_ANEW };
        static const struct {
                int line;
                const char *before, *after;
                int expected;
        } rows[] = {
                { __LINE__, ONE HALL, ONE "LOCATION: HALL \r\n", QUIET },
                { __LINE__, ONE "LOCATION:Зал 1\r\n", ONE "LOCATION:зал\\n 1\r\n", QUIET },
                { __LINE__, ONE "LOCATION:Зал 1\r\n", ONE "LOCATION:Зал 11\r\n", TOLD_ANEW },
                { __LINE__, ONE "LOCATION:Зал 1\r\n", ONE "LOCATION:Зал1\r\n", TOLD_ANEW },
                { __LINE__, ONE, ONE HALL, TOLD_ANEW },
                { __LINE__, IN("Europe/Moscow", "T130000", "T140000"),
                                IN("Europe/Simferopol", "T130000", "T140000"), QUIET },
                { __LINE__, ONE, IN("Europe/Moscow", "T130000", "T140000"), QUIET },
                { __LINE__, IN("Europe/Moscow", "T130000", "T140000"), ONE, QUIET },
                { __LINE__, IN("Europe/Moscow", "T130000", "T140000"),
                                IN("Asia/Yekaterinburg", "T150000", "T160000"), TOLD_ANEW },
                { __LINE__, IN("Europe/Moscow", "T130000", "T140000"),
                                IN("Asia/Yekaterinburg", "T130000", "T140000"), TOLD_ANEW },
                { __LINE__, IN("Europe/Moscow", "T130000", "T140000"),
                                "DTSTART;TZID=Europe/Moscow:20270201T130000\r\nDURATION:PT1H\r\n", QUIET },
                { __LINE__, IN("Europe/Moscow", "T130000", "T140000"),
                                IN("Europe/Simferopol", "T130000", "T150000"), TOLD_ANEW },
                { __LINE__, DAYS, DAYS "X-CONVENED-TZID:Asia/Tokyo\r\n", QUIET },
                { __LINE__, DAYS, IN("Europe/Moscow", "T000000", "T235959"), TOLD_ANEW },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                int64_t counts[MAIL_PARKED + 1];
                Fixture *f = *state;
                subscribe(f, SUBSCRIBE_ALL, "", "-P1D");
                put_event(f, rows[i].before);
                look(f, "2027-01-31T22:00:00Z", HORIZON);
                deliver(f, "2027-01-31T22:00:00Z");
                put_event(f, rows[i].after);
                look(f, "2027-01-31T23:00:00Z", HORIZON);
                assert_int_equal(ledger_counts(f->store, counts), 0);
                if (counts[MAIL_PENDING] != (rows[i].expected == TOLD_ANEW))
                        fail_msg("line %d: %d open mails", rows[i].line, (int)counts[MAIL_PENDING]);
                tear_down(state);
                set_up(state);
        }
}

static void test_due_process__a_cancellation_and_its_end_cause_notices(void **state)
{
        Fixture *f = *state;
        remind(f);
        put_event(f, ONE HALL "STATUS:CANCELLED\r\n");
        look(f, "2027-01-31T11:00:00Z", HORIZON);
        deliver(f, "2027-01-31T11:00:00Z");
        look(f, "2027-01-31T11:30:00Z", HORIZON);
        put_event(f, ONE HALL);
        look(f, "2027-01-31T12:00:00Z", HORIZON);
        assert_rows(f, TOLD "cancel |20270201T100000Z|20270201T110000Z|Hall SENT 250\n"
                            "change |20270201T100000Z|20270201T110000Z|Hall PENDING\n");
}

/* Only contacts that the office has listed for a private or confidential event itself are told of it. */
static void test_due_process__what_is_private_needs_a_listing_of_its_own(void **state)
{
        static const struct {
                int line;
                const char *class;
                SubscriptionScope scope;
                const char *target;
                bool own;
                PublishAudience audience;
                int expected;
        } rows[] = {
                { __LINE__, "PUBLIC", SUBSCRIBE_ALL, "", false, PUBLISH_LISTED, 1 },
                { __LINE__, "PUBLIC", SUBSCRIBE_ALL, "", true, PUBLISH_PUBLIC, 1 },
                { __LINE__, "PUBLIC", SUBSCRIBE_EVENT, "e@x", false, PUBLISH_CONTACT, 1 },
                { __LINE__, "PRIVATE", SUBSCRIBE_ALL, "", false, PUBLISH_LISTED, 0 },
                { __LINE__, "PRIVATE", SUBSCRIBE_KIND, "session", false, PUBLISH_LISTED, 0 },
                { __LINE__, "PRIVATE", SUBSCRIBE_CALENDAR, "events", false, PUBLISH_LISTED, 0 },
                { __LINE__, "PRIVATE", SUBSCRIBE_EVENT, "e@x", true, PUBLISH_PUBLIC, 0 },
                { __LINE__, "PRIVATE", SUBSCRIBE_EVENT, "e@x", false, PUBLISH_CONTACT, 1 },
                { __LINE__, "CONFIDENTIAL", SUBSCRIBE_ALL, "", false, PUBLISH_LISTED, 0 },
                { __LINE__, "CONFIDENTIAL", SUBSCRIBE_EVENT, "e@x", false, PUBLISH_CONTACT, 1 },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Fixture *f = *state;
                char lines[256];
                PublishAudience audience = PUBLISH_PUBLIC;
                int (*put)(Store *, int64_t, SubscriptionScope, const char *, const char *, usec_t) =
                                rows[i].own ? subscription_put_own : subscription_put;
                assert_int_equal(
                                put(f->store, f->contact, rows[i].scope, rows[i].target, "-P1D", f->now), 0);
                snprintf(lines, sizeof(lines), ONE HALL "CLASS:%s\r\n", rows[i].class);
                put_event(f, lines);
                look(f, "2027-01-31T10:00:00Z", HORIZON);
                assert_states(f, MAIL_PENDING, rows[i].expected);
                assert_int_equal(audience_of(f->store, f->contact, id_of(f, "e@x"), &audience), 0);
                if (audience != rows[i].audience)
                        fail_msg("line %d: audience %d", rows[i].line, (int)audience);
                tear_down(state);
                set_up(state);
        }
}

/* One instance of a public series is private. */
static void test_due_process__a_private_instance_needs_a_listing_of_its_own(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_KIND, "session", "-P2D");
        put_event(f, ONE "RRULE:FREQ=DAILY;COUNT=5\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:e@x\r\n"
                         "DTSTAMP:20260101T000000Z\r\nRECURRENCE-ID:20270202T100000Z\r\n"
                         "DTSTART:20270202T100000Z\r\nDTEND:20270202T110000Z\r\nCLASS:PRIVATE\r\n");
        look(f, "2027-01-31T10:00:00Z", HORIZON);
        assert_rows(f, "reminder 20270201T100000Z|20270201T100000Z|20270201T110000Z| PENDING\n");
}

static void test_due_process__a_series_in_a_renamed_zone_causes_no_notice(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "-P2D");
        put_event(f, IN("Europe/Moscow", "T130000", "T140000") "RRULE:FREQ=DAILY;COUNT=5\r\n");
        look(f, "2027-01-31T10:00:00Z", HORIZON);
        deliver(f, "2027-01-31T10:00:00Z");
        assert_states(f, MAIL_SENT, 2);
        put_event(f, IN("Europe/Simferopol", "T130000", "T140000") "RRULE:FREQ=DAILY;COUNT=5\r\n");
        look(f, "2027-01-31T11:00:00Z", HORIZON);
        assert_states(f, MAIL_PENDING, 0);
}

static void test_due_process__a_changed_occurrence_causes_one_notice(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "-P2D");
        put_event(f, ONE "RRULE:FREQ=DAILY;COUNT=5\r\n");
        look(f, "2027-01-31T10:00:00Z", HORIZON);
        deliver(f, "2027-01-31T10:00:00Z");
        assert_rows(f, "reminder 20270201T100000Z|20270201T100000Z|20270201T110000Z| SENT 250\n"
                       "reminder 20270202T100000Z|20270202T100000Z|20270202T110000Z| SENT 250\n");
        put_event(f, ONE "RRULE:FREQ=DAILY;COUNT=5\r\nEXDATE:20270202T100000Z\r\n");
        look(f, "2027-01-31T11:00:00Z", HORIZON);
        assert_rows(f, "reminder 20270201T100000Z|20270201T100000Z|20270201T110000Z| SENT 250\n"
                       "reminder 20270202T100000Z|20270202T100000Z|20270202T110000Z| SENT 250\n"
                       "cancel 20270202T100000Z|20270202T100000Z|20270202T110000Z| PENDING\n");
}

static void test_due_process__a_contact_that_was_not_told_gets_no_notice(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D");
        put_event(f, ONE HALL);
        look(f, "2027-01-30T10:00:00Z", HORIZON);
        put_event(f, LATER HALL);
        look(f, "2027-01-30T11:00:00Z", HORIZON);
        assert_rows(f, "");
}

static void test_due_process__a_notice_replaces_earlier_reminders(void **state)
{
        Fixture *f = *state;
        remind(f);
        put_event(f, "DTSTART:20270201T080000Z\r\nDTEND:20270201T090000Z\r\n" HALL);
        look(f, "2027-01-31T11:00:00Z", HORIZON);
        assert_rows(f, TOLD "change |20270201T080000Z|20270201T090000Z|Hall PENDING\n"
                            "reminder |20270201T080000Z|20270201T090000Z|Hall EXPIRED told by the notice of "
                            "the change\n");
}

static void test_due_process__late_reminders_may_be_skipped(void **state)
{
        Fixture *f = *state;
        f->config->mail.late = "skip";
        assert_int_equal(time_parse_rfc3339("2027-01-31T12:00:00Z", &f->now), 0);
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D,-PT2H");
        put_event(f, ONE HALL);
        look(f, "2027-01-31T12:00:00Z", HORIZON);
        look(f, "2027-02-01T08:00:00Z", HORIZON);
        assert_ledger(f, "-P1D EXPIRED event or subscription came after this moment, and mail.late is skip\n"
                         "-PT2H PENDING\n");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                DUE_TEST(test_due_process__an_edit_of_the_text_causes_no_notice),
                DUE_TEST(test_due_process__missed_reminders_are_added_with_a_reason),
                DUE_TEST(test_due_process__an_edit_after_an_outage_keeps_missed_reminders),
                DUE_TEST(test_due_process__an_edit_during_a_fan_out_reaches_every_contact),
                DUE_TEST(test_due_process__a_waiting_reminder_ends_with_its_event),
                DUE_TEST(test_due_process__an_event_that_is_deleted_during_a_fan_out_is_gone),
                DUE_TEST(test_due_process__a_move_causes_one_notice),
                DUE_TEST(test_due_process__a_move_back_before_the_mail_was_sent_causes_no_notice),
                DUE_TEST(test_due_process__each_move_causes_a_notice_also_a_move_back),
                DUE_TEST(test_due_process__a_change_after_a_digest_causes_a_notice),
                DUE_TEST(test_due_process__a_digest_that_was_not_sent_causes_no_notice),
                DUE_TEST(test_due_process__compares_with_the_newest_bytes),
                DUE_TEST(test_due_process__a_change_of_place_causes_a_notice),
                DUE_TEST(test_due_process__a_series_in_a_renamed_zone_causes_no_notice),
                DUE_TEST(test_due_process__what_is_private_needs_a_listing_of_its_own),
                DUE_TEST(test_due_process__a_private_instance_needs_a_listing_of_its_own),
                DUE_TEST(test_due_process__what_looks_the_same_causes_no_notice),
                DUE_TEST(test_due_process__a_cancellation_and_its_end_cause_notices),
                DUE_TEST(test_due_process__a_changed_occurrence_causes_one_notice),
                DUE_TEST(test_due_process__a_contact_that_was_not_told_gets_no_notice),
                DUE_TEST(test_due_process__a_notice_replaces_earlier_reminders),
                DUE_TEST(test_due_process__late_reminders_may_be_skipped),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
