#include "cli/slots.h"

#include "base/json.h"
#include "base/text-dates.h"
#include "cli/find.h"
#include "cli/input.h"
#include "cli/output.h"
#include "meet/offers.h"

#include <stdio.h>
#include <string.h>

enum { LINE_MAX_BYTES = 64 * 1024 };

typedef struct SlotPrint {
        Cli *cli;
        usec_t from, to;
        bool json;
} SlotPrint;

static void print_json(const Offer *offer, const Slot *slot)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        char start[21], end[21];
        time_format_rfc3339(slot->start, start);
        time_format_rfc3339(slot->end, end);
        buffer_putc(&line, '{');
        json_member(&line, "start", start);
        json_member(&line, "end", end);
        json_member(&line, "tzid", zone_name(offer->zone));
        json_member(&line, "place", offer->places[slot->place][0] ? offer->places[slot->place] : NULL);
        buffer_printf(&line, ", \"seats_left\": %d", slot->seats_left);
        json_member(&line, "offer", offer->uid);
        buffer_putc(&line, '}');
        puts(buffer_text(&line));
}

/* Prints "Thu 2021-06-24 10:00-10:30  Table 4", in the zone of the offer. */
static int print_text(const SlotPrint *print, const Offer *offer, const Slot *slot)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        CivilTime start = zone_to_civil(offer->zone, slot->start / USEC_PER_SEC);
        CivilTime end = zone_to_civil(offer->zone, slot->end / USEC_PER_SEC);
        int r = text_date(&line, print->cli->language, TEXT_DATE_WEEKDAY_SHORT, &start);
        buffer_printf(&line, " %04d-%02d-%02d %02d:%02d-%02d:%02d", start.year, start.month, start.day,
                        start.hour, start.minute, end.hour, end.minute);
        if (offer->places[slot->place][0])
                buffer_printf(&line, "  %s", offer->places[slot->place]);
        if (r == 0 && offer->seats > 1)
                r = text_message(&line, print->cli->language, print->cli->strings->seats_left,
                                TEXT_ARGUMENTS({ "n", NULL, slot->seats_left }));
        output_line(stdout, buffer_text(&line));
        return r;
}

static int offset_at(const Offer *offer, const Slot *slot)
{
        return zone_offset_at(offer->zone, slot->start / USEC_PER_SEC).seconds;
}

/* @offset: the UTC offset of the slots below, in seconds */
static int print_heading(const SlotPrint *print, const Offer *offer, int offset)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        buffer_printf(&line, "%s%s%s (", offer->summary, offer->summary[0] ? ", " : "", offer->uid);
        int r = text_zone(&line, print->cli->language, zone_name(offer->zone), offset);
        buffer_puts(&line, "):");
        output_line(stdout, buffer_text(&line));
        return r;
}

/* The heading has the offset from UTC, so it is printed again after a change of the clock. */
static int print_texts(const SlotPrint *print, const Offer *offer, const SlotList *list)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < list->n; i++) {
                const Slot *slot = &list->items[i];
                int offset = offset_at(offer, slot);
                if (i == 0 || offset != offset_at(offer, slot - 1))
                        r = print_heading(print, offer, offset);
                if (r == 0)
                        r = print_text(print, offer, slot);
        }
        return r;
}

static int print_slots(const SlotPrint *print, const Offer *offer, const SlotList *list)
{
        if (!print->json)
                return print_texts(print, offer, list);
        for (size_t i = 0; i < list->n; i++)
                print_json(offer, &list->items[i]);
        return 0;
}

static int on_offer(const ObjectRecord *record, const Offer *offer, void *userdata)
{
        const SlotPrint *print = userdata;
        const Cli *cli = print->cli;
        CLEANUP(offer_slots_done) OfferSlots slots;
        CLEANUP(slot_list_done) SlotList list = { 0 };
        int r = offer_slots_load(cli->store, record, cli->config->time_zone, cli->now, print->from,
                        print->to, &slots);
        if (r != 0)
                return r;
        SlotQuery query = offer_slots_query(&slots);
        r = slots_find(&query, &list);
        return r != 0 ? r : print_slots(print, offer, &list);
}

int slots_print(Cli *cli, const char *word)
{
        CLEANUP(object_record_freep) ObjectRecord *host = NULL;
        SlotPrint print = { .cli = cli, .from = cli->now, .json = cli_flag(cli, "json") };
        int code = find_contact(cli, word, &host);
        if (code == CLI_DONE)
                code = input_day_option(cli, "from", 0, &print.from);
        print.to = print.from + SLOTS_DAYS_DEFAULT * USEC_PER_DAY;
        if (code == CLI_DONE)
                code = input_day_option(cli, "to", 1, &print.to);
        if (code == CLI_DONE && print.to <= print.from)
                code = cli_usage(cli, cli->usage->to_before_from, NULL);
        if (code != CLI_DONE)
                return code;
        int r = offers_each_of_host(cli->store, host->uid, cli->config->time_zone, on_offer, &print);
        if (r == SLOT_E_TOO_MANY)
                return cli_usage(cli, cli->strings->too_many_slots, NULL);
        return r != 0 ? cli_refuse(cli, word, r) : CLI_DONE;
}
