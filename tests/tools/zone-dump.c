/*
 * Prints results of calendar/zone, which tests/e2e/test_zones.py compares with other programs. Reads
 * commands, one a line, from standard input:
 *
 *   offset ZONE INSTANT...           offset, DST flag and abbreviation at each instant
 *   instant ZONE LOCAL...            the instants of wall clocks, each in the seconds of this time in UTC
 *   changes ZONE FIRST LAST          every change in between
 *   vtimezone ZONE FIRST LAST        a VTIMEZONE, ended by an empty line
 *   reread ZONE FIRST LAST INSTANT...  the offsets at instants by the zone that this VTIMEZONE describes
 *
 * ZONE is a name, or @ and the path of a file with a VTIMEZONE.
 */
#include "base/file.h"
#include "calendar/zone-data.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int64_t take_number(char **rest)
{
        const char *word = strsep(rest, " ");
        return word ? strtoll(word, NULL, 10) : 0;
}

static void print_offset(const Zone *zone, int64_t instant)
{
        ZoneOffset offset = zone_offset_at(zone, instant);
        printf("%d %d %s\n", offset.seconds, offset.daylight, offset.abbreviation);
}

static void dump_offsets(const Zone *zone, char *rest)
{
        while (rest)
                print_offset(zone, take_number(&rest));
}

static void dump_instants(const Zone *zone, char *rest)
{
        while (rest) {
                CivilTime civil = civil_from_seconds(take_number(&rest));
                printf("%" PRId64 "\n", zone_to_instant(zone, &civil));
        }
}

static void dump_changes(const Zone *zone, char *rest)
{
        int64_t at = take_number(&rest), last = take_number(&rest);
        for (size_t i = zone_change_after(zone, at); i < zone->n_changes && zone->instants[i] <= last; i++)
                printf("%" PRId64 " ", zone->instants[i]);
        printf("\n");
}

static void dump_vtimezone(const Zone *zone, char *rest)
{
        int64_t first = take_number(&rest), last = take_number(&rest);
        Buffer out = BUFFER_INIT(1 << 20);
        zone_write_vtimezone(zone, first, last, &out);
        printf("%s\n", buffer_text(&out));
        buffer_done(&out);
}

static void dump_reread(const Zone *zone, char *rest)
{
        int64_t first = take_number(&rest), last = take_number(&rest);
        Buffer out = BUFFER_INIT(1 << 20);
        zone_write_vtimezone(zone, first, last, &out);
        CLEANUP(zone_unrefp) Zone *reread = NULL;
        int r = zone_from_vtimezone(buffer_text(&out), out.len, &reread);
        if (r == 0)
                dump_offsets(reread, rest);
        else
                puts(r == ZONE_E_UNKNOWN ? "unknown" : "error");
        buffer_done(&out);
}

static const struct {
        const char *name;
        void (*run)(const Zone *zone, char *rest);
} commands[] = {
        { "offset", dump_offsets },
        { "instant", dump_instants },
        { "changes", dump_changes },
        { "vtimezone", dump_vtimezone },
        { "reread", dump_reread },
};

static int read_file(const char *path, Zone **ret)
{
        CLEANUP(cleanup_free) char *text = NULL;
        size_t len = 0;
        int r = file_read(path, 1 << 20, &text, &len);
        return r == 0 ? zone_from_vtimezone(text, len, ret) : r;
}

static void run_line(ZoneTable *table, char *line)
{
        line[strcspn(line, "\n")] = '\0';
        const char *command = strsep(&line, " "), *name = line ? strsep(&line, " ") : "";
        CLEANUP(zone_unrefp) Zone *own = NULL;
        const Zone *zone;
        int r = name[0] == '@' ? read_file(name + 1, &own) : zone_table_get(table, name, &zone);
        zone = own ? own : zone;
        if (r != 0) {
                puts(r == ZONE_E_UNKNOWN ? "unknown" : "error");
                return;
        }
        for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
                if (strcmp(command, commands[i].name) == 0)
                        commands[i].run(zone, line);
}

int main(void)
{
        CLEANUP(zone_table_freep) ZoneTable *table = NULL;
        CLEANUP(cleanup_free) char *line = NULL;
        size_t size = 0;
        if (zone_table_new(NULL, &table) < 0)
                return 1;
        while (getline(&line, &size, stdin) > 0)
                run_line(table, line);
        return 0;
}
