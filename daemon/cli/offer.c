/*
 * convene offer: adds, shows and changes the hours in which a contact can be met and the conditions of
 * meetings.
 */

#include "base/json.h"
#include "cli/command.h"
#include "cli/edit-transaction.h"
#include "cli/find.h"
#include "cli/offer-options.h"
#include "cli/output.h"
#include "cli/show.h"
#include "contact/card.h"
#include "edit/hours.h"
#include "meet/offers.h"

#include <stdio.h>
#include <string.h>

#define UID_DOMAIN "convened"

enum { LINE_MAX_BYTES = 1024 * 1024, UID_BYTES = 256, OFFER_MAX_BYTES = 1024 * 1024 };

/* Columns of a terminal. */
enum { HOURS_COLUMN = 32 };

const CliOption offer_options[] = {
        { "hours", "HOURS", HELP_OFFER_HOURS },
        { "zone", "ZONE", HELP_OFFER_ZONE },
        { "from", "DATE", HELP_OFFER_FROM },
        { "to", "DATE", HELP_OFFER_TO },
        { "event", "UID", HELP_OFFER_EVENT },
        { "duration", "DURATION", HELP_OFFER_DURATION },
        { "buffer", "BEFORE[,AFTER]", HELP_OFFER_BUFFER },
        { "notice", "DURATION", HELP_OFFER_NOTICE },
        { "horizon", "DURATION", HELP_OFFER_HORIZON },
        { "daily-max", "N", HELP_OFFER_DAILY_MAX },
        { "place", "NAME", HELP_OFFER_PLACE },
        { "seats", "N", HELP_OFFER_SEATS },
        { "confirm", "AUTO|HOST", HELP_OFFER_CONFIRM },
        { "listed", "TRUE|FALSE", HELP_OFFER_LISTED },
        { "addresses", "TRUE|FALSE", HELP_OFFER_ADDRESSES },
        { "keep-declined", "TRUE|FALSE", HELP_OFFER_KEEP_DECLINED },
        { "summary", "TEXT", HELP_ADD_SUMMARY },
        { "uid", "UID", HELP_ADD_UID },
        { "calendar", "NAME", HELP_ADD_CALENDAR },
        { "host", "CONTACT", HELP_OFFER_HOST },
        { "json", NULL, HELP_JSON },
        { NULL, NULL, 0 },
};

static int refuse_other(Cli *cli, const char *uid)
{
        cli_error(cli, cli->strings->not_an_offer, TEXT_ARGUMENTS({ "name", uid, 0 }));
        return CLI_REFUSED;
}

/* Finds an offer by UID. Return: CLI_DONE, or an exit code after a message. */
static int find_offer(Cli *cli, const char *uid, ObjectRecord **ret_record, Event **ret_event)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        InputError error = { 0 };
        int r = object_find(cli->store, uid, &record);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? find_refuse(cli, cli->strings->no_offer, uid)
                                              : cli_refuse(cli, uid, r);
        if (record->kind != OBJECT_OFFER)
                return refuse_other(cli, uid);
        r = event_parse(cli->zones, record->text, record->len, ret_event, &error);
        if (r != 0)
                return cli_refuse_input(cli, uid, r, &error);
        *ret_record = TAKE_PTR(record);
        return CLI_DONE;
}

/* Chooses the zone of the hours: --zone, the host's own, or the configuration's. */
static int choose_zone(Cli *cli, const ObjectRecord *host, const Zone **ret)
{
        CLEANUP(card_freep) Card *card = NULL;
        const char *given = cli_value(cli, "zone", 0);
        *ret = cli->config->time_zone;
        if (given && zone_table_get(cli->zones, given, ret) != 0)
                return cli_usage_value(cli, cli->strings->bad_zone, given);
        if (!given && card_parse(host->text, host->len, &card, NULL) == 0 && card_zone_name(card))
                (void)zone_table_get(cli->zones, card_zone_name(card), ret);
        return CLI_DONE;
}

/* Appends the names of the members; for a member that is not stored, the value of MEMBER. */
static int list_members(const Cli *cli, const Card *card, Buffer *out)
{
        const ContentLine *line = NULL;
        int r = 0;
        while (r == 0 && (line = card_property_next(card, "MEMBER", line))) {
                CLEANUP(object_record_freep) ObjectRecord *record = NULL;
                r = object_find(cli->store, line->value, &record);
                buffer_puts(out, out->len > 0 ? ", " : "");
                buffer_puts(out, r == 0 && record->name[0] ? record->name : line->value);
                r = r == STORE_E_NOT_FOUND ? 0 : r;
        }
        return r;
}

/* Refuses a group (RFC 6350, 6.1.4) as a host, because a meeting takes the time of one person. */
static int refuse_group(Cli *cli, const ObjectRecord *host)
{
        CLEANUP(card_freep) Card *card = NULL;
        CLEANUP(buffer_done) Buffer members = BUFFER_INIT(LINE_MAX_BYTES);
        if (card_parse(host->text, host->len, &card, NULL) != 0 || card_kind(card) != CARD_GROUP)
                return CLI_DONE;
        int r = list_members(cli, card, &members);
        if (r != 0)
                return cli_refuse(cli, host->uid, r);
        cli_error(cli, members.len > 0 ? cli->strings->host_is_group : cli->strings->host_is_empty_group,
                        TEXT_ARGUMENTS({ "name", card_name(card), 0 },
                                        { "members", buffer_text(&members), 0 }));
        return CLI_REFUSED;
}

static int choose_uid(Cli *cli, char *ret, size_t size)
{
        CLEANUP(object_record_freep) ObjectRecord *known = NULL;
        const char *given = cli_value(cli, "uid", 0);
        if (!given)
                return edit_make_uid(UID_DOMAIN, ret, size) == 0 ? CLI_DONE : CLI_REFUSED;
        if (snprintf(ret, size, "%s", given) >= (int)size)
                return cli_usage(cli, cli->strings->too_long, TEXT_ARGUMENTS({ "name", "--uid", 0 }));
        int r = object_find(cli->store, given, &known);
        if (r == 0)
                return cli_usage_value(cli, cli->strings->uid_taken, given);
        return r == STORE_E_NOT_FOUND ? CLI_DONE : cli_refuse(cli, given, r);
}

static int compose(Cli *cli, char *uid, size_t size, Buffer *text)
{
        CLEANUP(object_record_freep) ObjectRecord *host = NULL;
        const Zone *zone = NULL;
        int code = find_contact(cli, cli->words[1], &host);
        if (code == CLI_DONE)
                code = refuse_group(cli, host);
        if (code == CLI_DONE)
                code = choose_zone(cli, host, &zone);
        if (code == CLI_DONE)
                code = choose_uid(cli, uid, size);
        return code == CLI_DONE ? offer_options_new(cli, uid, host->uid, zone, text) : code;
}

static int add(Cli *cli)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(OFFER_MAX_BYTES);
        const char *calendar = cli_value(cli, "calendar", 0);
        char uid[UID_BYTES];
        if (!cli_flag(cli, "hours"))
                return cli_usage(cli, cli->strings->needs_hours, NULL);
        int code = edit_transaction_begin(cli);
        if (code != CLI_DONE)
                return code;
        code = compose(cli, uid, sizeof(uid), &text);
        if (code == CLI_DONE)
                code = edit_transaction_keep(cli, calendar ? calendar : COLLECTION_EVENTS, &text);
        code = edit_transaction_end(cli, code);
        if (code == CLI_DONE)
                puts(uid);
        return code;
}

static int set(Cli *cli)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(OFFER_MAX_BYTES);
        int code = edit_transaction_begin(cli);
        if (code != CLI_DONE)
                return code;
        code = find_offer(cli, cli->words[1], &record, &event);
        if (code == CLI_DONE && cli->n_values == 0)
                code = cli_usage(cli, cli->usage->missing, TEXT_ARGUMENTS({ "what", "OPTION", 0 }));
        if (code == CLI_DONE)
                code = offer_options_changed(cli, event, &text);
        if (code == CLI_DONE)
                code = edit_transaction_keep(cli, record->collection, &text);
        return edit_transaction_end(cli, code);
}

static int remove_offer(Cli *cli)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        int code = edit_transaction_begin(cli);
        if (code != CLI_DONE)
                return code;
        code = find_offer(cli, cli->words[1], &record, &event);
        int r = code == CLI_DONE ? object_delete(cli->store, record->collection, record->resource, 0,
                                                   cli->now)
                                 : 0;
        if (r != 0)
                code = cli_refuse(cli, cli->words[1], r);
        return edit_transaction_end(cli, code);
}

static void print_number(Buffer *out, const char *name, int64_t number)
{
        buffer_printf(out, ", \"%s\": %lld", name, (long long)number);
}

/* Appends the list of the hours, in words as hours_parse() reads them. */
static int print_hours_json(const Offer *offer, Buffer *out)
{
        const Event *hours;
        int r = 0;
        buffer_puts(out, ", \"hours\": [");
        for (size_t i = 0; r == 0 && (hours = event_available(offer->event, i)); i++) {
                CLEANUP(buffer_done) Buffer words = BUFFER_INIT(LINE_MAX_BYTES);
                r = hours_describe(hours, "en", &words);
                buffer_puts(out, i ? ", " : "");
                json_string(out, buffer_text(&words));
        }
        buffer_putc(out, ']');
        return r;
}

static void print_lists_json(const Offer *offer, Buffer *out)
{
        buffer_puts(out, ", \"minutes\": [");
        for (size_t i = 0; i < offer->n_lengths; i++)
                buffer_printf(out, "%s%lld", i ? ", " : "",
                                (long long)(offer->lengths[i] / USEC_PER_SEC / 60));
        buffer_puts(out, "], \"places\": [");
        for (size_t i = 0, n = 0; i < offer->n_places; i++) {
                if (!offer->places[i][0])
                        continue;
                buffer_puts(out, n++ ? ", " : "");
                json_string(out, offer->places[i]);
        }
        buffer_putc(out, ']');
}

static int print_json(const ObjectRecord *record, const Offer *offer)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        buffer_putc(&line, '{');
        json_member(&line, "uid", offer->uid);
        json_member(&line, "host", offer->host);
        json_member(&line, "event", offer->of_event);
        json_member(&line, "summary", offer->summary);
        json_member(&line, "tzid", zone_name(offer->zone));
        int r = print_hours_json(offer, &line);
        print_lists_json(offer, &line);
        print_number(&line, "buffer_before", offer->before / USEC_PER_SEC);
        print_number(&line, "buffer_after", offer->after / USEC_PER_SEC);
        print_number(&line, "notice", duration_seconds(&offer->notice));
        print_number(&line, "horizon", duration_seconds(&offer->horizon));
        print_number(&line, "daily_max", offer->daily_max);
        print_number(&line, "seats", offer->seats);
        json_member(&line, "confirm", offer->confirm == OFFER_CONFIRM_HOST ? "HOST" : "AUTO");
        buffer_printf(&line, ", \"listed\": %s", offer->listed ? "true" : "false");
        buffer_printf(&line, ", \"addresses\": %s", offer->shows_addresses ? "true" : "false");
        buffer_printf(&line, ", \"keep_declined\": %s", offer->keeps_declined ? "true" : "false");
        json_member(&line, "collection", record->collection);
        buffer_putc(&line, '}');
        if (r == 0)
                r = buffer_error(&line);
        if (r == 0)
                puts(buffer_text(&line));
        return r;
}

/* Appends the host's name, or the UID if the contact is gone. */
static int append_host(Cli *cli, const char *uid, Buffer *out)
{
        CLEANUP(object_record_freep) ObjectRecord *host = NULL;
        int r = object_find(cli->store, uid, &host);
        buffer_puts(out, r == 0 ? host->name : uid);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

static int print_row(Cli *cli, const Offer *offer)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        const Event *hours;
        int r = append_host(cli, offer->host, &line);
        output_column(&line, HOURS_COLUMN);
        for (size_t i = 0; r == 0 && (hours = event_available(offer->event, i)); i++) {
                CLEANUP(buffer_done) Buffer words = BUFFER_INIT(LINE_MAX_BYTES);
                r = hours_describe(hours, cli->language, &words);
                buffer_printf(&line, "%s%s", i ? "; " : "", buffer_text(&words));
        }
        output_line(stdout, buffer_text(&line));
        fputs("    ", stdout);
        output_line(stdout, offer->uid);
        return r;
}

static int on_offer(const ObjectRecord *record, const Offer *offer, void *userdata)
{
        Cli *cli = userdata;
        return cli_flag(cli, "json") ? print_json(record, offer) : print_row(cli, offer);
}

static int list(Cli *cli)
{
        CLEANUP(object_record_freep) ObjectRecord *host = NULL;
        int code = find_contact_option(cli, "host", &host);
        if (code != CLI_DONE)
                return code;
        int r = offers_each_of_host(
                        cli->store, host ? host->uid : NULL, cli->config->time_zone, on_offer, cli);
        return r != 0 ? cli_refuse(cli, "offer", r) : CLI_DONE;
}

/* A VAVAILABILITY without a host has no conditions of meetings, so it has no JSON form. */
static int show_json(Cli *cli, const ObjectRecord *record, const Event *event)
{
        Offer offer;
        int r = offer_read(event, cli->config->time_zone, &offer);
        if (r == OFFER_E_NONE)
                return refuse_other(cli, record->uid);
        if (r == 0)
                r = print_json(record, &offer);
        return r != 0 ? cli_refuse(cli, record->uid, r) : CLI_DONE;
}

static int show(Cli *cli)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        int code = find_offer(cli, cli->words[1], &record, &event);
        if (code != CLI_DONE)
                return code;
        if (cli_flag(cli, "json"))
                return show_json(cli, record, event);
        int r = show_offer(cli, record, event);
        return r != 0 ? cli_refuse(cli, record->uid, r) : CLI_DONE;
}

const CliAction offer_actions[] = {
        { "add", "HOST", 1, 1, add },
        { "list", "", 0, 0, list },
        { "show", "UID", 1, 1, show },
        { "set", "UID", 1, 1, set },
        { "remove", "UID", 1, 1, remove_offer },
        { NULL, NULL, 0, 0, NULL },
};
