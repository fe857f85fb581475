#include "cli/offer-options.h"

#include "calendar/offer.h"
#include "cli/find.h"
#include "edit/offer-text.h"

#include <stdio.h>
#include <string.h>

enum { PROPERTIES_MAX = 128, HOURS_MAX = 64, VALUE_BYTES = 64 };

/* The options that each set one property. */
static const struct {
        const char *option, *property;
        bool text;
} options[] = {
        { "summary", "SUMMARY", true },
        { "event", OFFER_PREFIX "EVENT", true },
        { "duration", OFFER_PREFIX "DURATION", false },
        { "notice", OFFER_PREFIX "NOTICE", false },
        { "horizon", OFFER_PREFIX "HORIZON", false },
        { "daily-max", OFFER_PREFIX "DAILY-MAX", false },
        { "place", OFFER_PREFIX "PLACE", true },
        { "seats", OFFER_PREFIX "SEATS", false },
        { "confirm", OFFER_PREFIX "CONFIRM", false },
        { "listed", OFFER_PREFIX "LISTED", false },
        { "addresses", OFFER_PREFIX "ADDRESSES", false },
        { "keep-declined", OFFER_PREFIX "KEEP-DECLINED", false },
};

/* The options, as values. */
typedef struct OfferOptions {
        EditProperty properties[PROPERTIES_MAX + 1]; /* the last one has no name */
        int n;
        const char *hours[HOURS_MAX + 1];
        char before[VALUE_BYTES], after[VALUE_BYTES];
        Event *of_event;
} OfferOptions;

static void offer_options_done(OfferOptions *given)
{
        event_free(given->of_event);
}

static void put(OfferOptions *given, const char *name, const char *value, bool text, EditScope scope)
{
        if (given->n < PROPERTIES_MAX)
                given->properties[given->n++] = (EditProperty){
                        .name = name, .value = value && value[0] ? value : NULL, .text = text, .scope = scope
                };
}

/* The first value of an option replaces all lines of the property, and the other values are added. */
static void put_options(const Cli *cli, OfferOptions *given)
{
        for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
                const char *value;
                for (int k = 0; (value = cli_value(cli, options[i].option, k)); k++)
                        put(given, options[i].property, value, options[i].text,
                                        k == 0 ? EDIT_NAME : EDIT_BESIDE);
        }
        for (int i = 0; i < HOURS_MAX; i++)
                given->hours[i] = cli_value(cli, "hours", i);
}

/* Reads one value for both buffers, `PT10M`, or one for each, `PT10M,PT5M`. */
static int put_buffers(Cli *cli, OfferOptions *given)
{
        const char *text = cli_value(cli, "buffer", 0);
        if (!text)
                return CLI_DONE;
        const char *comma = strchr(text, ',');
        size_t len = comma ? (size_t)(comma - text) : strlen(text);
        if (len >= sizeof(given->before) || strlen(comma ? comma + 1 : text) >= sizeof(given->after))
                return cli_usage_option(cli, cli->strings->bad_buffer, "buffer", text);
        snprintf(given->before, sizeof(given->before), "%.*s", (int)len, text);
        snprintf(given->after, sizeof(given->after), "%s", comma ? comma + 1 : text);
        put(given, OFFER_PREFIX "BUFFER-BEFORE", given->before, false, EDIT_NAME);
        put(given, OFFER_PREFIX "BUFFER-AFTER", given->after, false, EDIT_NAME);
        return CLI_DONE;
}

static int read_options(Cli *cli, OfferOptions *given)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        const char *uid = cli_value(cli, "event", 0);
        put_options(cli, given);
        int code = put_buffers(cli, given);
        return code == CLI_DONE && uid && uid[0] ? find_event(cli, uid, &record, &given->of_event) : code;
}

static OfferWish wish_of(const Cli *cli, const OfferOptions *given, const Zone *zone)
{
        return (OfferWish){
                .properties = given->properties,
                .hours = given->hours,
                .from = cli_value(cli, "from", 0),
                .to = cli_value(cli, "to", 0),
                .zone = zone,
                .of_event = given->of_event,
                .fallback = cli->config->time_zone,
                .now = cli->now,
        };
}

static int finish(Cli *cli, int r, const char *bad)
{
        if (r == OFFER_TEXT_E_HOURS)
                return cli_usage_option(cli, cli->strings->bad_hours_words, "hours", bad);
        if (r == OFFER_TEXT_E_FROM || r == OFFER_TEXT_E_TO) {
                const char *option = r == OFFER_TEXT_E_FROM ? "from" : "to";
                return cli_usage_option(cli, cli->strings->bad_day, option, cli_value(cli, option, 0));
        }
        return r != 0 ? cli_refuse(cli, cli->strings->not_kept, r) : CLI_DONE;
}

int offer_options_new(Cli *cli, const char *uid, const char *host, const Zone *zone, Buffer *out)
{
        CLEANUP(offer_options_done) OfferOptions given = { .n = 0 };
        const char *bad = NULL;
        int code = read_options(cli, &given);
        if (code != CLI_DONE)
                return code;
        const OfferWish wish = wish_of(cli, &given, zone);
        int r = offer_text_new(&wish, uid, host, out, &bad);
        return finish(cli, r, bad);
}

/*
 * Finds the zone of new hours: that of --zone, which becomes the zone of the offer, or the offer's own zone.
 */
static int change_zone(Cli *cli, const Event *event, OfferOptions *given, const Zone **ret)
{
        const char *name = cli_value(cli, "zone", 0);
        Offer offer;
        if (offer_read(event, cli->config->time_zone, &offer) != 0)
                return cli_refuse(cli, cli->words[1], STORE_E_NOT_FOUND);
        *ret = offer.zone;
        if (!name)
                return CLI_DONE;
        if (zone_table_get(cli->zones, name, ret) != 0)
                return cli_usage_value(cli, cli->strings->bad_zone, name);
        put(given, "X-CONVENED-TZID", name, true, EDIT_NAME);
        return CLI_DONE;
}

int offer_options_changed(Cli *cli, const Event *event, Buffer *out)
{
        CLEANUP(offer_options_done) OfferOptions given = { .n = 0 };
        const Zone *zone = NULL;
        const char *bad = NULL;
        int code = change_zone(cli, event, &given, &zone);
        if (code == CLI_DONE)
                code = read_options(cli, &given);
        if (code != CLI_DONE)
                return code;
        const OfferWish wish = wish_of(cli, &given, zone);
        int r = offer_text_changed(&wish, event, out, &bad);
        return finish(cli, r, bad);
}
