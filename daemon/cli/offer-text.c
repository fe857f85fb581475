#include "cli/offer-text.h"

#include "calendar/component-build.h"
#include "calendar/offer.h"
#include "cli/find.h"
#include "cli/hours.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PREFIX "X-CONVENED-MEETING-"

enum { PROPERTIES_MAX = 128, TEXT_MAX_BYTES = 1024 * 1024, VALUE_BYTES = 64 };

/* The options that each set one property. */
static const struct {
        const char *option, *property;
        bool text;
} options[] = {
        { "summary", "SUMMARY", true },
        { "event", PREFIX "EVENT", true },
        { "duration", PREFIX "DURATION", false },
        { "notice", PREFIX "NOTICE", false },
        { "horizon", PREFIX "HORIZON", false },
        { "daily-max", PREFIX "DAILY-MAX", false },
        { "place", PREFIX "PLACE", true },
        { "seats", PREFIX "SEATS", false },
        { "confirm", PREFIX "CONFIRM", false },
        { "listed", PREFIX "LISTED", false },
};

typedef struct OfferDraft {
        EditProperty properties[PROPERTIES_MAX + 1]; /* the last one has no name */
        int n;
        char before[VALUE_BYTES], after[VALUE_BYTES];
        char days[2][VALUE_BYTES];
        char params[WHEN_PARAMS_SIZE]; /* of times in the zone of the hours */
} OfferDraft;

static void put(OfferDraft *draft, const char *name, const char *value, bool text, EditScope scope)
{
        if (draft->n < PROPERTIES_MAX)
                draft->properties[draft->n++] = (EditProperty){
                        .name = name, .value = value && value[0] ? value : NULL, .text = text, .scope = scope
                };
}

/* The first value of an option replaces all lines of the property, and the other values are added. */
static void put_options(const Cli *cli, OfferDraft *draft)
{
        for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
                const char *value;
                for (int k = 0; (value = cli_value(cli, options[i].option, k)); k++)
                        put(draft, options[i].property, value, options[i].text,
                                        k == 0 ? EDIT_NAME : EDIT_BESIDE);
        }
}

/* Reads one value for both buffers, `PT10M`, or one for each, `PT10M,PT5M`. */
static int put_buffers(Cli *cli, OfferDraft *draft)
{
        const char *text = cli_value(cli, "buffer", 0);
        if (!text)
                return CLI_DONE;
        const char *comma = strchr(text, ',');
        size_t len = comma ? (size_t)(comma - text) : strlen(text);
        if (len >= sizeof(draft->before) || strlen(comma ? comma + 1 : text) >= sizeof(draft->after))
                return cli_usage_option(cli, cli->strings->bad_buffer, "buffer", text);
        snprintf(draft->before, sizeof(draft->before), "%.*s", (int)len, text);
        snprintf(draft->after, sizeof(draft->after), "%s", comma ? comma + 1 : text);
        put(draft, PREFIX "BUFFER-BEFORE", draft->before, false, EDIT_NAME);
        put(draft, PREFIX "BUFFER-AFTER", draft->after, false, EDIT_NAME);
        return CLI_DONE;
}

/* Writes the day of --from or --to as the midnight at which the offer begins or has ended. */
static int put_day(Cli *cli, const char *option, const char *name, int later, char *ret, OfferDraft *draft)
{
        const char *text = cli_value(cli, option, 0);
        CivilTime civil = { 0 };
        int end = 0;
        if (!text)
                return CLI_DONE;
        if (text[0] && (sscanf(text, "%4d-%2d-%2d%n", &civil.year, &civil.month, &civil.day, &end) != 3 ||
                                       text[end] || !civil_valid(&civil)))
                return cli_usage_option(cli, cli->strings->bad_day, option, text);
        civil = civil_from_days(civil_days(civil.year, civil.month, civil.day) + later);
        if (text[0])
                snprintf(ret, VALUE_BYTES, "%04d%02d%02dT000000", civil.year, civil.month, civil.day);
        put(draft, name, ret, false, EDIT_NAME);
        draft->properties[draft->n - 1].params = text[0] ? draft->params : NULL;
        return CLI_DONE;
}

static int read_options(Cli *cli, const Zone *zone, OfferDraft *draft)
{
        int r = when_params(&(When){ .form = WHEN_ZONED, .zone = zone }, draft->params);
        if (r != 0)
                return cli_refuse(cli, zone_name(zone), r);
        put_options(cli, draft);
        int code = put_buffers(cli, draft);
        if (code == CLI_DONE)
                code = put_day(cli, "from", "DTSTART", 0, draft->days[0], draft);
        if (code == CLI_DONE)
                code = put_day(cli, "to", "DTEND", 1, draft->days[1], draft);
        return code;
}

/*
 * Returns the first day of recurring hours: --from, or the day on which the offer's event begins by the
 * clock of @zone, or today.
 */
static int64_t base_day(const Cli *cli, const OfferDraft *draft, const Event *of_event, const Zone *zone)
{
        When when;
        if (draft->days[0][0] && when_parse(draft->days[0], &when) == 0)
                return civil_days(when.civil.year, when.civil.month, when.civil.day);
        usec_t first = cli->now;
        when = of_event ? event_start(of_event) : (When){ .form = WHEN_NONE };
        if (when.form != WHEN_NONE)
                first = when_instant(&when, event_zone(of_event, cli->config->time_zone));
        CivilTime civil = zone_to_civil(zone, first / USEC_PER_SEC);
        return civil_days(civil.year, civil.month, civil.day);
}

/* Reads the event of --event. @ret: unchanged if the option is not given, or is empty */
static int load_event(Cli *cli, Event **ret)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        const char *uid = cli_value(cli, "event", 0);
        return uid && uid[0] ? find_event(cli, uid, &record, ret) : CLI_DONE;
}

/* Appends the AVAILABLE components of all --hours. */
static int write_hours(Cli *cli, const OfferDraft *draft, const Zone *zone, Buffer *out)
{
        CLEANUP(event_freep) Event *of_event = NULL;
        const char *text;
        int code = load_event(cli, &of_event);
        if (code != CLI_DONE)
                return code;
        int64_t first = base_day(cli, draft, of_event, zone);
        for (int i = 0; (text = cli_value(cli, "hours", i)); i++) {
                HoursWords hours;
                if (hours_parse(text, &hours) != 0)
                        return cli_usage_option(cli, cli->strings->bad_hours_words, "hours", text);
                int r = hours_write(&hours, draft->params, first, cli->now, out);
                if (r != 0)
                        return cli_refuse(cli, text, r);
        }
        return CLI_DONE;
}

/* Copies an offer and replaces its AVAILABLE components by @hours. */
static int replace_hours(const char *text, size_t len, const Buffer *hours, Buffer *out)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(text, len, &CONTENT_LIMITS_OBJECT);
        ContentLine line;
        bool inside = false;
        int r = reader ? 0 : -ENOMEM;
        while (r == 0 && (r = content_reader_next(reader, &line, NULL)) == 0) {
                bool is_of_hours = line.depth == 2 && strcmp(line.value, "AVAILABLE") == 0;
                if (is_of_hours && strcmp(line.name, "BEGIN") == 0)
                        inside = true;
                if (line.depth == 1 && strcmp(line.name, "END") == 0 &&
                                strcmp(line.value, "VAVAILABILITY") == 0)
                        buffer_append(out, buffer_text(hours), hours->len);
                if (!inside)
                        buffer_append(out, line.raw, line.raw_len);
                if (is_of_hours && strcmp(line.name, "END") == 0)
                        inside = false;
        }
        return r == CONTENT_END ? buffer_error(out) : r < 0 ? r : -EBADMSG;
}

static int finish(Cli *cli, int r)
{
        return r != 0 ? cli_refuse(cli, cli->strings->not_kept, r) : CLI_DONE;
}

/* Writes an offer without hours. */
static int compose(const Cli *cli, const char *uid, const char *host, const Zone *zone,
                const OfferDraft *draft, Buffer *out)
{
        CLEANUP(component_build_freep) ComponentBuild *build = component_build_new();
        if (!build)
                return -ENOMEM;
        component_build_begin(build, "VAVAILABILITY");
        component_build_add_text(build, "UID", uid);
        component_build_add_time(build, "DTSTAMP", cli->now);
        component_build_add_time(build, "CREATED", cli->now);
        component_build_add_time(build, "LAST-MODIFIED", cli->now);
        component_build_add_value(build, "SEQUENCE", "0");
        component_build_add_text(build, "X-CONVENED-TZID", zone_name(zone));
        component_build_add_text(build, PREFIX "HOST", host);
        for (const EditProperty *property = draft->properties; property->name; property++)
                if (property->value)
                        component_build_add(build, &(BuildProperty){ property->name, property->params,
                                                                   property->value, property->text });
        component_build_print(build, out);
        return buffer_error(out);
}

int offer_text_new(Cli *cli, const char *uid, const char *host, const Zone *zone, Buffer *out)
{
        CLEANUP(buffer_done) Buffer bare = BUFFER_INIT(TEXT_MAX_BYTES);
        CLEANUP(buffer_done) Buffer hours = BUFFER_INIT(TEXT_MAX_BYTES);
        OfferDraft draft = { .n = 0 };
        int code = read_options(cli, zone, &draft);
        if (code == CLI_DONE)
                code = write_hours(cli, &draft, zone, &hours);
        if (code != CLI_DONE)
                return code;
        int r = compose(cli, uid, host, zone, &draft, &bare);
        return finish(cli, r != 0 ? r : replace_hours(buffer_text(&bare), bare.len, &hours, out));
}

/*
 * Finds the zone of new hours: that of --zone, which becomes the zone of the offer, or the offer's own zone.
 */
static int change_zone(Cli *cli, const Event *event, OfferDraft *draft, const Zone **ret)
{
        const char *given = cli_value(cli, "zone", 0);
        Offer offer;
        if (offer_read(event, cli->config->time_zone, &offer) != 0)
                return cli_refuse(cli, cli->words[1], STORE_E_NOT_FOUND);
        *ret = offer.zone;
        if (!given)
                return CLI_DONE;
        if (zone_table_get(cli->zones, given, ret) != 0)
                return cli_usage_value(cli, cli->strings->bad_zone, given);
        put(draft, "X-CONVENED-TZID", given, true, EDIT_NAME);
        return CLI_DONE;
}

int offer_text_changed(Cli *cli, const Event *event, Buffer *out)
{
        CLEANUP(buffer_done) Buffer copy = BUFFER_INIT(TEXT_MAX_BYTES);
        CLEANUP(buffer_done) Buffer hours = BUFFER_INIT(TEXT_MAX_BYTES);
        OfferDraft draft = { .n = 0 };
        const Zone *zone = NULL;
        int code = change_zone(cli, event, &draft, &zone);
        if (code == CLI_DONE)
                code = read_options(cli, zone, &draft);
        if (code == CLI_DONE)
                code = write_hours(cli, &draft, zone, &hours);
        if (code != CLI_DONE)
                return code;
        edit_event(event, draft.properties, cli->now, &copy);
        if (!cli_flag(cli, "hours")) {
                buffer_append(out, buffer_text(&copy), copy.len);
                return finish(cli, buffer_error(out));
        }
        int r = buffer_error(&copy);
        return finish(cli, r != 0 ? r : replace_hours(buffer_text(&copy), copy.len, &hours, out));
}
