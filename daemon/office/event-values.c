#include "office/event-values.h"

#include "base/contentline.h"
#include "calendar/participant.h"
#include "edit/texts.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TEXT_BYTES = 256 * 1024, LIST_BYTES = 64 * 1024, DIGITS = 8 };

void event_values_done(EventValues *values)
{
        arena_done(&values->arena);
}

const char *event_values_name(EventValue value, char ret[static 32])
{
        static const char *const names[] = {
                [VALUE_KIND] = "kind",
                [VALUE_CLASS] = "class",
                [VALUE_STATUS] = "status",
                [VALUE_FORM] = "form",
                [VALUE_START_DAY] = "start-day",
                [VALUE_START_TIME] = "start-time",
                [VALUE_END_DAY] = "end-day",
                [VALUE_END_TIME] = "end-time",
                [VALUE_ZONE] = "in-zone",
                [VALUE_PLACE] = "place",
                [VALUE_TEXT] = "text",
                [VALUE_LINK] = "link",
                [VALUE_CONTACT] = "contact",
                [VALUE_ORGANISERS] = "organisers",
                [VALUE_SPEAKERS] = "speakers",
                [VALUE_FILES] = "files",
                [VALUE_REPEAT] = "repeat",
                [VALUE_EVERY] = "every",
                [VALUE_WEEKDAYS] = "weekdays",
                [VALUE_UNTIL] = "until",
                [VALUE_COUNT] = "count",
        };
        if (value < VALUE_TITLE)
                return names[value];
        snprintf(ret, 32, "title-%s", language_tag((Language)(value - VALUE_TITLE)));
        return ret;
}

static bool has_lines(EventValue value)
{
        return value == VALUE_TEXT || value == VALUE_ORGANISERS || value == VALUE_SPEAKERS ||
               value == VALUE_FILES;
}

static void trim(char *text)
{
        size_t len = strlen(text), skip = strspn(text, " \t\n");
        while (len > skip && strchr(" \t\n", text[len - 1]))
                len--;
        memmove(text, text + skip, len - skip);
        text[len - skip] = '\0';
}

int event_values_set(EventValues *values, EventValue value, const char *text)
{
        char *copy = arena_copy(&values->arena, text, strlen(text)), *out = copy;
        for (const char *c = copy; c && *c; c++)
                if (*c != '\r')
                        *out++ = *c == '\n' && !has_lines(value) ? ' ' : *c;
        values->text[value] = copy ? copy : "";
        if (!copy)
                return -ENOMEM;
        *out = '\0';
        trim(copy);
        return 0;
}

static void set_all(EventValues *values)
{
        for (int i = 0; i < VALUES_N; i++)
                values->text[i] = "";
}

bool event_values_differ(const EventValues *one, const EventValues *other, EventValue value)
{
        return strcmp(one->text[value], other->text[value]) != 0;
}

static void print_one(const EventValues *values, EventValue value, char ret[static HASH_HEX_SIZE])
{
        hash_hex(values->text[value], strlen(values->text[value]), ret);
        ret[DIGITS] = '\0';
}

void event_values_print(const EventValues *values, Buffer *out)
{
        char hex[HASH_HEX_SIZE];
        for (EventValue i = 0; i < VALUES_N; i++) {
                print_one(values, i, hex);
                buffer_puts(out, hex);
        }
}

bool event_values_is_printed(const EventValues *values, EventValue value, const char *printed)
{
        char hex[HASH_HEX_SIZE];
        print_one(values, value, hex);
        return strlen(printed) == (size_t)DIGITS * VALUES_N &&
               strncmp(printed + (size_t)DIGITS * value, hex, DIGITS) == 0;
}

/* ---- What was typed ---- */

/* Joins the weekdays that are ticked. */
static int read_weekdays(EventValues *ret, const OfficeCall *call)
{
        static const char *const days[] = { "MO", "TU", "WE", "TH", "FR", "SA", "SU" };
        char list[32] = "", name[16];
        for (size_t i = 0; i < sizeof(days) / sizeof(*days); i++) {
                snprintf(name, sizeof(name), "on-%s", days[i]);
                if (*office_form(call, name))
                        snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%s", *list ? "," : "",
                                        days[i]);
        }
        return event_values_set(ret, VALUE_WEEKDAYS, list);
}

int event_values_of_form(EventValues *ret, const OfficeCall *call)
{
        char name[32];
        set_all(ret);
        int r = 0;
        for (EventValue i = 0; r == 0 && i < VALUES_N; i++)
                r = event_values_set(ret, i, office_form(call, event_values_name(i, name)));
        return r != 0 ? r : read_weekdays(ret, call);
}

int event_values_of_new(EventValues *ret, const OfficeCall *call)
{
        const Config *config = call->view.config;
        set_all(ret);
        ret->text[VALUE_KIND] = "";
        ret->text[VALUE_CLASS] = "PRIVATE";
        ret->text[VALUE_FORM] = "times";
        ret->text[VALUE_EVERY] = "1";
        int r = config->n_kinds > 0 ? event_values_set(ret, VALUE_KIND, config->kinds[0].name) : 0;
        return r != 0 ? r : event_values_set(ret, VALUE_ZONE, config->time_zone_name);
}

/* ---- What an event has ---- */

static int set_text(EventValues *ret, EventValue value, const Event *event, const char *name)
{
        const char *text = event_text_property(event, name);
        return event_values_set(ret, value, text ? text : "");
}

static int set_kind(EventValues *ret, const OfficeCall *call, const Event *event)
{
        const char *category;
        for (size_t i = 0; (category = event_category(event, i)); i++) {
                const ConfigKind *kind = config_kind(call->view.config, category);
                if (kind)
                        return event_values_set(ret, VALUE_KIND, kind->name);
        }
        return 0;
}

static int set_class(EventValues *ret, const Event *event)
{
        static const char *const classes[] = {
                [EVENT_PUBLIC] = "PUBLIC", [EVENT_PRIVATE] = "PRIVATE", [EVENT_CONFIDENTIAL] = "CONFIDENTIAL"
        };
        ret->text[VALUE_CLASS] = classes[event_class(event)];
        EventStatus status = event_status(event);
        ret->text[VALUE_STATUS] = status == EVENT_TENTATIVE   ? "TENTATIVE"
                                  : status == EVENT_CONFIRMED ? "CONFIRMED"
                                                              : "";
        return 0;
}

static int set_day(EventValues *ret, EventValue value, const CivilTime *civil)
{
        char text[48];
        snprintf(text, sizeof(text), "%04d-%02d-%02d", civil->year, civil->month, civil->day);
        return event_values_set(ret, value, text);
}

static int set_clock(EventValues *ret, EventValue value, const CivilTime *civil)
{
        char text[32];
        snprintf(text, sizeof(text), "%02d:%02d", civil->hour, civil->minute);
        return event_values_set(ret, value, text);
}

static int set_dates(EventValues *ret, const OfficeCall *call, const Event *event)
{
        When start = event_start(event), end = event_end(event);
        const Zone *zone = event_zone(event, call->view.config->time_zone);
        ret->text[VALUE_FORM] = start.form == WHEN_NONE   ? "none"
                                : start.form == WHEN_DATE ? "days"
                                                          : "times";
        int r = event_values_set(ret, VALUE_ZONE, zone_name(zone));
        if (r != 0 || start.form == WHEN_NONE)
                return r;
        if (start.form == WHEN_DATE)
                end.civil = civil_from_days(civil_days(end.civil.year, end.civil.month, end.civil.day) - 1);
        if (start.form == WHEN_UTC) {
                start = when_of_instant(zone, when_instant(&start, NULL));
                end = when_of_instant(zone, when_instant(&end, NULL));
        }
        bool has_end = civil_seconds(&end.civil) != civil_seconds(&start.civil);
        r = set_day(ret, VALUE_START_DAY, &start.civil);
        if (r == 0 && has_end)
                r = set_day(ret, VALUE_END_DAY, &end.civil);
        if (r == 0 && start.form != WHEN_DATE)
                r = set_clock(ret, VALUE_START_TIME, &start.civil);
        return r == 0 && has_end && start.form != WHEN_DATE ? set_clock(ret, VALUE_END_TIME, &end.civil) : r;
}

static void append_person(Buffer *out, const Participant *person)
{
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(LIST_BYTES);
        content_unescape(&name, person->name->value, person->name->value_len);
        buffer_printf(out, "%s%s", out->len ? "\n" : "", buffer_text(&name));
        if ((person->role && *person->role) || (person->organisation && *person->organisation))
                buffer_printf(out, "; %s", person->role ? person->role : "");
        if (person->organisation && *person->organisation)
                buffer_printf(out, "; %s", person->organisation);
}

static int set_people(EventValues *ret, EventValue value, const Event *event, const TextsPeople *people)
{
        CLEANUP(buffer_done) Buffer lines = BUFFER_INIT(LIST_BYTES);
        const Participant *person = NULL;
        while ((person = event_participant_next(event, people->group, person)))
                if (person->manner && strcasecmp(person->manner, people->manner) == 0)
                        append_person(&lines, person);
        return event_values_set(ret, value, buffer_text(&lines));
}

static int set_files(EventValues *ret, const Event *event)
{
        CLEANUP(buffer_done) Buffer lines = BUFFER_INIT(LIST_BYTES);
        const ContentLine *line = NULL;
        while ((line = event_property_next(event, "ATTACH", line))) {
                const char *name = content_line_param(line, "FILENAME");
                if (content_line_param(line, "ENCODING"))
                        continue;
                buffer_printf(&lines, "%s%s%s%s", lines.len ? "\n" : "", line->value, name ? " " : "",
                                name ? name : "");
        }
        return event_values_set(ret, VALUE_FILES, buffer_text(&lines));
}

/* Reads one part of a rule into its field. Return: 0; -EINVAL for a part without a field. */
static int set_rule_part(EventValues *ret, const OfficeCall *call, const char *part, const char *value)
{
        When until;
        if (strcmp(part, "FREQ") == 0)
                return event_values_set(ret, VALUE_REPEAT, value);
        if (strcmp(part, "INTERVAL") == 0)
                return event_values_set(ret, VALUE_EVERY, value);
        if (strcmp(part, "COUNT") == 0)
                return event_values_set(ret, VALUE_COUNT, value);
        if (strcmp(part, "BYDAY") == 0 && strspn(value, "MOTUWEHFRSA,") == strlen(value))
                return event_values_set(ret, VALUE_WEEKDAYS, value);
        if (strcmp(part, "UNTIL") != 0 || when_parse(value, &until) < 0)
                return -EINVAL;
        const Zone *zone = NULL;
        if (until.form == WHEN_UTC && zone_table_get(call->parts->zones, ret->text[VALUE_ZONE], &zone) == 0)
                until = when_of_instant(zone, when_instant(&until, NULL));
        return set_day(ret, VALUE_UNTIL, &until.civil);
}

static int read_rule(EventValues *ret, const OfficeCall *call, char *rule)
{
        char *part;
        int r = 0;
        while (r == 0 && (part = strsep(&rule, ";"))) {
                char *value = strchr(part, '=');
                if (value)
                        *value++ = '\0';
                r = value ? set_rule_part(ret, call, part, value) : -EINVAL;
        }
        return r;
}

/* A rule that has parts without a field is shown as OTHER, and stays as it is. */
static int set_rule(EventValues *ret, const OfficeCall *call, const Event *event)
{
        const ContentLine *line = event_property_line(event, "RRULE", 0);
        ret->text[VALUE_EVERY] = "1";
        if (!line && !event_property_line(event, "RDATE", 0))
                return 0;
        char *rule = line ? arena_copy(&ret->arena, line->value, line->value_len) : NULL;
        int r = !line                                    ? -EINVAL
                : event_property_line(event, "RRULE", 1) ? -EINVAL
                : event_property_line(event, "RDATE", 0) ? -EINVAL
                : rule                                   ? read_rule(ret, call, rule)
                                                         : -ENOMEM;
        bool is_weekly = strcmp(ret->text[VALUE_REPEAT], "WEEKLY") == 0;
        if (r == -EINVAL || (r == 0 && *ret->text[VALUE_WEEKDAYS] && !is_weekly)) {
                ret->text[VALUE_REPEAT] = "OTHER";
                ret->text[VALUE_WEEKDAYS] = ret->text[VALUE_UNTIL] = ret->text[VALUE_COUNT] = "";
                ret->text[VALUE_EVERY] = "1";
                return 0;
        }
        return r;
}

static const struct {
        EventValue value;
        const char *name;
} plain[] = {
        { VALUE_TEXT, "DESCRIPTION" },
        { VALUE_LINK, "URL" },
        { VALUE_CONTACT, "CONTACT" },
};

/* The place of a draft is a VLOCATION, or a property of older versions. */
static int set_place(EventValues *ret, const Event *event)
{
        const char *place = event_text_property(event, "LOCATION");
        if (!place)
                place = event_text_property(event, "X-CONVENED-LOCATION");
        return event_values_set(ret, VALUE_PLACE, place ? place : "");
}

int event_values_of_event(EventValues *ret, const OfficeCall *call, const Event *event)
{
        set_all(ret);
        int r = set_kind(ret, call, event);
        for (Language i = 0; r == 0 && i < LANGUAGES_N; i++)
                r = event_values_set(
                                ret, VALUE_TITLE + (EventValue)i, texts_title_of(&ret->arena, event, i));
        for (size_t i = 0; r == 0 && i < sizeof(plain) / sizeof(*plain); i++)
                r = set_text(ret, plain[i].value, event, plain[i].name);
        if (r == 0)
                r = set_class(ret, event);
        if (r == 0)
                r = set_dates(ret, call, event);
        if (r == 0)
                r = set_place(ret, event);
        if (r == 0)
                r = set_people(ret, VALUE_ORGANISERS, event, &texts_organisers);
        if (r == 0)
                r = set_people(ret, VALUE_SPEAKERS, event, &texts_speakers);
        if (r == 0)
                r = set_files(ret, event);
        return r != 0 ? r : set_rule(ret, call, event);
}
