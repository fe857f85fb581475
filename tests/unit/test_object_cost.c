/* The time of the repair of an object, and of questions about its times, grows with its length only. */

#include "base/buffer.h"
#include "calendar/object-times.h"
#include "calendar/repair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>

#include <cmocka.h>

enum {
        ROOM_BYTES = 1024 * 1024,
        SMALL_LINES = 4000, /* the fourfold is less than the 20,000 of an object */
        ROUNDS = 3,
        TRIES = 4,     /* a disturbed machine may lengthen one of the two times */
        RATIO_MAX = 9, /* for the fourfold length: 4 if the time grows with it, 16 if with its square */
        FLOOR_USEC = 100000, /* below it the ratio of two times is that of their errors */
};

static ZoneTable *zones;

static int open_zones(void **state)
{
        (void)state;
        return zone_table_new(NULL, &zones);
}

static int close_zones(void **state)
{
        (void)state;
        zones = zone_table_free(zones);
        return 0;
}

/* A time zone that cannot be read, with half of the lines, and an event whose other lines are in it. */
static void add_bad_zone(Buffer *text, int n)
{
        buffer_puts(text, "BEGIN:VTIMEZONE\r\nTZID:Mine\r\n");
        for (int i = 0; i < n / 2; i++)
                buffer_puts(text, "COMMENT:a\r\n");
        buffer_puts(text, "END:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:u\r\nDTSTART:20300101T000000Z\r\n");
        for (int i = 0; i < n / 2; i++)
                buffer_puts(text, "COMPLETED;TZID=Mine:20300101T000000\r\n");
        buffer_puts(text, "END:VEVENT\r\n");
}

/* A series of days in which many instances are changed. */
static void add_overrides(Buffer *text, int n)
{
        buffer_puts(text,
                        "BEGIN:VEVENT\r\nUID:u\r\nDTSTART:20300101T000000Z\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\n");
        for (int i = 0; i < n / 8 - 2; i++) {
                int day = 20300101 + i / 336 * 10000 + i / 28 % 12 * 100 + i % 28;
                buffer_printf(text,
                                "BEGIN:VEVENT\r\nUID:u\r\nRECURRENCE-ID:%dT000000Z\r\nDTSTART:%dT003000Z\r\n"
                                "END:VEVENT\r\n",
                                day, day);
        }
}

/* Hours that are each a series of its own, with a large time zone of the object. */
static void add_hours(Buffer *text, int n)
{
        buffer_puts(text, "BEGIN:VTIMEZONE\r\nTZID:Mine\r\n");
        for (int i = 0; i < n / 10; i++)
                buffer_printf(text,
                                "BEGIN:STANDARD\r\nDTSTART:%d0101T000000\r\nTZOFFSETFROM:+0300\r\n"
                                "TZOFFSETTO:+0300\r\nEND:STANDARD\r\n",
                                1970 + i % 60);
        buffer_puts(text, "END:VTIMEZONE\r\nBEGIN:VAVAILABILITY\r\nUID:u\r\n");
        for (int i = 0; i < n / 10; i++)
                buffer_printf(text,
                                "BEGIN:AVAILABLE\r\nUID:%d\r\nDTSTART;TZID=Mine:20300101T090000\r\n"
                                "DURATION:PT1H\r\nEND:AVAILABLE\r\n",
                                i);
        buffer_puts(text, "END:VAVAILABILITY\r\n");
}

/* Lines that cannot be repaired; they stay if they decide something, and are omitted otherwise. */
static void add_faults(Buffer *text, int n)
{
        buffer_puts(text, "BEGIN:VEVENT\r\nUID:u\r\nDTSTART:20300101T000000Z\r\n");
        for (int i = 0; i < n / 2; i++)
                buffer_printf(text, "URL:x\r\nDURATION:%05d\r\n", i);
        buffer_puts(text, "END:VEVENT\r\n");
}

/* A rule of many parts. */
static void add_long_rule(Buffer *text, int n)
{
        buffer_puts(text, "BEGIN:VEVENT\r\nUID:u\r\nDTSTART:20300101T000000Z\r\nRRULE:FREQ=DAILY");
        for (int i = 0; i < n; i++)
                buffer_printf(text, ";X%05d=1", i);
        buffer_puts(text, "\r\nEND:VEVENT\r\n");
}

/* Asks for each component whether it may be in a range in which nothing is, and for each COMPLETED. */
static void ask_times(const Buffer *text)
{
        CLEANUP(object_tree_freep) ObjectTree *tree = NULL;
        CLEANUP(object_times_freep) ObjectTimes *times = NULL;
        const TimeRange range = { 0, USEC_PER_DAY };
        bool found = false;
        assert_int_equal(object_tree_new(text->data, text->len, &tree), 0);
        assert_int_equal(object_times_new(zones, tree, NULL, &times), 0);
        for (const ObjectNode *node = object_tree_root(tree)->children; node; node = node->next) {
                assert_int_equal(object_times_overlap(times, node, &range, &found), 0);
                for (const ContentLine *line = NULL; (line = object_node_line(node, "COMPLETED", line));)
                        assert_false(object_times_property_overlaps(times, node, "COMPLETED", line, &range));
        }
}

static int on_warning(const InputError *warning, void *userdata)
{
        (void)warning;
        (void)userdata;
        return 0;
}

static void repair(const Buffer *text)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(2 * ROOM_BYTES);
        CLEANUP(buffer_done) Buffer lines = BUFFER_INIT(2 * ROOM_BYTES);
        const RepairSource source = { .zones = zones };
        assert_int_equal(calendar_repair(&source, text->data, text->len, &out, &lines, on_warning, NULL), 0);
}

static const struct {
        int line;
        void (*add)(Buffer *text, int n);
        void (*ask)(const Buffer *text);
} shapes[] = {
        { __LINE__, add_bad_zone, ask_times },
        { __LINE__, add_overrides, ask_times },
        { __LINE__, add_hours, ask_times },
        { __LINE__, add_faults, repair },
        { __LINE__, add_long_rule, repair },
};

static int64_t used_usec(void)
{
        struct rusage usage;
        getrusage(RUSAGE_SELF, &usage);
        return usage.ru_utime.tv_sec * INT64_C(1000000) + usage.ru_utime.tv_usec;
}

static int64_t time_of(size_t shape, int n)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(ROOM_BYTES);
        int64_t least = INT64_MAX;
        buffer_puts(&text, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:p\r\n");
        shapes[shape].add(&text, n);
        buffer_puts(&text, "END:VCALENDAR\r\n");
        assert_int_equal(buffer_error(&text), 0);
        for (int i = 0; i < ROUNDS; i++) {
                int64_t before = used_usec();
                shapes[shape].ask(&text);
                int64_t used = used_usec() - before;
                least = used < least ? used : least;
        }
        return least;
}

/* Whether the time grows with the length, as far as it can be measured. */
static bool is_linear(size_t i)
{
        int64_t large = time_of(i, 4 * SMALL_LINES);
        print_message("line %d: %d ms\n", shapes[i].line, (int)(large / 1000));
        return large <= FLOOR_USEC || large <= RATIO_MAX * time_of(i, SMALL_LINES);
}

static void test_object_cost__is_linear(void **state)
{
        (void)state;
        for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
                int tries = 1;
                while (!is_linear(i))
                        if (++tries > TRIES)
                                fail_msg("line %d: the fourfold length takes more than %d times as long",
                                                shapes[i].line, RATIO_MAX);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = { cmocka_unit_test(test_object_cost__is_linear) };
        return cmocka_run_group_tests(tests, open_zones, close_zones);
}
