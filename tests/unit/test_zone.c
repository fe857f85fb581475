#include "zones.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_table(void **state)
{
        return zone_table_new(NULL, (ZoneTable **)state);
}

static int close_table(void **state)
{
        zone_table_free(*state);
        return 0;
}

static const Zone *zone_of(ZoneTable *table, const char *name)
{
        const Zone *zone = NULL;
        if (zone_table_get(table, name, &zone) != 0)
                fail_msg("no zone %s", name);
        return zone;
}

static void test_zone_to_instant__reads_gaps_and_folds(void **state)
{
        static const struct {
                int line;
                const char *zone, *local, *instant; /* the local time written as if it were UTC */
        } cases[] = {
                { __LINE__, "Europe/Berlin", "2026-03-29T01:59:59Z", "2026-03-29T00:59:59Z" },
                { __LINE__, "Europe/Berlin", "2026-03-29T02:00:00Z", "2026-03-29T01:00:00Z" },
                { __LINE__, "Europe/Berlin", "2026-03-29T02:30:00Z", "2026-03-29T01:30:00Z" },
                { __LINE__, "Europe/Berlin", "2026-03-29T03:00:00Z", "2026-03-29T01:00:00Z" },
                { __LINE__, "Europe/Berlin", "2026-10-25T01:59:59Z", "2026-10-24T23:59:59Z" },
                { __LINE__, "Europe/Berlin", "2026-10-25T02:30:00Z", "2026-10-25T00:30:00Z" },
                { __LINE__, "Europe/Berlin", "2026-10-25T03:00:00Z", "2026-10-25T02:00:00Z" },
                { __LINE__, "Europe/Berlin", "3026-07-01T12:00:00Z", "3026-07-01T10:00:00Z" },
                { __LINE__, "Europe/Berlin", "9999-12-31T23:59:59Z", "9999-12-31T22:59:59Z" },
                { __LINE__, "Europe/Dublin", "2026-07-01T12:00:00Z", "2026-07-01T11:00:00Z" },
                { __LINE__, "Europe/Dublin", "2026-03-29T01:30:00Z", "2026-03-29T01:30:00Z" },
                { __LINE__, "Europe/Dublin", "2026-10-25T01:30:00Z", "2026-10-25T00:30:00Z" },
                { __LINE__, "Australia/Lord_Howe", "2026-04-05T01:45:00Z", "2026-04-04T14:45:00Z" },
                { __LINE__, "Europe/Moscow", "2011-06-01T12:00:00Z", "2011-06-01T08:00:00Z" },
                { __LINE__, "Europe/Moscow", "2014-10-26T01:30:00Z", "2014-10-25T21:30:00Z" },
                { __LINE__, "Europe/Moscow", "2021-06-24T09:00:00Z", "2021-06-24T06:00:00Z" },
                { __LINE__, "Europe/Ulyanovsk", "2016-03-26T12:00:00Z", "2016-03-26T09:00:00Z" },
                { __LINE__, "Europe/Ulyanovsk", "2016-03-28T12:00:00Z", "2016-03-28T08:00:00Z" },
                { __LINE__, "Asia/Almaty", "2024-03-01T00:30:00Z", "2024-02-29T19:30:00Z" },
                { __LINE__, "Pacific/Apia", "2011-12-30T12:00:00Z", "2011-12-30T22:00:00Z" },
                { __LINE__, "Etc/UTC", "1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z" },
                { __LINE__, "Etc/GMT+12", "2026-01-01T00:00:00Z", "2026-01-01T12:00:00Z" },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CivilTime civil = civil_from_seconds(instant_of(cases[i].local));
                int64_t got = zone_to_instant(zone_of(*state, cases[i].zone), &civil);
                if (got != instant_of(cases[i].instant))
                        fail_msg("row of line %d: %lld", cases[i].line, (long long)got);
        }
}

static void test_zone_shows_once__is_false_in_gaps_and_folds(void **state)
{
        static const struct {
                int line;
                const char *zone, *local;
                bool once;
        } cases[] = {
                { __LINE__, "Europe/Berlin", "2026-03-29T01:59:59Z", true },
                { __LINE__, "Europe/Berlin", "2026-03-29T02:00:00Z", false },
                { __LINE__, "Europe/Berlin", "2026-03-29T02:59:59Z", false },
                { __LINE__, "Europe/Berlin", "2026-03-29T03:00:00Z", true },
                { __LINE__, "Europe/Berlin", "2026-10-25T01:59:59Z", true },
                { __LINE__, "Europe/Berlin", "2026-10-25T02:00:00Z", false },
                { __LINE__, "Europe/Berlin", "2026-10-25T02:59:59Z", false },
                { __LINE__, "Europe/Berlin", "2026-10-25T03:00:00Z", true },
                { __LINE__, "Europe/Berlin", "3226-10-25T02:30:00Z", false },
                { __LINE__, "Europe/Dublin", "2026-10-25T01:30:00Z", false },
                { __LINE__, "Australia/Lord_Howe", "2026-04-05T01:45:00Z", false },
                { __LINE__, "Australia/Lord_Howe", "2026-04-05T01:29:59Z", true },
                { __LINE__, "Europe/Moscow", "2014-10-26T01:30:00Z", false },
                { __LINE__, "Europe/Moscow", "2027-06-24T09:00:00Z", true },
                { __LINE__, "Pacific/Apia", "2011-12-30T12:00:00Z", false },
                { __LINE__, "Etc/UTC", "2027-06-24T09:00:00Z", true },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CivilTime civil = civil_from_seconds(instant_of(cases[i].local));
                if (zone_shows_once(zone_of(*state, cases[i].zone), &civil) != cases[i].once)
                        fail_msg("row of line %d", cases[i].line);
        }
}

static void test_zone_offset_at__tells_offset_name_and_daylight(void **state)
{
        static const struct {
                int line;
                const char *zone, *instant;
                int seconds;
                bool daylight;
                const char *abbreviation;
        } cases[] = {
                { __LINE__, "Europe/Berlin", "2026-03-29T00:59:59Z", 3600, false, "CET" },
                { __LINE__, "Europe/Berlin", "2026-03-29T01:00:00Z", 7200, true, "CEST" },
                { __LINE__, "Europe/Berlin", "2437-07-01T00:00:00Z", 7200, true, "CEST" },
                { __LINE__, "Europe/Berlin", "2901-07-01T00:00:00Z", 7200, true, "CEST" },
                /* The rule applies after the end of the table, and gives the same days 400 years later. */
                { __LINE__, "Europe/Berlin", "2500-03-28T00:59:59Z", 3600, false, "CET" },
                { __LINE__, "Europe/Berlin", "2500-03-28T01:00:00Z", 7200, true, "CEST" },
                { __LINE__, "Europe/Berlin", "3226-03-29T00:59:59Z", 3600, false, "CET" },
                { __LINE__, "Europe/Berlin", "3226-03-29T01:00:00Z", 7200, true, "CEST" },
                { __LINE__, "Europe/Moscow", "2014-10-25T21:59:59Z", 14400, false, "MSK" },
                { __LINE__, "Europe/Moscow", "2014-10-25T22:00:00Z", 10800, false, "MSK" },
                { __LINE__, "Europe/Moscow", "9014-10-25T22:00:00Z", 10800, false, "MSK" },
                { __LINE__, "Europe/Dublin", "2026-01-01T00:00:00Z", 0, true, "GMT" },
                { __LINE__, "Europe/Dublin", "2026-07-01T00:00:00Z", 3600, false, "IST" },
                { __LINE__, "Africa/Casablanca", "2026-03-01T00:00:00Z", 0, true, "+00" },
                { __LINE__, "Asia/Almaty", "2024-02-29T17:59:59Z", 21600, false, "+06" },
                { __LINE__, "Asia/Almaty", "2024-02-29T18:00:00Z", 18000, false, "+05" },
                { __LINE__, "Europe/Moscow", "1915-01-01T00:00:00Z", 9017, false, "MMT" },
                { __LINE__, "America/New_York", "1800-01-01T00:00:00Z", -17762, false, "LMT" },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                ZoneOffset offset =
                                zone_offset_at(zone_of(*state, cases[i].zone), instant_of(cases[i].instant));
                if (offset.seconds != cases[i].seconds || offset.daylight != cases[i].daylight ||
                                strcmp(offset.abbreviation, cases[i].abbreviation) != 0)
                        fail_msg("row of line %d: %d %d %s", cases[i].line, offset.seconds, offset.daylight,
                                        offset.abbreviation);
        }
}

static void test_zone_table_get__gives_one_zone_for_one_name(void **state)
{
        const Zone *moscow = zone_of(*state, "Europe/Moscow");
        assert_ptr_equal(moscow, zone_of(*state, "Europe/Moscow"));
        assert_string_equal(zone_name(moscow), "Europe/Moscow");
        assert_string_equal(zone_name(zone_of(*state, "Asia/Calcutta")), "Asia/Calcutta");
        assert_ptr_equal(moscow, zone_of(*state, "Russian Standard Time"));
        assert_ptr_equal(moscow, zone_of(*state, "Russian Standard Time"));
}

static void test_zone_table_get__reads_only_zone_files(void **state)
{
        static const char *const names[] = {
                "",
                "/",
                ".",
                "..",
                "../../../run/some-fifo",
                "/etc/passwd",
                "Europe/",
                "/Europe/Berlin",
                "Europe//Berlin",
                "Europe/../Europe/Berlin",
                "./Europe/Berlin",
                "Europe",
                "zone.tab",
                "Europe/Berlin ",
                "Europe\\Berlin",
                "Europe/Berlin\n",
                "localtime",
                "posixrules",
                "posix/Europe/Berlin",
                "right/Europe/Berlin",
                "Europe/Berlin/x",
                "europe/berlin",
                "Moscow, St. Petersburg, Volgograd",
                "\xD0\x9C\xD0\xBE\xD1\x81\xD0\xBA\xD0\xB2\xD0\xB0",
                ("Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                 "a"),
        };
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
                const Zone *untouched = (const Zone *)(uintptr_t)1, *zone = untouched;
                if (zone_table_get(*state, names[i], &zone) != ZONE_E_UNKNOWN || zone != untouched)
                        fail_msg("\"%s\" is a zone", names[i]);
        }
}

static char *make_directory(char path[static 32])
{
        strcpy(path, "/tmp/test_zone.XXXXXX");
        return mkdtemp(path);
}

static void write_file(const char *directory, const char *name, const void *bytes, size_t len)
{
        char path[100];
        snprintf(path, sizeof(path), "%s/%s", directory, name);
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        assert_int_equal(fwrite(bytes, 1, len, file), len);
        assert_int_equal(fclose(file), 0);
}

static void remove_directory(const char *directory, const char *const *names, size_t n_names)
{
        char path[100];
        for (size_t i = 0; i < n_names; i++) {
                snprintf(path, sizeof(path), "%s/%s", directory, names[i]);
                remove(path);
        }
        assert_int_equal(rmdir(directory), 0);
}

/* Opening a FIFO would wait for its writer, for ever. */
static void test_zone_table_get__never_blocks(void **state)
{
        (void)state;
        static const char *const names[] = { "Fifo", "Directory", "Dangling", "Circle", "Outside", "Big",
                "Empty" };
        static const char big[100000] = "TZif2";
        char directory[32], path[100];
        assert_non_null(make_directory(directory));
        snprintf(path, sizeof(path), "%s/Fifo", directory);
        assert_int_equal(mkfifo(path, 0600), 0);
        snprintf(path, sizeof(path), "%s/Directory", directory);
        assert_int_equal(mkdir(path, 0700), 0);
        snprintf(path, sizeof(path), "%s/Dangling", directory);
        assert_int_equal(symlink("Nothing", path), 0);
        snprintf(path, sizeof(path), "%s/Circle", directory);
        assert_int_equal(symlink("Circle", path), 0);
        snprintf(path, sizeof(path), "%s/Outside", directory);
        assert_int_equal(symlink("/dev/zero", path), 0);
        write_file(directory, "Big", big, sizeof(big));
        write_file(directory, "Empty", "", 0);
        CLEANUP(zone_table_freep) ZoneTable *table = NULL;
        assert_int_equal(zone_table_new(directory, &table), 0);
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
                const Zone *zone;
                int expected = i < 5 ? ZONE_E_UNKNOWN : ZONE_E_INVALID;
                if (zone_table_get(table, names[i], &zone) != expected)
                        fail_msg("%s", names[i]);
        }
        remove_directory(directory, names, sizeof(names) / sizeof(names[0]));
}

static size_t read_berlin(unsigned char bytes[static 8192])
{
        FILE *file = fopen("/usr/share/zoneinfo/Europe/Berlin", "r");
        assert_non_null(file);
        size_t len = fread(bytes, 1, 8192, file);
        fclose(file);
        assert_true(len > 1000 && len < 8192);
        return len;
}

/* Copies a system time zone file into @directory. */
static void copy_zone(const char *directory, const char *from, const char *name)
{
        char command[512];
        snprintf(command, sizeof(command), "cp /usr/share/zoneinfo/%s %s/%s", from, directory, name);
        assert_int_equal(system(command), 0);
}

static void test_zone_table_refresh__replaces_changed_zones(void **state)
{
        (void)state;
        char directory[] = "/tmp/test_zone.XXXXXX", path[64], before[HASH_HEX_SIZE], after[HASH_HEX_SIZE];
        const Zone *town, *other, *now;
        assert_non_null(mkdtemp(directory));
        copy_zone(directory, "Europe/Berlin", "Town");
        copy_zone(directory, "Europe/Moscow", "Other");
        CLEANUP(zone_table_freep) ZoneTable *table = NULL;
        assert_int_equal(zone_table_new(directory, &table), 0);
        assert_int_equal(zone_table_get(table, "Town", &town), 0);
        assert_int_equal(zone_table_get(table, "Other", &other), 0);
        assert_int_equal(zone_table_signature(table, before), 0);
        assert_false(zone_table_refresh(table));
        copy_zone(directory, "Asia/Tokyo", "Town");
        assert_true(zone_table_refresh(table));
        assert_int_equal(zone_table_signature(table, after), 0);
        assert_string_not_equal(before, after);
        assert_int_equal(zone_table_get(table, "Town", &now), 0);
        assert_int_equal(zone_offset_at(now, 0).seconds, 9 * 3600);
        assert_int_equal(zone_offset_at(town, 0).seconds, 3600);
        assert_int_equal(zone_table_get(table, "Other", &now), 0);
        assert_ptr_equal(now, other);
        /* A file that is missing or only partly written: the loaded zone is kept. */
        snprintf(path, sizeof(path), "%s/Other", directory);
        assert_int_equal(truncate(path, 20), 0);
        assert_false(zone_table_refresh(table));
        assert_int_equal(unlink(path), 0);
        assert_false(zone_table_refresh(table));
        snprintf(path, sizeof(path), "%s/Town", directory);
        unlink(path);
        rmdir(directory);
}

/* A truncated or changed file gives a zone or ZONE_E_INVALID, and no access beyond its bytes. */
static void test_zone_table_get__survives_corrupt_files(void **state)
{
        (void)state;
        static const char *const names[] = { "Zone" };
        unsigned char good[8192], bad[8192];
        size_t len = read_berlin(good);
        unsigned random = 1;
        char directory[32];
        assert_non_null(make_directory(directory));
        for (size_t i = 0; i < len + 3000; i++) {
                size_t cut = i < len ? i : len;
                memcpy(bad, good, cut);
                for (int j = 0; i >= len && j < 3; j++) {
                        random = random * 1664525 + 1013904223;
                        /* Half of the changes are in the headers, where the counts are. */
                        size_t at = j % 2 ? (random >> 8) % len
                                          : (random >> 8) % 2 * (len - 400) + (random >> 9) % 60;
                        bad[at % len] = (unsigned char)(random >> 24);
                }
                write_file(directory, "Zone", bad, cut);
                CLEANUP(zone_table_freep) ZoneTable *table = NULL;
                assert_int_equal(zone_table_new(directory, &table), 0);
                const Zone *zone;
                int r = zone_table_get(table, "Zone", &zone);
                assert_true(r == ZONE_E_INVALID || (r == 0 && i >= len));
                if (r == 0) {
                        CivilTime civil = zone_to_civil(zone, instant_of("2026-07-01T00:00:00Z"));
                        zone_to_instant(zone, &civil);
                        Buffer out = BUFFER_INIT(1 << 22);
                        zone_write_vtimezone(zone, 0, instant_of("2090-01-01T00:00:00Z"), &out);
                        buffer_done(&out);
                }
        }
        remove_directory(directory, names, 1);
}

typedef struct Reader {
        ZoneTable *table;
        const Zone *zones[3];
} Reader;

static void *read_zones(void *userdata)
{
        Reader *reader = userdata;
        static const char *const names[] = { "Europe/Moscow", "Asia/Almaty", "America/New_York" };
        for (int i = 0; i < 3000; i++)
                zone_table_get(reader->table, names[i % 3], &reader->zones[i % 3]);
        return NULL;
}

static void test_zone_table_get__gives_all_threads_the_same_zone(void **state)
{
        Reader readers[4] = { 0 };
        pthread_t threads[4];
        for (size_t i = 0; i < 4; i++) {
                readers[i].table = *state;
                assert_int_equal(pthread_create(&threads[i], NULL, read_zones, &readers[i]), 0);
        }
        for (size_t i = 0; i < 4; i++)
                pthread_join(threads[i], NULL);
        for (size_t i = 0; i < 4; i++) {
                assert_non_null(readers[i].zones[0]);
                assert_memory_equal(readers[i].zones, readers[0].zones, sizeof(readers[0].zones));
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(
                                test_zone_to_instant__reads_gaps_and_folds, open_table, close_table),
                cmocka_unit_test_setup_teardown(
                                test_zone_shows_once__is_false_in_gaps_and_folds, open_table, close_table),
                cmocka_unit_test_setup_teardown(test_zone_offset_at__tells_offset_name_and_daylight,
                                open_table, close_table),
                cmocka_unit_test_setup_teardown(
                                test_zone_table_get__gives_one_zone_for_one_name, open_table, close_table),
                cmocka_unit_test_setup_teardown(
                                test_zone_table_get__reads_only_zone_files, open_table, close_table),
                cmocka_unit_test(test_zone_table_get__never_blocks),
                cmocka_unit_test(test_zone_table_get__survives_corrupt_files),
                cmocka_unit_test(test_zone_table_refresh__replaces_changed_zones),
                cmocka_unit_test_setup_teardown(test_zone_table_get__gives_all_threads_the_same_zone,
                                open_table, close_table),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
