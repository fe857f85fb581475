/*
 * slots: reads worlds from standard input, for tests/e2e/slot_model.py, and prints the free slots of each.
 * A world is these lines, with times in seconds since the epoch and "-" for an empty word:
 *
 *   world NAME NOW FROM TO
 *   span START END                                          an occurrence of the offer's event
 *   busy START END KIND OFFER SITE BEFORE AFTER PLACE       KIND: e event, m meeting, f another host's
 *   text                                                    the next lines, up to a dot, are the VCALENDAR
 *
 * slots --time ROUNDS: finds the slots of 90 days of a host with 1,000 bookings, ROUNDS times, and prints
 * the number of slots and the CPU time of the median round in microseconds.
 *
 * Each slot is printed as "NAME START END SEATS PLACE", a refusal as "NAME refused LINE WHERE: MESSAGE".
 */

#include "base/file.h"
#include "meet/slot.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { SPANS_MAX = 64, TEXT_MAX = 1 << 20, N_BOOKINGS = 1000 };

static const char timed_offer[] =
                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VAVAILABILITY\r\nUID:o@x\r\n"
                "DTSTAMP:20260101T000000Z\r\nX-CONVENED-MEETING-HOST:h@x\r\nX-CONVENED-MEETING-DAILY-MAX:20\r\n"
                "X-CONVENED-MEETING-BUFFER-AFTER:PT5M\r\nX-CONVENED-MEETING-PLACE:A\r\nX-CONVENED-MEETING-PLACE:B\r\n"
                "BEGIN:AVAILABLE\r\nUID:a@x\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/Berlin:20260601T080000\r\n"
                "DTEND;TZID=Europe/Berlin:20260601T130000\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\r\nEND:AVAILABLE\r\n"
                "BEGIN:AVAILABLE\r\nUID:b@x\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/Berlin:20260601T140000\r\n"
                "DTEND;TZID=Europe/Berlin:20260601T180000\r\nRRULE:FREQ=DAILY\r\nEND:AVAILABLE\r\n"
                "END:VAVAILABILITY\r\nEND:VCALENDAR\r\n";

typedef struct World {
        char name[32];
        SlotSpan spans[SPANS_MAX];
        SlotQuery query;
        BusyList busy;
} World;

static const char *word_of(const char *word)
{
        return strcmp(word, "-") == 0 ? "" : word;
}

static int read_busy(World *world, const char *line)
{
        char kind, offer[64], site[64], place[64];
        int64_t start, end, before, after;
        if (sscanf(line, "busy %" SCNd64 " %" SCNd64 " %c %63s %63s %" SCNd64 " %" SCNd64 " %63s", &start,
                            &end, &kind, offer, site, &before, &after, place) != 8)
                return -1;
        return busy_add(&world->busy, &(Busy){
                                                      .start = start * USEC_PER_SEC,
                                                      .end = end * USEC_PER_SEC,
                                                      .kind = kind == 'e' ? BUSY_EVENT : BUSY_MEETING,
                                                      .is_foreign = kind == 'f',
                                                      .offer = word_of(offer),
                                                      .site = word_of(site),
                                                      .place = word_of(place),
                                                      .before = before * USEC_PER_SEC,
                                                      .after = after * USEC_PER_SEC,
                                      });
}

static int read_line(World *world, const char *line)
{
        SlotQuery *query = &world->query;
        int64_t a, b, c;
        if (sscanf(line, "world %31s %" SCNd64 " %" SCNd64 " %" SCNd64, world->name, &a, &b, &c) == 4) {
                query->now = a * USEC_PER_SEC;
                query->from = b * USEC_PER_SEC;
                query->to = c * USEC_PER_SEC;
                return 0;
        }
        if (sscanf(line, "span %" SCNd64 " %" SCNd64, &a, &b) == 2 && query->n_spans < SPANS_MAX) {
                world->spans[query->n_spans++] = (SlotSpan){ a * USEC_PER_SEC, b * USEC_PER_SEC };
                return 0;
        }
        return read_busy(world, line);
}

static int print_slots(World *world, const Offer *offer)
{
        CLEANUP(slot_list_done) SlotList list = { 0 };
        busy_sort(&world->busy);
        world->query.offer = offer;
        world->query.spans = world->spans;
        world->query.busy = world->busy.items;
        world->query.n_busy = world->busy.n;
        int r = slots_find(&world->query, &list);
        for (size_t i = 0; r == 0 && i < list.n; i++)
                printf("%s %" PRId64 " %" PRId64 " %d %s\n", world->name, list.items[i].start / USEC_PER_SEC,
                                list.items[i].end / USEC_PER_SEC, list.items[i].seats_left,
                                offer->places[list.items[i].place]);
        return r;
}

static int run_world(ZoneTable *zones, const Zone *utc, World *world, const Buffer *text)
{
        CLEANUP(event_freep) Event *event = NULL;
        InputError error;
        Offer offer;
        int r = event_parse(zones, buffer_text(text), text->len, &event, &error);
        if (r == EVENT_E_INVALID) {
                printf("%s refused %zu %s: %s\n", world->name, error.line, error.where, error.message);
                return 0;
        }
        if (r == 0)
                r = offer_read(event, utc, &offer);
        return r != 0 ? r : print_slots(world, &offer);
}

/* Reads the lines of the VCALENDAR up to the dot. */
static void read_text(char **at, Buffer *text)
{
        char *line;
        buffer_reset(text);
        while ((line = strsep(at, "\n")) && strcmp(line, ".") != 0)
                buffer_printf(text, "%s\r\n", line);
}

/* Adds 1,000 bookings of half an hour, eleven or so a day, one each hour from midnight on. */
static int add_bookings(BusyList *busy, usec_t first)
{
        int r = 0;
        for (int i = 0; r == 0 && i < N_BOOKINGS; i++)
                r = busy_add(busy,
                                &(Busy){
                                                .start = first + (i % 90) * USEC_PER_DAY +
                                                         (i / 90) * 3600 * USEC_PER_SEC,
                                                .end = first + (i % 90) * USEC_PER_DAY +
                                                       (i / 90) * 3600 * USEC_PER_SEC + 1800 * USEC_PER_SEC,
                                                .kind = BUSY_MEETING,
                                                .offer = "o@x",
                                                .site = "h@x",
                                                .before = 300 * USEC_PER_SEC,
                                });
        busy_sort(busy);
        return r;
}

static int compare_times(const void *a, const void *b)
{
        usec_t left = *(const usec_t *)a, right = *(const usec_t *)b;
        return (left > right) - (left < right);
}

static usec_t cpu_now(void)
{
        struct timespec now;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return now.tv_sec * USEC_PER_SEC + now.tv_nsec / 1000;
}

/* Parses the offer and finds its slots, as a request does that has the bookings. */
static int time_rounds(ZoneTable *zones, const Zone *utc, int rounds)
{
        CLEANUP(busy_done) BusyList busy = { 0 };
        CLEANUP(cleanup_free) usec_t *times = calloc((size_t)rounds, sizeof(*times));
        const usec_t first = (usec_t)1780272000 * USEC_PER_SEC; /* 1 June 2026 */
        size_t n = 0;
        if (!times || add_bookings(&busy, first) != 0)
                return -1;
        for (int i = 0; i < rounds; i++) {
                CLEANUP(event_freep) Event *event = NULL;
                CLEANUP(slot_list_done) SlotList list = { 0 };
                Offer offer;
                usec_t begin = cpu_now();
                SlotQuery query = { .offer = &offer,
                        .busy = busy.items,
                        .n_busy = busy.n,
                        .now = first,
                        .from = first,
                        .to = first + 90 * USEC_PER_DAY };
                if (event_parse(zones, timed_offer, sizeof(timed_offer) - 1, &event, NULL) != 0 ||
                                offer_read(event, utc, &offer) != 0 || slots_find(&query, &list) != 0)
                        return -1;
                times[i] = cpu_now() - begin;
                n = list.n;
        }
        qsort(times, (size_t)rounds, sizeof(*times), compare_times);
        printf("%zu %lld\n", n, (long long)times[rounds / 2]);
        return 0;
}

int main(int argc, char **argv)
{
        CLEANUP(zone_table_freep) ZoneTable *zones = NULL;
        CLEANUP(cleanup_free) char *input = NULL;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(TEXT_MAX);
        const Zone *utc;
        size_t len;
        if (zone_table_new(NULL, &zones) != 0 || zone_table_get(zones, "Etc/UTC", &utc) != 0)
                return 2;
        if (argc == 3 && strcmp(argv[1], "--time") == 0)
                return time_rounds(zones, utc, atoi(argv[2])) == 0 ? 0 : 1;
        if (file_read("-", 1 << 28, &input, &len) < 0)
                return 2;
        World world = { 0 };
        char *at = input, *line;
        int r = 0;
        while (r == 0 && (line = strsep(&at, "\n")) && line[0]) {
                if (strcmp(line, "text") != 0) {
                        r = read_line(&world, line);
                        continue;
                }
                read_text(&at, &text);
                r = run_world(zones, utc, &world, &text);
                busy_done(&world.busy);
                world = (World){ 0 };
        }
        busy_done(&world.busy);
        return r == 0 ? 0 : 1;
}
