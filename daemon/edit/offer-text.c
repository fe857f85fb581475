#include "edit/offer-text.h"

#include "calendar/component-build.h"
#include "edit/hours.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { PROPERTIES_MAX = 160, TEXT_MAX_BYTES = 1024 * 1024, VALUE_BYTES = 64 };

typedef struct OfferDraft {
        EditProperty properties[PROPERTIES_MAX + 1]; /* the last one has no name */
        int n;
        char from[VALUE_BYTES], to[VALUE_BYTES];
        char params[WHEN_PARAMS_SIZE]; /* of times in the zone of the hours */
} OfferDraft;

/* Writes a day as the midnight at which the offer begins, or has ended: `later` is then 1. */
static int put_day(const char *text, const char *name, int later, char *ret, OfferDraft *draft)
{
        CivilTime civil = { 0 };
        int end = 0;
        if (!text)
                return 0;
        if (text[0] && (sscanf(text, "%4d-%2d-%2d%n", &civil.year, &civil.month, &civil.day, &end) != 3 ||
                                       text[end] || !civil_valid(&civil)))
                return later ? OFFER_TEXT_E_TO : OFFER_TEXT_E_FROM;
        civil = civil_from_days(civil_days(civil.year, civil.month, civil.day) + later);
        if (text[0])
                snprintf(ret, VALUE_BYTES, "%04d%02d%02dT000000", civil.year, civil.month, civil.day);
        draft->properties[draft->n++] = (EditProperty){ name, text[0] ? draft->params : NULL,
                text[0] ? ret : NULL, false, EDIT_NAME };
        return 0;
}

static int draft_init(const OfferWish *wish, OfferDraft *draft)
{
        int r = when_params(&(When){ .form = WHEN_ZONED, .zone = wish->zone }, draft->params);
        if (r != 0)
                return r;
        for (const EditProperty *property = wish->properties; property->name; property++)
                if (draft->n < PROPERTIES_MAX - 2)
                        draft->properties[draft->n++] = *property;
        r = put_day(wish->from, "DTSTART", 0, draft->from, draft);
        return r != 0 ? r : put_day(wish->to, "DTEND", 1, draft->to, draft);
}

/*
 * Returns the first day of recurring hours: that of the wish, or the day on which the offer's event begins
 * by the clock of the zone, or today.
 */
static int64_t base_day(const OfferWish *wish, const OfferDraft *draft)
{
        When when;
        if (draft->from[0] && when_parse(draft->from, &when) == 0)
                return civil_days(when.civil.year, when.civil.month, when.civil.day);
        usec_t first = wish->now;
        when = wish->of_event ? event_start(wish->of_event) : (When){ .form = WHEN_NONE };
        if (when.form != WHEN_NONE)
                first = when_instant(&when, event_zone(wish->of_event, wish->fallback));
        CivilTime civil = zone_to_civil(wish->zone, first / USEC_PER_SEC);
        return civil_days(civil.year, civil.month, civil.day);
}

/* Appends the AVAILABLE components of all hours. */
static int write_hours(const OfferWish *wish, const OfferDraft *draft, Buffer *out, const char **ret_bad)
{
        int64_t first = base_day(wish, draft);
        for (const char *const *text = wish->hours; text && *text; text++) {
                HoursWords hours;
                if (hours_parse(*text, &hours) != 0) {
                        *ret_bad = *text;
                        return OFFER_TEXT_E_HOURS;
                }
                int r = hours_write(&hours, draft->params, first, wish->now, out);
                if (r != 0)
                        return r;
        }
        return 0;
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

/* Writes an offer without hours. */
static int compose(const OfferWish *wish, const char *uid, const char *host, const OfferDraft *draft,
                Buffer *out)
{
        CLEANUP(component_build_freep) ComponentBuild *build = component_build_new();
        if (!build)
                return -ENOMEM;
        component_build_begin(build, "VAVAILABILITY");
        component_build_add_text(build, "UID", uid);
        component_build_add_time(build, "DTSTAMP", wish->now);
        component_build_add_time(build, "CREATED", wish->now);
        component_build_add_time(build, "LAST-MODIFIED", wish->now);
        component_build_add_value(build, "SEQUENCE", "0");
        component_build_add_text(build, "X-CONVENED-TZID", zone_name(wish->zone));
        component_build_add_text(build, OFFER_PREFIX "HOST", host);
        for (const EditProperty *property = draft->properties; property->name; property++)
                if (property->value)
                        component_build_add(build, &(BuildProperty){ property->name, property->params,
                                                                   property->value, property->text });
        component_build_print(build, out);
        return buffer_error(out);
}

int offer_text_new(
                const OfferWish *wish, const char *uid, const char *host, Buffer *out, const char **ret_bad)
{
        CLEANUP(buffer_done) Buffer bare = BUFFER_INIT(TEXT_MAX_BYTES);
        CLEANUP(buffer_done) Buffer hours = BUFFER_INIT(TEXT_MAX_BYTES);
        OfferDraft draft = { .n = 0 };
        int r = draft_init(wish, &draft);
        if (r == 0)
                r = write_hours(wish, &draft, &hours, ret_bad);
        if (r == 0)
                r = compose(wish, uid, host, &draft, &bare);
        return r != 0 ? r : replace_hours(buffer_text(&bare), bare.len, &hours, out);
}

int offer_text_changed(const OfferWish *wish, const Event *event, Buffer *out, const char **ret_bad)
{
        CLEANUP(buffer_done) Buffer copy = BUFFER_INIT(TEXT_MAX_BYTES);
        CLEANUP(buffer_done) Buffer hours = BUFFER_INIT(TEXT_MAX_BYTES);
        OfferDraft draft = { .n = 0 };
        int r = draft_init(wish, &draft);
        if (r == 0)
                r = write_hours(wish, &draft, &hours, ret_bad);
        if (r != 0)
                return r;
        edit_event(event, draft.properties, wish->now, &copy);
        if (buffer_error(&copy))
                return buffer_error(&copy);
        if (wish->hours && *wish->hours)
                return replace_hours(buffer_text(&copy), copy.len, &hours, out);
        buffer_append(out, buffer_text(&copy), copy.len);
        return buffer_error(out);
}
