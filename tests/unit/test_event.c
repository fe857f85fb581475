#include "events.h"

static void test_event_parse__finds_the_master_in_any_position(void **state)
{
        (void)state;
        CLEANUP(event_freep) Event *event = parse(series);
        size_t len;
        assert_string_equal(event_uid(event), "e@x");
        assert_int_equal(event_sequence(event), 4);
        assert_string_equal(event_text_property(event, "SUMMARY"), "Series, weekly");
        assert_null(event_text_property(event, "DESCRIPTION"));
        assert_string_equal(event_category(event, 0), "SESSION");
        assert_string_equal(event_category(event, 1), "A,B");
        assert_string_equal(event_category(event, 2), "Я");
        assert_null(event_category(event, 3));
        assert_string_equal(event_parent(event), "parent@x");
        assert_int_equal(event_class(event), EVENT_PRIVATE);
        assert_true(event_is_recurring(event));
        assert_string_equal(zone_name(event_zone(event, NULL)), "Own");
        assert_memory_equal(event_text(event, &len), series, sizeof(series) - 1);
        assert_int_equal(len, sizeof(series) - 1);
}

static void test_event_alarm__only_mail_with_its_repeats(void **state)
{
        (void)state;
        CLEANUP(event_freep) Event *event = parse(series);
        static const char *const expected[] = { "END/-PT15M", "END/-PT10M", "20260301T000000Z" };
        Lead lead;
        size_t n = 0;
        for (; event_alarm(event, n, &lead); n++) {
                char text[LEAD_TEXT_SIZE];
                lead_format(&lead, text);
                assert_true(n < 3);
                assert_string_equal(text, expected[n]);
        }
        assert_int_equal(n, 3);
}

/* A lead that lead_parse() refuses could not be read back from the key of its reminder. */
static void test_event_alarm__each_repeat_is_a_lead(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *alarm;
                size_t n; /* number of leads; 0 if the event is refused */
        } rows[] = {
                { __LINE__, "TRIGGER:-P1D\r\nREPEAT:50\r\nDURATION:P8D\r\n", 51 },
                { __LINE__, "TRIGGER:-P1D\r\nREPEAT:50\r\nDURATION:P9D\r\n", 0 },
                { __LINE__, "TRIGGER:PT1S\r\nREPEAT:1\r\nDURATION:P400D\r\n", 0 },
                { __LINE__, "TRIGGER:-PT1S\r\nREPEAT:1\r\nDURATION:P400D\r\n", 2 },
                { __LINE__, "TRIGGER:-P400D\r\nREPEAT:2\r\nDURATION:P400D\r\n", 0 },
                { __LINE__, "TRIGGER;VALUE=DATE-TIME:20260301T000000Z\r\nREPEAT:50\r\nDURATION:P400D\r\n",
                                51 },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(event_freep) Event *event = NULL;
                char text[1024];
                snprintf(text, sizeof(text),
                                HEAD BEGIN
                                "DTSTART:20260301T000000Z\r\nBEGIN:VALARM\r\nACTION:EMAIL\r\n%sEND:VALARM\r\n" END
                                                TAIL,
                                rows[i].alarm);
                int r = event_parse(zones, text, strlen(text), &event, NULL);
                if (r != (rows[i].n ? 0 : EVENT_E_INVALID))
                        fail_msg("line %d: %d", rows[i].line, r);
                Lead lead, read;
                size_t n = 0;
                for (; event && event_alarm(event, n, &lead); n++) {
                        char key[LEAD_TEXT_SIZE];
                        lead_format(&lead, key);
                        if (lead_parse(key, &read) != 0)
                                fail_msg("line %d: %s", rows[i].line, key);
                }
                if (n != rows[i].n)
                        fail_msg("line %d: %zu leads", rows[i].line, n);
        }
}

static void test_event_compare_versions__by_sequence_then_by_dtstamp(void **state)
{
        (void)state;
        /* From the oldest to the newest; LAST-MODIFIED is compared last (RFC 5546, 2.1.5). */
        static const char *const versions[] = {
                "DTSTAMP:20270101T000000Z\r\nSEQUENCE:1\r\nLAST-MODIFIED:20990101T000000Z\r\n",
                "DTSTAMP:20270102T000000Z\r\nSEQUENCE:1\r\nLAST-MODIFIED:20260101T000000Z\r\n",
                "DTSTAMP:20270102T000000Z\r\nSEQUENCE:1\r\nLAST-MODIFIED:20260102T000000Z\r\n",
                "DTSTAMP:20250101T000000Z\r\nSEQUENCE:2\r\n",
        };
        Event *events[4];
        for (int i = 0; i < 4; i++) {
                char text[1024];
                snprintf(text, sizeof(text),
                                HEAD "BEGIN:VEVENT\r\nUID:e@x\r\nDTSTART:20270405T070000Z\r\n%s" END TAIL,
                                versions[i]);
                events[i] = parse(text);
        }
        for (int a = 0; a < 4; a++)
                for (int b = 0; b < 4; b++)
                        assert_int_equal(event_compare_versions(events[a], events[b]), (a > b) - (a < b));
        for (int i = 0; i < 4; i++)
                event_free(events[i]);
}

static void test_event_parse__passes_over_experimental_components(void **state)
{
        (void)state;
        static const char text[] = HEAD "BEGIN:X-BEFORE\r\nUID:other\r\nSUMMARY:x\r\nEND:X-BEFORE\r\n" BEGIN
                                        "DTSTART:20210624T100000Z\r\nSUMMARY:S\r\nBEGIN:X-IN\r\nSUMMARY:"
                                        "x\r\nEND:X-IN\r\n" END
                                        "BEGIN:X-AFTER\r\nBEGIN:X-DEEP\r\nX-A:1\r\nEND:X-DEEP\r\nEND:"
                                        "X-AFTER\r\n" TAIL;
        CLEANUP(event_freep) Event *event = parse(text);
        size_t len;
        assert_string_equal(event_uid(event), "e@x");
        assert_string_equal(event_text_property(event, "SUMMARY"), "S");
        assert_memory_equal(event_text(event, &len), text, sizeof(text) - 1);
}

static void test_event_parse__a_draft_has_no_date(void **state)
{
        (void)state;
        CLEANUP(event_freep)
        Event *event = parse(HEAD "BEGIN:VJOURNAL\r\nUID:d@x\r\nDTSTAMP:20260101T000000Z\r\nSTATUS:"
                                  "DRAFT\r\nEND:VJOURNAL\r\n" TAIL);
        usec_t from, to;
        assert_true(event_is_draft(event));
        assert_int_equal(event_start(event).form, WHEN_NONE);
        assert_int_equal(event_span(event, NULL, &from, &to), 0);
        assert_int_equal(from, 0);
        assert_int_equal(to, 0);
}

/* Each row is a change of one event, and whether it raises SEQUENCE. */
static void test_event_change_is_significant__time_place_and_status(void **state)
{
        (void)state;
        static const char given[] =
                        "DTSTART:20210624T100000Z\r\nDURATION:PT1H\r\nLOCATION:Hall\r\nCATEGORIES:A\r\nSUMMARY:S\r\n";
        static const struct {
                int line;
                const char *lines;
                bool significant;
        } rows[] = {
                { __LINE__, "DTSTART:20210624T100000Z\r\nDURATION:PT1H\r\nLOCATION:Hall\r\nSUMMARY:T\r\nPRIORITY:1\r\n",
                                false },
                { __LINE__, "CATEGORIES:B\r\nLOCATION;LANGUAGE=en:Hall\r\nDURATION:PT1H\r\nDTSTART:20210624T100000Z\r\n",
                                false },
                { __LINE__, "DTSTART:20210624T100001Z\r\nDURATION:PT1H\r\nLOCATION:Hall\r\n", true },
                { __LINE__, "DTSTART:20210624T100000\r\nDURATION:PT1H\r\nLOCATION:Hall\r\n", true },
                { __LINE__, "DTSTART:20210624T100000Z\r\nDURATION:PT2H\r\nLOCATION:Hall\r\n", true },
                { __LINE__, "DTSTART:20210624T100000Z\r\nDURATION:PT1H\r\nLOCATION:Hal\r\n", true },
                { __LINE__, "DTSTART:20210624T100000Z\r\nDURATION:PT1H\r\n", true },
                { __LINE__, "DTSTART:20210624T100000Z\r\nDURATION:PT1H\r\nLOCATION:Hall\r\nSTATUS:CANCELLED\r\n",
                                true },
                { __LINE__, "DTSTART:20210624T100000Z\r\nDURATION:PT1H\r\nLOCATION:Hall\r\nGEO:1;2\r\n",
                                true },
                { __LINE__, "DTSTART:20210624T100000Z\r\nDURATION:PT1H\r\nLOCATION:Hall\r\nRRULE:FREQ=DAILY\r\n",
                                true },
                { __LINE__, "DTSTART:20210624T100000Z\r\nDURATION:PT1H\r\nLOCATION:Hall\r\nRDATE:20210625T100000Z\r\n",
                                true },
                { __LINE__, "DTSTART:20210624T100000Z\r\nDURATION:PT1H\r\nLOCATION:Hall\r\nEXDATE:20210625T100000Z\r\n",
                                true },
                { __LINE__, "DTSTART;TZID=UTC:20210624T100000\r\nDURATION:PT1H\r\nLOCATION:Hall\r\n", true },
        };
        char text[1024];
        snprintf(text, sizeof(text), HEAD BEGIN "%s" END TAIL, given);
        CLEANUP(event_freep) Event *older = parse(text);
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                snprintf(text, sizeof(text), HEAD BEGIN "%s" END TAIL, rows[i].lines);
                CLEANUP(event_freep) Event *newer = parse(text);
                if (event_change_is_significant(older, newer) != rows[i].significant ||
                                event_change_is_significant(newer, older) != rows[i].significant)
                        fail_msg("row of line %d", rows[i].line);
        }
}

static double seconds(void)
{
        return (double)clock() / CLOCKS_PER_SEC;
}

/* Each of these inputs crashed libical's parser or kept it busy for long. */
static void test_event_parse__keeps_its_limits(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer nested = BUFFER_INIT(1 << 23);
        CLEANUP(buffer_done) Buffer wide = BUFFER_INIT(1 << 23);
        CLEANUP(buffer_done) Buffer many = BUFFER_INIT(1 << 23);
        for (int i = 0; i < 110000; i++)
                buffer_puts(&nested, "BEGIN:VCALENDAR\r\n");
        buffer_puts(&wide, HEAD BEGIN "DTSTART:20260101T000000Z\r\nSUMMARY:");
        for (int i = 0; i < 300000; i++)
                buffer_putc(&wide, 'x');
        buffer_puts(&wide, "\r\n" END TAIL);
        buffer_puts(&many, HEAD BEGIN "DTSTART:20260101T000000Z\r\n");
        for (int i = 0; i < 30000; i++)
                buffer_puts(&many, "X-A:b\r\n");
        buffer_puts(&many, END TAIL);
        const Buffer *texts[] = { &nested, &wide, &many };
        for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
                Event *event = NULL;
                InputError error = { 0 };
                double begun = seconds();
                assert_int_equal(buffer_error(texts[i]), 0);
                assert_int_equal(event_parse(zones, texts[i]->data, texts[i]->len, &event, &error),
                                EVENT_E_INVALID);
                assert_true(seconds() - begun < 2);
                assert_true(error.message[0] && !event);
        }
}

/* The result of a split: the UIDs, and the number of bytes with VTIMEZONE in them. */
typedef struct Parts {
        Buffer uids, errors;
        size_t n_with_zone;
} Parts;

static int on_part(const CalendarPart *part, void *userdata)
{
        Parts *parts = userdata;
        buffer_printf(&parts->uids, "%s@%zu ", part->uid ? part->uid : "-", part->line);
        parts->n_with_zone += memmem(part->text, part->len, "VTIMEZONE", 9) != NULL;
        assert_true(calendar_part_line(part, 1) > 0);
        return 0;
}

static int on_error(const InputError *error, void *userdata)
{
        buffer_printf(&((Parts *)userdata)->errors, "%zu ", error->line);
        return 0;
}

static void test_calendar_split__groups_by_uid_and_omits_only_bad_parts(void **state)
{
        (void)state;
        static const char text[] = HEAD "BEGIN:VEVENT\r\nUID:a\r\nEND:VEVENT\r\n"
                                        "BEGIN:VEVENT\r\nUID:b\r\nbad line\r\nEND:VEVENT\r\n"
                                        "BEGIN:VEVENT\r\nUID:c\r\nDTSTART;TZID=\"Own\":x\r\nEND:VEVENT\r\n"
                                        "BEGIN:VEVENT\r\nEND:VEVENT\r\n"
                                        "BEGIN:VTIMEZONE\r\nTZID:Own\r\nEND:VTIMEZONE\r\n"
                                        "BEGIN:VEVENT\r\nUID:a\r\nEND:VEVENT\r\n" TAIL;
        Parts parts = { .uids = BUFFER_INIT(1024), .errors = BUFFER_INIT(1024) };
        assert_int_equal(calendar_split(text, sizeof(text) - 1, on_part, on_error, &parts), 0);
        assert_string_equal(buffer_text(&parts.uids), "a@4 c@11 -@15 ");
        assert_string_equal(buffer_text(&parts.errors), "9 ");
        assert_int_equal(parts.n_with_zone, 1);
        buffer_done(&parts.uids);
        buffer_done(&parts.errors);
}

/* RFC 5546, 3.2: a series and the instance that is added to it are two messages. */
static void test_calendar_split__groups_by_method(void **state)
{
        (void)state;
        static const char text[] =
                        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:a\r\nEND:VEVENT\r\n" TAIL
                        "BEGIN:VCALENDAR\r\nMETHOD:ADD\r\nBEGIN:VEVENT\r\nUID:a\r\nEND:VEVENT\r\n"
                        "BEGIN:VEVENT\r\nUID:b\r\nEND:VEVENT\r\n" TAIL
                        "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:a\r\nEND:VEVENT\r\n" TAIL
                        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nEND:VEVENT\r\n" TAIL;
        Parts parts = { .uids = BUFFER_INIT(1024), .errors = BUFFER_INIT(1024) };
        assert_int_equal(calendar_split(text, sizeof(text) - 1, on_part, on_error, &parts), 0);
        assert_string_equal(buffer_text(&parts.uids), "a@3 a@9 b@12 a@18 ");
        buffer_done(&parts.uids);
        buffer_done(&parts.errors);
}

/* At END:VCALENDAR within a component, that component is dropped. */
static void test_calendar_split__a_component_without_end(void **state)
{
        (void)state;
        static const char text[] = HEAD "BEGIN:VEVENT\r\nUID:lost\r\n" TAIL HEAD
                                        "BEGIN:VEVENT\r\nUID:b\r\nEND:VEVENT\r\n" TAIL;
        Parts parts = { .uids = BUFFER_INIT(1024), .errors = BUFFER_INIT(1024) };
        assert_int_equal(calendar_split(text, sizeof(text) - 1, on_part, on_error, &parts), 0);
        assert_string_equal(buffer_text(&parts.uids), "b@10 ");
        assert_string_equal(buffer_text(&parts.errors), "6 ");
        buffer_done(&parts.uids);
        buffer_done(&parts.errors);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_event_parse__finds_the_master_in_any_position),
                cmocka_unit_test(test_event_alarm__only_mail_with_its_repeats),
                cmocka_unit_test(test_event_alarm__each_repeat_is_a_lead),
                cmocka_unit_test(test_event_compare_versions__by_sequence_then_by_dtstamp),
                cmocka_unit_test(test_event_parse__passes_over_experimental_components),
                cmocka_unit_test(test_event_parse__a_draft_has_no_date),
                cmocka_unit_test(test_event_change_is_significant__time_place_and_status),
                cmocka_unit_test(test_event_parse__keeps_its_limits),
                cmocka_unit_test(test_calendar_split__groups_by_uid_and_omits_only_bad_parts),
                cmocka_unit_test(test_calendar_split__groups_by_method),
                cmocka_unit_test(test_calendar_split__a_component_without_end),
        };
        return cmocka_run_group_tests(tests, set_up, tear_down);
}
