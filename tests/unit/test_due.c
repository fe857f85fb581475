/*
 * Tests the reminders due to each contact, on a real store: rules, keys, behaviour after an outage, and the
 * next due time.
 */

#include "reminders.h"

/* Adds a reminder of due_each() to a list of `rule fire` lines. */
static int on_reminder(const Reminder *reminder, void *userdata)
{
        Buffer *out = userdata;
        char rule[LEAD_TEXT_SIZE], fire[21];
        lead_format(&reminder->lead, rule);
        time_format_rfc3339(reminder->fire, fire);
        buffer_printf(out, "%s %s\n", rule, fire);
        return 0;
}

static void assert_reminders(Fixture *f, const char *expected)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(buffer_done) Buffer found = BUFFER_INIT(65536);
        assert_int_equal(object_find(f->store, "e@x", &record), 0);
        assert_int_equal(due_each(f->store, f->config, record, f->now, f->now, f->now + 60 * USEC_PER_DAY, 0,
                                         on_reminder, &found),
                        0);
        assert_string_equal(buffer_text(&found), expected);
}

static void test_due_each__the_most_specific_leads_apply(void **state)
{
        Fixture *f = *state;
        put_event(f, "DTSTART:20270201T100000Z\r\n");
        assert_reminders(f, "");
        subscribe(f, SUBSCRIBE_ALL, "", "");
        assert_reminders(f, "-P7D@10:00 2027-01-25T07:00:00Z\n-P1D@18:00 2027-01-31T15:00:00Z\n");
        put_event(f, "DTSTART:20270201T100000Z\r\nBEGIN:VALARM\r\nACTION:EMAIL\r\nTRIGGER:-PT3H\r\nEND:"
                     "VALARM\r\n");
        assert_reminders(f, "-PT3H 2027-02-01T07:00:00Z\n");
        subscribe(f, SUBSCRIBE_KIND, "session", "-PT2H");
        assert_reminders(f, "-PT2H 2027-02-01T08:00:00Z\n");
        subscribe(f, SUBSCRIBE_EVENT, "e@x", "-PT1H,-PT30M");
        assert_reminders(f, "-PT1H 2027-02-01T09:00:00Z\n-PT30M 2027-02-01T09:30:00Z\n");
}

static void test_due_each__a_local_lead_follows_the_contacts_clock(void **state)
{
        Fixture *f = *state;
        put_card(f, "guest", "EMAIL:guest@example.org\r\nTZ:Asia/Tashkent\r\n");
        put_event(f, "DTSTART;TZID=Europe/Moscow:20270201T100000\r\n");
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D@18:00");
        assert_reminders(f, "-P1D@18:00 2027-01-31T13:00:00Z\n");
}

static void test_due_each__a_cancelled_event_has_no_reminders(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "");
        put_event(f, "DTSTART:20270201T100000Z\r\nSTATUS:CANCELLED\r\n");
        assert_reminders(f, "");
}

static void test_due_process__adds_due_reminders_once_and_sets_the_next_time(void **state)
{
        Fixture *f = *state;
        put_event(f, "DTSTART:20270201T100000Z\r\nDTEND:20270201T120000Z\r\n");
        subscribe(f, SUBSCRIBE_ALL, "", "");
        look(f, "2027-01-25T06:59:59Z", LONG_AGO);
        assert_ledger(f, "");
        assert_next(f, "2027-01-25T07:00:00Z");
        look(f, "2027-01-25T07:00:00Z", LONG_AGO);
        look(f, "2027-01-25T07:00:01Z", LONG_AGO);
        assert_ledger(f, "-P7D@10:00 PENDING\n");
        assert_next(f, "2027-01-31T15:00:00Z");
        look(f, "2027-02-01T12:00:00Z", LONG_AGO);
        assert_ledger(f, "-P7D@10:00 PENDING\n");
        assert_next(f, "never");
}

static void test_due_process__after_an_outage_the_nearest_reminder_is_sent(void **state)
{
        Fixture *f = *state;
        put_event(f, "DTSTART:20270201T100000Z\r\nDTEND:20270201T120000Z\r\n");
        subscribe(f, SUBSCRIBE_ALL, "", "");
        look(f, "2027-02-01T09:00:00Z", LONG_AGO);
        assert_ledger(f, "-P7D@10:00 EXPIRED overtaken by a nearer reminder\n-P1D@18:00 PENDING\n");
}

static void test_due_process__an_unsent_reminder_is_overtaken(void **state)
{
        Fixture *f = *state;
        put_event(f, "DTSTART:20270201T100000Z\r\nDTEND:20270201T120000Z\r\n");
        subscribe(f, SUBSCRIBE_ALL, "", "");
        look(f, "2027-01-25T08:00:00Z", LONG_AGO);
        look(f, "2027-01-31T15:00:00Z", LONG_AGO);
        assert_ledger(f, "-P7D@10:00 EXPIRED overtaken by a nearer reminder\n-P1D@18:00 PENDING\n");
}

/* By the contact's new zone, the lead that was overtaken is the nearest: the one that waits still goes. */
static void test_due_process__a_zone_that_changes_the_order_of_leads_loses_none(void **state)
{
        Fixture *f = *state;
        put_card(f, "guest", "EMAIL:guest@example.org\r\nTZ:Europe/Moscow\r\n");
        put_event(f, "DTSTART:20270201T080500Z\r\nDTEND:20270201T120000Z\r\n");
        subscribe(f, SUBSCRIBE_ALL, "", "-PT19H,-P1D@16:55");
        look(f, "2027-01-31T14:00:00Z", LONG_AGO);
        assert_ledger(f, "-PT19H EXPIRED overtaken by a nearer reminder\n-P1D@16:55 PENDING\n");
        put_card(f, "guest", "EMAIL:guest@example.org\r\nTZ:Europe/Samara\r\n");
        look(f, "2027-01-31T14:00:01Z", LONG_AGO);
        put_event(f, "DTSTART:20270201T080500Z\r\nDTEND:20270201T120000Z\r\nLOCATION:Hall\r\n");
        look(f, "2027-01-31T14:00:02Z", LONG_AGO);
        assert_ledger(f, "-PT19H EXPIRED overtaken by a nearer reminder\n-P1D@16:55 PENDING\n");
}

static void test_due_process__the_first_start_mails_nothing_from_the_past(void **state)
{
        Fixture *f = *state;
        put_event(f, "DTSTART:20270201T100000Z\r\n");
        subscribe(f, SUBSCRIBE_ALL, "", "");
        look(f, "2027-01-26T00:00:00Z", "2027-01-26T00:00:00Z");
        assert_ledger(f, "");
        assert_next(f, "2027-01-31T15:00:00Z");
}

/*
 * An event that is added, or a contact that is listed, after the first start has a late reminder, as in an
 * older store.
 */
static void test_due_process__what_comes_after_the_first_start_is_late(void **state)
{
        static const struct {
                int line;
                const char *added, *listed, *expected;
        } rows[] = {
                { __LINE__, "2027-01-25T23:00:00Z", "2027-01-25T23:30:00Z", "" },
                { __LINE__, "2027-01-26T01:00:00Z", "2027-01-25T23:30:00Z", "-P7D@10:00 PENDING\n" },
                { __LINE__, "2027-01-25T23:00:00Z", "2027-01-26T01:00:00Z", "-P7D@10:00 PENDING\n" },
                { __LINE__, "2027-01-28T00:00:00Z", "2027-01-25T23:30:00Z",
                                "" }, /* by a clock that was ahead */
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Fixture *f = *state;
                CLEANUP(buffer_done) Buffer found = BUFFER_INIT(65536);
                assert_int_equal(time_parse_rfc3339(rows[i].added, &f->now), 0);
                put_event(f, "DTSTART:20270201T100000Z\r\n");
                assert_int_equal(time_parse_rfc3339(rows[i].listed, &f->now), 0);
                subscribe(f, SUBSCRIBE_ALL, "", "");
                look(f, "2027-01-27T00:00:00Z", "2027-01-26T00:00:00Z");
                assert_int_equal(ledger_each(f->store, 0, false, 1000, on_mail, &found), 0);
                if (strcmp(buffer_text(&found), rows[i].expected) != 0)
                        fail_msg("line %d: %s", rows[i].line, buffer_text(&found));
                tear_down(state);
                set_up(state);
        }
}

/* The reminder of an event that begins within two hours of the first start is late, not lost. */
static void test_due_process__the_first_start_reminds_of_what_is_near(void **state)
{
        static const struct {
                int line;
                const char *late, *start, *expected;
        } rows[] = {
                { __LINE__, "send", "2027-02-01T09:00:00Z",
                                "-P7D@10:00 EXPIRED overtaken by a nearer reminder\n-P1D@18:00 PENDING\n" },
                { __LINE__, "send", "2027-02-01T08:00:01Z",
                                "-P7D@10:00 EXPIRED overtaken by a nearer reminder\n-P1D@18:00 PENDING\n" },
                { __LINE__, "send", "2027-02-01T08:00:00Z", "" },
                { __LINE__, "send", "2027-01-31T16:00:00Z", "" },
                { __LINE__, "send", "2027-02-01T10:00:00Z", "" },
                { __LINE__, "skip", "2027-02-01T09:00:00Z",
                                "-P7D@10:00 EXPIRED overtaken by a nearer reminder\n-P1D@18:00 EXPIRED event or "
                                "subscription came after this moment, and mail.late is skip\n" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Fixture *f = *state;
                CLEANUP(buffer_done) Buffer found = BUFFER_INIT(65536);
                f->config->mail.late = rows[i].late;
                put_event(f, ONE);
                subscribe(f, SUBSCRIBE_ALL, "", "");
                look(f, rows[i].start, rows[i].start);
                assert_int_equal(ledger_each(f->store, 0, false, 1000, on_mail, &found), 0);
                if (strcmp(buffer_text(&found), rows[i].expected) != 0)
                        fail_msg("line %d: %s", rows[i].line, buffer_text(&found));
                tear_down(state);
                set_up(state);
        }
}

static void test_due_process__an_event_without_a_kind_has_the_default_leads(void **state)
{
        Fixture *f = *state;
        config_unref(f->config);
        f->config = scratch_config(f->directory, f->zones,
                        "kinds = ( { name = \"session\"; title = { en = \"S\"; }; remind = [ \"-P7D\" ]; },"
                        " { name = \"default\"; title = { en = \"D\"; }; remind = [ \"-PT3H\" ]; } );\n");
        subscribe(f, SUBSCRIBE_ALL, "", "");
        put_event(f, ONE);
        assert_reminders(f, "-P7D 2027-01-25T10:00:00Z\n");
        f->category = "UNKNOWN";
        put_event(f, ONE);
        assert_reminders(f, "-PT3H 2027-02-01T07:00:00Z\n");
}

static void test_due_process__a_move_fires_again_and_a_new_text_does_not(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D");
        put_event(f, "DTSTART;TZID=Europe/Moscow:20270201T100000\r\nDURATION:PT1H\r\nSUMMARY:One\r\n");
        look(f, "2027-01-31T08:00:00Z", LONG_AGO);
        put_event(f, "DTSTART;TZID=Europe/Moscow:20270201T100000\r\nDURATION:PT1H\r\nSUMMARY:Two\r\n");
        look(f, "2027-01-31T08:01:00Z", LONG_AGO);
        assert_ledger(f, "-P1D PENDING\n");
        put_event(f, "DTSTART;TZID=Europe/Moscow:20270201T103000\r\nDURATION:PT1H\r\nSUMMARY:Two\r\n");
        look(f, "2027-01-31T08:02:00Z", LONG_AGO);
        assert_ledger(f, "-P1D PENDING\n-P1D PENDING\n");
}

static void test_due_process__records_why_a_contact_gets_no_mail(void **state)
{
        Fixture *f = *state;
        put_event(f, "DTSTART:20270201T100000Z\r\n");
        static const struct {
                const char *uid, *lines;
        } cards[] = {
                { "silent", "EMAIL:silent@example.org\r\nX-CONVENED-REMINDERS:OFF\r\n" },
                { "nowhere", "TEL:+7 000\r\n" },
                { "stopped", "EMAIL:stopped@example.org\r\n" },
                { "muted", "EMAIL:muted@example.org\r\n" },
                { "tired", "EMAIL:tired@example.org\r\n" },
        };
        for (size_t i = 0; i < sizeof(cards) / sizeof(cards[0]); i++) {
                put_card(f, cards[i].uid, cards[i].lines);
                assert_int_equal(subscription_put(f->store, id_of(f, cards[i].uid), SUBSCRIBE_ALL, "",
                                                 "-P1D", f->now),
                                0);
        }
        assert_int_equal(contact_stop(f->store, id_of(f, "stopped"), MAIL_REASON_OPTED_OUT, f->now), 0);
        assert_int_equal(mute_put(f->store, id_of(f, "muted"), "e@x", f->now), 0);
        assert_int_equal(mute_kind_put(f->store, id_of(f, "tired"), "session", f->now), 0);
        assert_int_equal(mute_kind_put(f->store, id_of(f, "tired"), "exhibition", f->now), 0);
        look(f, "2027-01-31T10:00:00Z", LONG_AGO);
        assert_ledger(f, "-P1D SUPPRESSED the contact's card says X-CONVENED-REMINDERS:OFF\n"
                         "-P1D SUPPRESSED the contact has no mail address\n"
                         "-P1D SUPPRESSED the contact wants no mail\n"
                         "-P1D SUPPRESSED the contact wants no mail about this event\n"
                         "-P1D SUPPRESSED the contact wants no mail about events of this kind\n");
}

static void test_due_process__a_contact_that_changes_zones_gets_local_times(void **state)
{
        Fixture *f = *state;
        put_event(f, "DTSTART:20270201T100000Z\r\nDTEND:20270201T120000Z\r\n");
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D@18:00");
        look(f, "2027-01-25T07:00:00Z", LONG_AGO);
        look_at_contacts(f, "2027-01-25T07:00:00Z");
        assert_next(f, "2027-01-31T15:00:00Z");
        put_card(f, "guest", "EMAIL:guest@example.org\r\nTZ:Asia/Tashkent\r\n");
        assert_next(f, "2027-01-31T15:00:00Z");
        look_at_contacts(f, "2027-01-25T08:00:00Z");
        assert_next(f, "2027-01-31T13:00:00Z");
}

static void test_due_process__each_occurrence_has_its_own(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "-PT1H");
        put_event(f, "DTSTART:20270201T100000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=3\r\nEXDATE:"
                     "20270202T100000Z\r\n");
        look(f, "2027-02-01T09:00:00Z", LONG_AGO);
        assert_next(f, "2027-02-03T09:00:00Z");
        look(f, "2027-02-03T09:00:00Z", LONG_AGO);
        assert_ledger(f, "-PT1H PENDING\n-PT1H PENDING\n");
        assert_next(f, "never");
}

static void test_due_process__a_fixed_moment_fires_once_for_a_series(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "");
        put_event(f, "DTSTART:20270201T100000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=5\r\n"
                     "BEGIN:VALARM\r\nACTION:EMAIL\r\nTRIGGER;VALUE=DATE-TIME:20270131T120000Z\r\nEND:"
                     "VALARM\r\n");
        for (int day = 1; day <= 5; day++) {
                char when[32];
                snprintf(when, sizeof(when), "2027-02-0%dT09:00:00Z", day);
                look(f, when, LONG_AGO);
        }
        assert_ledger(f, "20270131T120000Z PENDING\n");
}

static void test_due_process__continues_after_a_batch(void **state)
{
        Fixture *f = *state;
        enum { GUESTS = 450 };
        int64_t counts[MAIL_PARKED + 1];
        usec_t now;
        put_event(f, "DTSTART:20270201T100000Z\r\n");
        put_guests(f, GUESTS, "-P1D,-PT1H");
        assert_int_equal(subscription_put(f->store, id_of(f, "guest-0"), SUBSCRIBE_ALL, "", "-P1D,-PT2H",
                                         f->now),
                        0);
        assert_int_equal(time_parse_rfc3339("2027-01-31T10:00:00Z", &now), 0);
        int rounds = 0;
        for (DueEntry alarm; alarm.object = 0,
                             due_index_each(f->store, now, 1, on_due, &alarm) == 0 && alarm.object;
                        rounds++)
                assert_int_equal(due_process(f->store, f->config, alarm.object, 0, now), 0);
        assert_int_equal(rounds, 5);
        assert_int_equal(ledger_counts(f->store, counts), 0);
        assert_int_equal(counts[MAIL_PENDING], GUESTS);
        assert_next(f, "2027-02-01T08:00:00Z");
}

static void test_due_process__a_subscriber_from_a_fast_clock_is_not_late(void **state)
{
        Fixture *f = *state;
        f->config->mail.late = "skip";
        assert_int_equal(time_parse_rfc3339("2027-02-01T09:30:00Z", &f->now), 0);
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D,-PT2H");
        put_event(f, ONE HALL);
        look(f, "2027-01-31T10:00:00Z", HORIZON);
        assert_ledger(f, "-P1D PENDING\n");
}

static int on_missed(const MailRecord *mail, void *userdata)
{
        buffer_printf(userdata, "%s\n", mail->start);
        return 0;
}

static void assert_missed(Fixture *f, const char *when, const char *expected)
{
        CLEANUP(buffer_done) Buffer found = BUFFER_INIT(65536);
        usec_t now;
        assert_int_equal(time_parse_rfc3339(when, &now), 0);
        assert_int_equal(ledger_parked_each(f->store, f->contact, now, on_missed, &found), 0);
        assert_string_equal(buffer_text(&found), expected);
}

static void test_ledger_parked_each__the_next_mail_repeats_parked_mails(void **state)
{
        Fixture *f = *state;
        int64_t first, second;
        int n;
        usec_t now;
        assert_int_equal(time_parse_rfc3339("2027-01-31T10:00:00Z", &now), 0);
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D,-PT2H");
        put_event(f, ONE HALL);
        look(f, "2027-01-31T10:00:00Z", HORIZON);
        assert_int_equal(ledger_due(f->store, now, 1, &first, &n), 0);
        MailText text = { .message_id = "1@example.org", .bytes = "x", .len = 1, .made = now };
        assert_int_equal(ledger_commit_first_attempt(f->store, first, &text, now), 0);
        assert_int_equal(ledger_close(f->store, first, MAIL_PARKED, MAIL_REASON_NONE, "", now), 0);
        assert_missed(f, "2027-01-31T10:00:00Z", "20270201T100000Z\n");
        look(f, "2027-02-01T08:00:00Z", HORIZON);
        assert_int_equal(time_parse_rfc3339("2027-02-01T08:00:00Z", &now), 0);
        assert_int_equal(ledger_due(f->store, now, 1, &second, &n), 0);
        assert_int_equal(n, 1);
        text = (MailText){ .message_id = "2@example.org",
                .bytes = "x",
                .len = 1,
                .made = now,
                .repeated = &first,
                .n_repeated = 1 };
        assert_int_equal(ledger_commit_first_attempt(f->store, second, &text, now), 0);
        assert_missed(f, "2027-02-01T08:00:00Z", "");
        /* A deferred mail counts as not told; the next attempt tells it. */
        assert_int_equal(ledger_defer(f->store, second, now, "451", now), 0);
        assert_missed(f, "2027-02-01T08:00:00Z", "20270201T100000Z\n");
        text.replaces = true;
        assert_int_equal(ledger_commit_first_attempt(f->store, second, &text, now), 0);
        assert_missed(f, "2027-02-01T08:00:00Z", "");
        /* A failed mail counts as not told. */
        assert_int_equal(ledger_close(f->store, second, MAIL_FAILED, MAIL_REASON_NONE, "550", now), 0);
        assert_missed(f, "2027-02-01T08:00:00Z", "20270201T100000Z\n");
        assert_missed(f, "2027-02-01T11:00:00Z", "");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                DUE_TEST(test_ledger_parked_each__the_next_mail_repeats_parked_mails),
                DUE_TEST(test_due_process__a_subscriber_from_a_fast_clock_is_not_late),
                DUE_TEST(test_due_each__the_most_specific_leads_apply),
                DUE_TEST(test_due_each__a_local_lead_follows_the_contacts_clock),
                DUE_TEST(test_due_each__a_cancelled_event_has_no_reminders),
                DUE_TEST(test_due_process__adds_due_reminders_once_and_sets_the_next_time),
                DUE_TEST(test_due_process__after_an_outage_the_nearest_reminder_is_sent),
                DUE_TEST(test_due_process__an_unsent_reminder_is_overtaken),
                DUE_TEST(test_due_process__a_zone_that_changes_the_order_of_leads_loses_none),
                DUE_TEST(test_due_process__the_first_start_mails_nothing_from_the_past),
                DUE_TEST(test_due_process__what_comes_after_the_first_start_is_late),
                DUE_TEST(test_due_process__the_first_start_reminds_of_what_is_near),
                DUE_TEST(test_due_process__an_event_without_a_kind_has_the_default_leads),
                DUE_TEST(test_due_process__a_move_fires_again_and_a_new_text_does_not),
                DUE_TEST(test_due_process__records_why_a_contact_gets_no_mail),
                DUE_TEST(test_due_process__a_contact_that_changes_zones_gets_local_times),
                DUE_TEST(test_due_process__each_occurrence_has_its_own),
                DUE_TEST(test_due_process__a_fixed_moment_fires_once_for_a_series),
                DUE_TEST(test_due_process__continues_after_a_batch),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
