/*
 * Tests the rows of meetings: which slots are free, each step once, tokens, the end of holds.
 */

#include "store/meeting-limit.h"
#include "store/meeting.h"

#include "store/object.h"
#include "store/query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scratch.h"

#define NOW     (20000 * USEC_PER_DAY)
#define MINUTES (60 * USEC_PER_SEC)
#define TEN     (NOW + USEC_PER_DAY + 600 * MINUTES) /* ten o'clock tomorrow, in UTC */

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE];
        ZoneTable *zones;
        Store *store;
} Fixture;

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        char url[SCRATCH_URL_SIZE];
        assert_non_null(f);
        scratch_open(f->directory, url);
        scratch_store(url, &f->zones, &f->store);
        *state = f;
        return 0;
}

static int tear_down(void **state)
{
        Fixture *f = *state;
        scratch_close(f->directory, f->store, NULL, f->zones);
        free(f);
        return 0;
}

static int64_t add(Fixture *f, const char *uid, MeetingState state, usec_t expires)
{
        int64_t id = 0;
        const Meeting meeting = {
                .uid = uid,
                .host = "host",
                .offer = "offer",
                .visitor = { "Visitor", "Firm", "visitor@example.org", "Topic", "ru", "Europe/Moscow", "" },
                .place = "Table 1",
                .zone = "Europe/Saratov",
                .state = state,
                .start = TEN,
                .finish = TEN + 30 * MINUTES,
                .expires = expires,
        };
        assert_int_equal(meeting_add(f->store, &meeting, NOW, &id), 0);
        return id;
}

/* The claim of half an hour, some minutes after ten. */
static MeetingClaim at(int minutes)
{
        return (MeetingClaim){
                .host = "host",
                .offer = "offer",
                .place = "Table 1",
                .site = "expo",
                .start = TEN + minutes * MINUTES,
                .finish = TEN + (minutes + 30) * MINUTES,
                .before = 10 * MINUTES,
                .after = 5 * MINUTES,
                .seats = 1,
                .day_start = TEN - 600 * MINUTES,
                .day_end = TEN + 840 * MINUTES,
        };
}

static void test_meeting__a_slot_is_kept_from_what_is_too_near(void **state)
{
        static const struct {
                int line, minutes;
                const char *host, *place, *site;
                int before, after, expected;
        } rows[] = {
                { __LINE__, 0, "host", "Table 1", "expo", 10, 5, MEETING_E_TAKEN },
                { __LINE__, 29, "host", "Table 2", "expo", 0, 0, MEETING_E_TAKEN },
                /* The kept meeting ends at 10:30 and has 5 minutes after it; the wanted one 10 before it. */
                { __LINE__, 34, "host", "Table 2", "expo", 0, 0, MEETING_E_TAKEN },
                { __LINE__, 35, "host", "Table 2", "expo", 0, 0, 0 },
                { __LINE__, 39, "host", "Table 2", "expo", 10, 0, MEETING_E_TAKEN },
                { __LINE__, 40, "host", "Table 2", "expo", 10, 0, 0 },
                { __LINE__, -39, "host", "Table 2", "expo", 0, 0, MEETING_E_TAKEN },
                { __LINE__, -40, "host", "Table 2", "expo", 0, 0, 0 },
                { __LINE__, -44, "host", "Table 2", "expo", 0, 15, MEETING_E_TAKEN },
                { __LINE__, -45, "host", "Table 2", "expo", 0, 15, 0 },
                /* Another host: only the same place of the same site, without buffers. */
                { __LINE__, 0, "other", "Table 1", "expo", 10, 5, MEETING_E_TAKEN },
                { __LINE__, 29, "other", "Table 1", "expo", 0, 0, MEETING_E_TAKEN },
                { __LINE__, 30, "other", "Table 1", "expo", 10, 5, 0 },
                { __LINE__, 0, "other", "Table 2", "expo", 10, 5, 0 },
                { __LINE__, 0, "other", "Table 1", "fair", 10, 5, 0 },
                { __LINE__, 0, "other", "", "expo", 10, 5, 0 },
        };
        Fixture *f = *state;
        const MeetingClaim kept = at(0);
        assert_int_equal(meeting_claim(f->store, add(f, "a", MEETING_BOOKED, 0), &kept, false, NOW), 0);
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                MeetingClaim claim = at(rows[i].minutes);
                claim.host = rows[i].host;
                claim.place = rows[i].place;
                claim.site = rows[i].site;
                claim.before = rows[i].before * MINUTES;
                claim.after = rows[i].after * MINUTES;
                int r = meeting_check(f->store, 0, &claim, NOW);
                if (r != rows[i].expected)
                        fail_msg("row of line %d: %d", rows[i].line, r);
        }
}

static void test_meeting__places_of_hosts_without_a_name_are_not_shared(void **state)
{
        Fixture *f = *state;
        MeetingClaim claim = at(0);
        claim.place = "";
        assert_int_equal(meeting_claim(f->store, add(f, "a", MEETING_BOOKED, 0), &claim, false, NOW), 0);
        claim.host = "other";
        assert_int_equal(meeting_check(f->store, 0, &claim, NOW), 0);
}

static void test_meeting__parties_share_the_seats_of_one_slot(void **state)
{
        Fixture *f = *state;
        MeetingClaim claim = at(0), longer = at(0);
        claim.seats = longer.seats = 2;
        longer.finish += 1;
        assert_int_equal(meeting_claim(f->store, add(f, "a", MEETING_BOOKED, 0), &claim, false, NOW), 0);
        assert_int_equal(meeting_check(f->store, 0, &longer, NOW), MEETING_E_TAKEN);
        assert_int_equal(meeting_claim(f->store, add(f, "b", MEETING_BOOKED, 0), &claim, false, NOW), 0);
        assert_int_equal(meeting_check(f->store, 0, &claim, NOW), MEETING_E_TAKEN);
}

static void test_meeting__a_day_has_its_maximum(void **state)
{
        Fixture *f = *state;
        MeetingClaim first = at(0), second = at(60), next_day = at(60 * 24);
        first.seats = second.seats = next_day.seats = 2;
        first.daily_max = second.daily_max = next_day.daily_max = 1;
        next_day.day_start += USEC_PER_DAY;
        next_day.day_end += USEC_PER_DAY;
        int64_t id = add(f, "a", MEETING_BOOKED, 0);
        assert_int_equal(meeting_claim(f->store, id, &first, false, NOW), 0);
        assert_int_equal(meeting_check(f->store, 0, &second, NOW), MEETING_E_DAY_FULL);
        assert_int_equal(meeting_check(f->store, 0, &next_day, NOW), 0);
        /* The meeting itself may move, and its own slot can be joined. */
        assert_int_equal(meeting_check(f->store, id, &second, NOW), 0);
        assert_int_equal(meeting_check(f->store, 0, &first, NOW), 0);
}

static int count_slot(const MeetingSlot *slot, void *userdata)
{
        (void)slot;
        ++*(int *)userdata;
        return 0;
}

static int count_taken(Fixture *f, const char *host, usec_t now)
{
        int n = 0;
        assert_int_equal(meeting_slot_each(f->store, host, NOW, TEN + USEC_PER_DAY, now, count_slot, &n), 0);
        return n;
}

static void test_meeting__a_hold_is_free_when_it_ends(void **state)
{
        Fixture *f = *state;
        const MeetingClaim claim = at(0);
        usec_t end = NOW + 30 * MINUTES, next;
        int64_t found = 0, id = add(f, "a", MEETING_HELD, end);
        assert_int_equal(meeting_next_expiry(f->store, &next), 0);
        assert_int_equal(next, end);
        assert_int_equal(meeting_claim(f->store, id, &claim, false, NOW), 0);
        assert_int_equal(meeting_check(f->store, 0, &claim, end - 1), MEETING_E_TAKEN);
        assert_int_equal(count_taken(f, "host", end - 1), 1);
        assert_int_equal(meeting_expired(f->store, end - 1, &found), 0);
        assert_int_equal(found, 0);
        assert_int_equal(meeting_check(f->store, 0, &claim, end), 0);
        assert_int_equal(count_taken(f, NULL, end), 0);
        assert_int_equal(meeting_expired(f->store, end, &found), 0);
        assert_int_equal(found, id);
}

static void test_meeting__a_choice_gives_the_other_slots_back(void **state)
{
        Fixture *f = *state;
        CLEANUP(meeting_freep) Meeting *meeting = NULL;
        const MeetingClaim first = at(0), second = at(60), third = at(120);
        int64_t id = add(f, "a", MEETING_PROPOSED, 0);
        assert_int_equal(meeting_claim(f->store, id, &first, false, NOW), 0);
        assert_int_equal(meeting_claim(f->store, id, &second, true, NOW), 0);
        assert_int_equal(meeting_claim(f->store, id, &third, true, NOW), 0);
        assert_int_equal(count_taken(f, "host", NOW), 3);
        assert_int_equal(meeting_choose(f->store, id, second.start, "Table 2"), STORE_E_NOT_FOUND);
        assert_int_equal(count_taken(f, "host", NOW), 3);
        assert_int_equal(meeting_choose(f->store, id, second.start, "Table 1"), 0);
        assert_int_equal(count_taken(f, "host", NOW), 1);
        assert_int_equal(meeting_get(f->store, id, &meeting), 0);
        assert_int_equal(meeting->start, second.start);
        assert_int_equal(meeting->finish, second.finish);
        assert_int_equal(meeting_give_back(f->store, id), 0);
        assert_int_equal(count_taken(f, "host", NOW), 0);
}

static void test_meeting__a_step_is_made_once(void **state)
{
        Fixture *f = *state;
        CLEANUP(meeting_freep) Meeting *meeting = NULL;
        MeetingStep step;
        MeetingRole role;
        int64_t id = add(f, "a", MEETING_HELD, NOW + 1);
        const MeetingAdvance advance = { id, 1, MEETING_STEP_CONFIRM, MEETING_VISITOR, MEETING_BOOKED, 0 };
        assert_int_equal(meeting_step_at(f->store, id, 1, &step, &role), STORE_E_NOT_FOUND);
        assert_int_equal(meeting_advance(f->store, &advance, NOW), 0);
        assert_int_equal(meeting_advance(f->store, &advance, NOW), MEETING_E_DONE);
        assert_int_equal(meeting_get_by_uid(f->store, "a", &meeting), 0);
        assert_int_equal(meeting->revision, 2);
        assert_int_equal(meeting->state, MEETING_BOOKED);
        assert_int_equal(meeting->expires, 0);
        assert_string_equal(meeting->visitor.organisation, "Firm");
        assert_string_equal(meeting->zone, "Europe/Saratov");
        assert_int_equal(strlen(meeting->secret), TOKEN_SIZE - 1);
        assert_int_equal(meeting_step_at(f->store, id, 1, &step, &role), 0);
        assert_int_equal(step, MEETING_STEP_CONFIRM);
        assert_int_equal(role, MEETING_VISITOR);
}

static void test_meeting__a_token_names_its_meeting_role_and_revision(void **state)
{
        Fixture *f = *state;
        char token[TOKEN_SIZE];
        MeetingToken found;
        assert_int_equal(store_set_durable(f->store, false), 0);
        const MeetingToken meaning = { add(f, "a", MEETING_HELD, NOW + 1), MEETING_HOST, 7 };
        assert_int_equal(meeting_token_make(f->store, &meaning, token), 0);
        assert_int_equal(meeting_token_find(f->store, token, &found), 0);
        assert_int_equal(found.meeting, meaning.meeting);
        assert_int_equal(found.role, MEETING_HOST);
        assert_int_equal(found.revision, 7);
        token[0] = token[0] == 'A' ? 'B' : 'A';
        assert_int_equal(meeting_token_find(f->store, token, &found), STORE_E_NOT_FOUND);
        for (int i = 0; i < 500; i++) {
                assert_int_equal(meeting_token_make(f->store, &meaning, token), 0);
                assert_int_not_equal(token[0], '-');
        }
}

static int collect_uid(const Meeting *meeting, void *userdata)
{
        strcat(userdata, meeting->uid);
        return 0;
}

static void test_meeting__a_host_has_a_list(void **state)
{
        Fixture *f = *state;
        char found[16] = "";
        add(f, "a", MEETING_HELD, NOW + 1);
        add(f, "b", MEETING_CANCELLED, 0);
        assert_int_equal(meeting_each(f->store, "host", TEN, collect_uid, found), 0);
        assert_string_equal(found, "ab");
        assert_int_equal(meeting_each(f->store, "other", TEN, collect_uid, found), 0);
        assert_int_equal(meeting_each(f->store, NULL, TEN + 30 * MINUTES, collect_uid, found), 0);
        assert_string_equal(found, "ab");
}

static int64_t count_meetings(Fixture *f)
{
        int64_t n = 0;
        assert_int_equal(QUERY_NUMBER(f->store, &n, 0, "SELECT count(*) FROM meeting"), 0);
        return n;
}

static void test_meeting_forget__over_and_unconfirmed_meetings_are_deleted(void **state)
{
        Fixture *f = *state;
        int64_t n = 0, held = add(f, "held", MEETING_HELD, NOW + 1);
        add(f, "booked", MEETING_BOOKED, 0);
        const MeetingAdvance end = {
                .meeting = held, .revision = 1, .step = MEETING_STEP_EXPIRE, .state = MEETING_EXPIRED
        };
        assert_int_equal(meeting_advance(f->store, &end, NOW + 1), 0);
        assert_int_equal(meeting_forget(f->store, NOW, NOW + USEC_PER_DAY, &n), 0);
        assert_int_equal(n, 0);
        assert_int_equal(meeting_forget(f->store, NOW, NOW + 1 + USEC_PER_DAY, &n), 0);
        assert_int_equal(n, 1);
        assert_int_equal(meeting_forget(f->store, TEN + 30 * MINUTES - 1, TEN + USEC_PER_DAY, &n), 0);
        assert_int_equal(count_meetings(f), 1);
        assert_int_equal(meeting_forget(f->store, TEN + 30 * MINUTES, TEN + USEC_PER_DAY, &n), 0);
        assert_int_equal(count_meetings(f), 0);
}

/* The owner of the address may withdraw a request that somebody else has made. */
static void test_meeting_forget__a_request_that_was_withdrawn_unconfirmed(void **state)
{
        Fixture *f = *state;
        const MeetingLimits limits = { .per_address = 0, .per_network = 9, .per_day = 9 };
        const MeetingVisitor visitor = { "Visitor", "", "visitor@example.org", "", "ru", "Europe/Moscow",
                "" };
        int64_t n = 0, withdrawn = add(f, "withdrawn", MEETING_HELD, NOW + 1);
        int64_t cancelled = add(f, "cancelled", MEETING_HELD, NOW + 1);
        const MeetingAdvance steps[] = {
                { .meeting = withdrawn,
                                .revision = 1,
                                .step = MEETING_STEP_CANCEL,
                                .role = MEETING_VISITOR,
                                .state = MEETING_CANCELLED },
                { .meeting = cancelled,
                                .revision = 1,
                                .step = MEETING_STEP_CONFIRM,
                                .role = MEETING_VISITOR,
                                .state = MEETING_BOOKED },
                { .meeting = cancelled,
                                .revision = 2,
                                .step = MEETING_STEP_CANCEL,
                                .role = MEETING_VISITOR,
                                .state = MEETING_CANCELLED },
        };
        for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
                assert_int_equal(meeting_advance(f->store, &steps[i], NOW), 0);
        assert_int_equal(meeting_limit_check(f->store, &visitor, &limits, NOW), MEETING_E_MANY_ADDRESS);
        assert_int_equal(meeting_forget(f->store, NOW, NOW + USEC_PER_DAY, &n), 0);
        assert_int_equal(n, 1);
        assert_int_equal(count_meetings(f), 1);
        assert_int_equal(meeting_limit_check(f->store, &visitor, &limits, NOW), 0);
}

static void test_meeting_postpone__only_a_hold_that_has_ended(void **state)
{
        Fixture *f = *state;
        usec_t next = 0;
        int64_t id = add(f, "a", MEETING_HELD, NOW + 1);
        assert_int_equal(meeting_postpone(f->store, id, NOW, NOW + 9), 0);
        assert_int_equal(meeting_next_expiry(f->store, &next), 0);
        assert_int_equal(next, NOW + 1);
        assert_int_equal(meeting_postpone(f->store, id, NOW + 1, NOW + 9), 0);
        assert_int_equal(meeting_next_expiry(f->store, &next), 0);
        assert_int_equal(next, NOW + 9);
}

static int put_booking(Fixture *f, const char *summary, bool is_step)
{
        CLEANUP(event_freep) Event *event = NULL;
        ObjectOutcome outcome;
        char text[512];
        const Zone *utc = NULL;
        assert_int_equal(zone_table_get(f->zones, "Etc/UTC", &utc), 0);
        snprintf(text, sizeof(text),
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:a\r\n"
                        "DTSTAMP:20210101T000000Z\r\nDTSTART:20270101T100000Z\r\nSUMMARY:%s\r\n"
                        "END:VEVENT\r\nEND:VCALENDAR\r\n",
                        summary);
        assert_int_equal(event_parse(f->zones, text, strlen(text), &event, NULL), 0);
        return object_put_event(f->store, event,
                        &(ObjectPut){ .collection = COLLECTION_MEETINGS,
                                        .anywhere = !is_step,
                                        .is_step = is_step,
                                        .fallback = utc,
                                        .now = NOW },
                        &outcome);
}

static void test_meeting__only_a_step_changes_the_booking(void **state)
{
        Fixture *f = *state;
        int64_t id = add(f, "a", MEETING_BOOKED, 0);
        const MeetingAdvance end = {
                .meeting = id, .revision = 1, .step = MEETING_STEP_CANCEL, .state = MEETING_CANCELLED
        };
        assert_int_equal(collection_ensure(f->store, COLLECTION_MEETINGS, false, "Etc/UTC"), 0);
        assert_int_equal(put_booking(f, "one", true), 0);
        assert_int_equal(put_booking(f, "one", false), 0);
        assert_int_equal(put_booking(f, "two", false), STORE_E_MEETING);
        assert_int_equal(object_delete_found(f->store, "a", NOW), STORE_E_MEETING);
        assert_int_equal(object_delete(f->store, COLLECTION_MEETINGS, "a.ics", 0, NOW), STORE_E_MEETING);
        assert_int_equal(put_booking(f, "two", true), 0);
        assert_int_equal(meeting_advance(f->store, &end, NOW), 0);
        assert_int_equal(object_delete_found(f->store, "a", NOW), 0);
}

static void test_meeting_of_same_visitor__overlapping_booked_ones_only(void **state)
{
        static const struct {
                int line;
                MeetingState state;
                int minutes; /* from the start of the other meeting to that of the own one */
                bool expected;
        } rows[] = {
                { __LINE__, MEETING_BOOKED, 0, true },
                { __LINE__, MEETING_BOOKED, 29, true },
                { __LINE__, MEETING_BOOKED, 30, false },
                { __LINE__, MEETING_BOOKED, -29, true },
                { __LINE__, MEETING_BOOKED, -30, false },
                { __LINE__, MEETING_ASKED, 0, false },
                { __LINE__, MEETING_CANCELLED, 0, false },
        };
        Fixture *f = *state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                CLEANUP(meeting_freep) Meeting *found = NULL, *other = NULL;
                char uid[16];
                snprintf(uid, sizeof(uid), "%zu", i);
                int64_t id = add(f, uid, rows[i].state, 0);
                const Meeting own = { .id = id + 1, .visitor = { .address = "Visitor@Example.org" } };
                const Meeting same = { .id = id, .visitor = own.visitor };
                usec_t start = TEN + rows[i].minutes * MINUTES;
                int r = meeting_of_same_visitor(f->store, &own, start, start + 30 * MINUTES, &found);
                if (r != (rows[i].expected ? 0 : STORE_E_NOT_FOUND))
                        fail_msg("line %d: %d", rows[i].line, r);
                assert_int_equal(meeting_of_same_visitor(
                                                 f->store, &same, start, start + 30 * MINUTES, &other),
                                STORE_E_NOT_FOUND);
                assert_int_equal(QUERY_RUN(f->store, "DELETE FROM meeting WHERE id = $1", BIND_I(id)), 0);
        }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        const struct CMUnitTest tests[] = {
                TEST(test_meeting__a_slot_is_kept_from_what_is_too_near),
                TEST(test_meeting__places_of_hosts_without_a_name_are_not_shared),
                TEST(test_meeting__parties_share_the_seats_of_one_slot),
                TEST(test_meeting__a_day_has_its_maximum),
                TEST(test_meeting__a_hold_is_free_when_it_ends),
                TEST(test_meeting__a_choice_gives_the_other_slots_back),
                TEST(test_meeting__a_step_is_made_once),
                TEST(test_meeting__a_token_names_its_meeting_role_and_revision),
                TEST(test_meeting__a_host_has_a_list),
                TEST(test_meeting_forget__a_request_that_was_withdrawn_unconfirmed),
                TEST(test_meeting_forget__over_and_unconfirmed_meetings_are_deleted),
                TEST(test_meeting_postpone__only_a_hold_that_has_ended),
                TEST(test_meeting__only_a_step_changes_the_booking),
                cmocka_unit_test_setup_teardown(test_meeting_of_same_visitor__overlapping_booked_ones_only,
                                set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
