#include "cli/meeting-check.h"

#include "base/arena.h"
#include "base/array.h"
#include "cli/describe.h"
#include "meet/calendar.h"
#include "meet/offers.h"
#include "meet/slot-why.h"
#include "store/object.h"

#include <errno.h>
#include <string.h>

enum { NAME_BYTES = 64 * 1024 };

_Static_assert(SLOT_WHY_ENDED == 1 && (int)SLOT_WHY_N == (int)CLI_NO_SLOTS_N + 1,
                "a reason why there are no slots has no words");

/* Appends the name of a host; the UID if the contact is gone or has no name. */
static int find_name(Cli *cli, const char *uid, Buffer *out)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = object_find(cli->store, uid, &record);
        buffer_puts(out, r == 0 && record->name[0] ? record->name : uid);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

static int tell_offer(Cli *cli, const Offer *offer, const char *why)
{
        CLEANUP(buffer_done) Buffer host = BUFFER_INIT(NAME_BYTES);
        int r = find_name(cli, offer->host, &host);
        cli_print(cli, cli->strings->offer_without_slots,
                        TEXT_ARGUMENTS({ "offer", offer->uid, 0 }, { "host", buffer_text(&host), 0 },
                                        { "why", why, 0 }));
        return r;
}

static int on_offer(const ObjectRecord *record, const Offer *offer, void *userdata)
{
        Cli *cli = userdata;
        CLEANUP(offer_slots_done) OfferSlots slots;
        SlotWhy why = SLOT_WHY_NONE;
        int r = offer_slots_load(cli->store, record, cli->config->time_zone, cli->now, cli->now,
                        USEC_INFINITY, &slots);
        if (r == STORE_E_NOT_FOUND)
                return tell_offer(cli, offer, cli->strings->offer_without_host);
        SlotQuery query = offer_slots_query(&slots);
        if (r == 0)
                r = slots_why(&query, &why);
        return r != 0 || why == SLOT_WHY_NONE
                               ? r
                               : tell_offer(cli, offer, cli->strings->no_slots[why - SLOT_WHY_ENDED]);
}

/* The hosts of bookings whose cards are stored, each once. */
typedef struct Hosts {
        Cli *cli;
        const char **uids;
        size_t n;
        Arena arena;
} Hosts;

static void hosts_done(Hosts *hosts)
{
        free(hosts->uids);
        arena_done(&hosts->arena);
}

static int add_host(Hosts *hosts, const char *uid)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        for (size_t i = 0; i < hosts->n; i++)
                if (strcmp(hosts->uids[i], uid) == 0)
                        return 0;
        int r = object_find(hosts->cli->store, uid, &record);
        if (r != 0 || record->kind != OBJECT_CARD)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        const char **more = array_grow(hosts->uids, hosts->n, sizeof(*more));
        if (!more)
                return -ENOMEM;
        hosts->uids = more;
        more[hosts->n] = arena_copy(&hosts->arena, uid, strlen(uid));
        return more[hosts->n++] ? 0 : -ENOMEM;
}

static int on_booking(const ObjectRecord *record, void *userdata)
{
        Hosts *hosts = userdata;
        CLEANUP(event_freep) Event *event = NULL;
        int r = event_parse(hosts->cli->zones, record->text, record->len, &event, NULL);
        const char *host = r == 0 ? event_text_property(event, "X-CONVENED-MEETING-HOST") : NULL;
        return host ? add_host(hosts, host) : r == EVENT_E_INVALID ? 0 : r;
}

static bool is_same_meeting(const Busy *a, const Busy *b)
{
        return a->start == b->start && a->end == b->end && a->offer[0] && strcmp(a->offer, b->offer) == 0 &&
               strcmp(a->place, b->place) == 0;
}

static int tell_overlap(Cli *cli, const char *host, const Busy *first, const Busy *second)
{
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(NAME_BYTES);
        CLEANUP(buffer_done) Buffer date = BUFFER_INIT(NAME_BYTES);
        int r = find_name(cli, host, &name);
        if (r == 0)
                r = describe_moment(cli, second->start, &date);
        cli_print(cli, cli->strings->bookings_overlap,
                        TEXT_ARGUMENTS({ "host", buffer_text(&name), 0 }, { "date", buffer_text(&date), 0 },
                                        { "first", first->uid, 0 }, { "second", second->uid, 0 }));
        return r;
}

/*
 * Reports the meetings of a host that overlap. Each meeting is compared with the one before it that ends
 * last. The parties of one meeting with several seats do not count as overlapping.
 */
static int check_host(Cli *cli, const char *host, const BusyList *list)
{
        const Busy *last = NULL;
        int r = 0;
        for (size_t i = 0; r == 0 && i < list->n; i++) {
                const Busy *busy = &list->items[i];
                if (busy->kind != BUSY_MEETING || busy->is_foreign)
                        continue;
                if (last && busy->start < last->end && !is_same_meeting(last, busy))
                        r = tell_overlap(cli, host, last, busy);
                if (!last || busy->end > last->end)
                        last = busy;
        }
        return r;
}

static int check_overlaps(Hosts *hosts)
{
        Cli *cli = hosts->cli;
        CLEANUP(cleanup_free) BusyList *lists = calloc(hosts->n + 1, sizeof(*lists));
        const BusyQuery query = {
                .zone = cli->config->time_zone,
                .from = cli->now,
                .to = cli->now + OFFER_HORIZON_MAX_DAYS * USEC_PER_DAY,
                .now = cli->now,
        };
        int r = lists ? busy_collect_each(cli->store, cli->zones, &query, hosts->uids, hosts->n, lists)
                      : -ENOMEM;
        for (size_t i = 0; r == 0 && i < hosts->n; i++)
                r = check_host(cli, hosts->uids[i], &lists[i]);
        for (size_t i = 0; lists && i < hosts->n; i++)
                busy_done(&lists[i]);
        return r;
}

int meeting_check_all(Cli *cli)
{
        CLEANUP(hosts_done) Hosts hosts = { .cli = cli };
        const ObjectFilter filter = {
                .category = "meeting",
                .kinds = 1U << OBJECT_EVENT,
                .from = cli->now,
                .to = cli->now + OFFER_HORIZON_MAX_DAYS * USEC_PER_DAY,
        };
        int r = object_each(cli->store, &filter, on_booking, &hosts);
        if (r == 0 && hosts.n > 0)
                r = check_overlaps(&hosts);
        return r != 0 ? r : offers_each_of_host(cli->store, NULL, cli->config->time_zone, on_offer, cli);
}
