#include "office/event-properties.h"

#include "edit/texts.h"
#include "office/day-text.h"
#include "office/event-kept.h"
#include "web/page.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RULE_BYTES = 256, COUNT_MAX = 1000, EVERY_MAX = 99 };

/* The state of event_properties_make(). */
typedef struct Making {
        const OfficeCall *call;
        const Event *event;
        const EventValues *was, *values;
        FormFaults *faults;
        EventProperties *ret;
        When start; /* as it was typed; WHEN_NONE without a date, or if it is wrong */
} Making;

void event_properties_done(EventProperties *properties)
{
        arena_done(&properties->arena);
}

static bool is_changed(const Making *making, EventValue value)
{
        return !making->was || event_values_differ(making->was, making->values, value);
}

static void fault(const Making *making, EventValue value, const char *text)
{
        char name[32];
        form_fault(making->faults, event_values_name(value, name), text);
}

static int put(Making *making, EditProperty property)
{
        if (making->ret->n == EVENT_PROPERTIES_MAX)
                return -E2BIG;
        making->ret->items[making->ret->n++] = property;
        return 0;
}

static const char *keep(Making *making, const char *text)
{
        return arena_copy(&making->ret->arena, text, strlen(text));
}

/* ---- Plain fields ---- */

static const struct {
        EventValue value;
        const char *name;
        bool text;
} plain[] = {
        { VALUE_CLASS, "CLASS", false },
        { VALUE_PLACE, "LOCATION", true },
        { VALUE_TEXT, "DESCRIPTION", true },
        { VALUE_LINK, "URL", false },
        { VALUE_CONTACT, "CONTACT", true },
};

/* Whether a value is one of those that the form offers. The last one is NULL. */
static bool is_one_of(const char *const *known, const char *text)
{
        for (; *known; known++)
                if (strcmp(*known, text) == 0)
                        return true;
        return false;
}

static void check_choices(const Making *making)
{
        static const char *const classes[] = { "PUBLIC", "PRIVATE", "CONFIDENTIAL", NULL };
        static const char *const states[] = { "", "TENTATIVE", "CONFIRMED", NULL };
        static const char *const forms[] = { "times", "days", "none", NULL };
        const char *bad = making->call->strings->bad_value;
        if (!is_one_of(classes, making->values->text[VALUE_CLASS]))
                fault(making, VALUE_CLASS, bad);
        if (!is_one_of(states, making->values->text[VALUE_STATUS]))
                fault(making, VALUE_STATUS, bad);
        if (!is_one_of(forms, making->values->text[VALUE_FORM]))
                fault(making, VALUE_FORM, bad);
}

static int put_plain(Making *making)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < sizeof(plain) / sizeof(*plain); i++) {
                const char *text = making->values->text[plain[i].value];
                if (is_changed(making, plain[i].value) && (making->event || *text))
                        r = put(making, (EditProperty){ .name = plain[i].name,
                                                        .value = *text ? text : NULL,
                                                        .text = plain[i].text });
        }
        const char *link = making->values->text[VALUE_LINK];
        if (*link && !page_link_is_safe(link))
                fault(making, VALUE_LINK, making->call->strings->bad_link);
        return r;
}

static int put_titles(Making *making)
{
        Language own = language_of(making->call->view.config->language);
        bool has_title = false;
        int r = 0;
        for (Language i = 0; r == 0 && i < LANGUAGES_N; i++) {
                const char *title = making->values->text[VALUE_TITLE + (int)i];
                EditProperty property;
                has_title |= *title != '\0';
                if (!is_changed(making, VALUE_TITLE + (EventValue)i) ||
                                (!making->event && !*title && i != own))
                        continue;
                r = texts_title(&making->ret->arena, making->event, i == own, i, title, &property);
                if (r == TEXTS_E_NEEDS_TITLE)
                        fault(making, VALUE_TITLE + (EventValue)i, making->call->strings->needs_title);
                r = r == TEXTS_E_NEEDS_TITLE ? 0 : r == 0 ? put(making, property) : r;
        }
        if (!has_title && making->faults->n == 0)
                fault(making, VALUE_TITLE + (EventValue)own, making->call->strings->needs_title);
        return r;
}

static int put_kind(Making *making)
{
        const char *kind = making->values->text[VALUE_KIND];
        char capitals[64];
        if (!is_changed(making, VALUE_KIND))
                return 0;
        if (!config_kind(making->call->view.config, kind)) {
                fault(making, VALUE_KIND, making->call->strings->bad_kind);
                return 0;
        }
        snprintf(capitals, sizeof(capitals), "%s", kind);
        for (char *c = capitals; *c; c++)
                *c = (char)toupper((unsigned char)*c);
        EditProperty property;
        int r = event_kept_categories(&making->ret->arena, making->event,
                        making->was ? making->was->text[VALUE_KIND] : "", capitals, &property);
        return r != 0 ? r : put(making, property);
}

/* A draft has a status of its own, and a cancelled event gets another one by its button only. */
static int put_status(Making *making, bool is_draft)
{
        const char *status = making->values->text[VALUE_STATUS];
        if (is_draft || !is_changed(making, VALUE_STATUS) || (!making->event && !*status))
                return 0;
        return put(making, (EditProperty){ .name = "STATUS", .value = *status ? status : NULL });
}

/* ---- Dates ---- */

/* Reads a day and, unless whole days are meant, a time. Faults are noted. */
static bool read_when(Making *making, EventValue day, EventValue clock, bool whole_days, CivilTime *ret)
{
        const OfficeStrings *strings = making->call->strings;
        if (!day_text_read(making->values->text[day], ret)) {
                fault(making, day, strings->bad_day);
                return false;
        }
        if (whole_days || day_text_read_clock(making->values->text[clock], ret))
                return true;
        fault(making, clock, strings->bad_clock);
        return false;
}

/* Reads the end. An end without a day is on the day of the start. @ret_has: whether there is one */
static bool read_end(Making *making, bool whole_days, const CivilTime *start, CivilTime *ret, bool *ret_has)
{
        const EventValues *values = making->values;
        *ret_has = *values->text[VALUE_END_DAY] || (!whole_days && *values->text[VALUE_END_TIME]);
        *ret = *start;
        if (!*ret_has)
                return true;
        if (*values->text[VALUE_END_DAY] ? !read_when(making, VALUE_END_DAY, VALUE_END_TIME, whole_days, ret)
                                         : !day_text_read_clock(values->text[VALUE_END_TIME], ret)) {
                if (!*values->text[VALUE_END_DAY])
                        fault(making, VALUE_END_TIME, making->call->strings->bad_clock);
                return false;
        }
        if (civil_seconds(ret) >= civil_seconds(start))
                return true;
        fault(making, *values->text[VALUE_END_DAY] ? VALUE_END_DAY : VALUE_END_TIME,
                        making->call->strings->bad_end);
        return false;
}

static int put_when(Making *making, const char *name, const When *when)
{
        char value[17], params[WHEN_PARAMS_SIZE];
        when_format(when, value);
        int r = when_params(when, params);
        return r != 0 ? r
                      : put(making, (EditProperty){ .name = name,
                                                    .params = *params ? keep(making, params) : NULL,
                                                    .value = keep(making, value) });
}

static bool dates_changed(const Making *making)
{
        for (EventValue i = VALUE_FORM; i <= VALUE_ZONE; i++)
                if (is_changed(making, i))
                        return true;
        return false;
}

/* Whether dates of a series are named by its start: a series with another start would lose them. */
static bool has_own_dates(const Event *event)
{
        Occurrence changed;
        return event && (event_property_line(event, "EXDATE", 0) || event_property_line(event, "RDATE", 0) ||
                                        occurrence_of_override(event, 0, NULL, &changed));
}

static bool start_changed(const Making *making)
{
        return is_changed(making, VALUE_FORM) || is_changed(making, VALUE_START_DAY) ||
               is_changed(making, VALUE_START_TIME) || is_changed(making, VALUE_ZONE);
}

static int put_span(Making *making, CivilTime end, bool has_end, bool whole_days, const char *zone)
{
        When last = making->start;
        last.civil = whole_days ? civil_from_days(civil_days(end.year, end.month, end.day) + 1) : end;
        int r = put_when(making, "DTSTART", &making->start);
        if (r == 0)
                r = has_end ? put_when(making, "DTEND", &last)
                            : put(making, (EditProperty){ .name = "DTEND" });
        if (r == 0)
                r = put(making, (EditProperty){ .name = "DURATION" });
        if (r == 0)
                r = put(making, (EditProperty){ .name = "X-CONVENED-DATE-PRECISION" });
        return r != 0 || !whole_days ? r
                                     : put(making, (EditProperty){ .name = "X-CONVENED-TZID",
                                                                   .value = zone,
                                                                   .text = true });
}

static int put_dates(Making *making)
{
        const EventValues *values = making->values;
        bool whole_days = strcmp(values->text[VALUE_FORM], "days") == 0, has_end;
        const Zone *zone = NULL;
        CivilTime start, end;
        if (strcmp(values->text[VALUE_FORM], "none") == 0) {
                if (making->event && !event_is_draft(making->event))
                        fault(making, VALUE_FORM, making->call->strings->bad_no_date);
                return 0;
        }
        if (making->event && !dates_changed(making)) {
                making->start = event_start(making->event);
                return 0;
        }
        if (zone_table_get(making->call->parts->zones, values->text[VALUE_ZONE], &zone) != 0) {
                fault(making, VALUE_ZONE, making->call->strings->bad_zone);
                return 0;
        }
        if (!read_when(making, VALUE_START_DAY, VALUE_START_TIME, whole_days, &start) ||
                        !read_end(making, whole_days, &start, &end, &has_end))
                return 0;
        if (has_own_dates(making->event) && start_changed(making))
                fault(making, VALUE_START_DAY, making->call->strings->bad_series_start);
        making->start = (When){ .form = whole_days ? WHEN_DATE : WHEN_ZONED, .civil = start, .zone = zone };
        return put_span(making, end, has_end, whole_days, zone_name(zone));
}

/* ---- Repetition ---- */

static bool read_number(const char *text, int max, int *ret)
{
        size_t len = strlen(text);
        if (len == 0 || len > 4 || strspn(text, "0123456789") != len)
                return false;
        *ret = atoi(text);
        return *ret >= 1 && *ret <= max;
}

/* Appends UNTIL: a date for whole days, otherwise the end of the day in the zone of the start as UTC. */
static void append_until(Making *making, char *rule, size_t size)
{
        char value[17];
        When until = making->start;
        if (!day_text_read(making->values->text[VALUE_UNTIL], &until.civil)) {
                fault(making, VALUE_UNTIL, making->call->strings->bad_day);
                return;
        }
        if (until.form == WHEN_ZONED) {
                until.civil.hour = 23;
                until.civil.minute = until.civil.second = 59;
                until = when_of_instant(NULL, when_instant(&until, NULL));
        }
        if (civil_seconds(&until.civil) < civil_seconds(&making->start.civil) - 2 * SEC_PER_DAY)
                fault(making, VALUE_UNTIL, making->call->strings->bad_until);
        when_format(&until, value);
        snprintf(rule + strlen(rule), size - strlen(rule), ";UNTIL=%s", value);
}

static void write_rule(Making *making, char *rule, size_t size)
{
        const EventValues *values = making->values;
        int every = 1, count = 0;
        if (!read_number(values->text[VALUE_EVERY], EVERY_MAX, &every))
                fault(making, VALUE_EVERY, making->call->strings->bad_every);
        snprintf(rule, size, "FREQ=%s", values->text[VALUE_REPEAT]);
        if (every > 1)
                snprintf(rule + strlen(rule), size - strlen(rule), ";INTERVAL=%d", every);
        if (*values->text[VALUE_WEEKDAYS] && strcmp(values->text[VALUE_REPEAT], "WEEKLY") == 0)
                snprintf(rule + strlen(rule), size - strlen(rule), ";BYDAY=%s",
                                values->text[VALUE_WEEKDAYS]);
        if (*values->text[VALUE_UNTIL] && *values->text[VALUE_COUNT])
                fault(making, VALUE_COUNT, making->call->strings->bad_until_and_count);
        else if (*values->text[VALUE_UNTIL])
                append_until(making, rule, size);
        else if (*values->text[VALUE_COUNT]) {
                if (!read_number(values->text[VALUE_COUNT], COUNT_MAX, &count))
                        fault(making, VALUE_COUNT, making->call->strings->bad_count);
                snprintf(rule + strlen(rule), size - strlen(rule), ";COUNT=%d", count);
        }
}

static bool rule_changed(const Making *making)
{
        for (EventValue i = VALUE_REPEAT; i <= VALUE_COUNT; i++)
                if (is_changed(making, i))
                        return true;
        return false;
}

static int put_rule(Making *making)
{
        static const char *const frequencies[] = { "DAILY", "WEEKLY", "MONTHLY", "YEARLY", NULL };
        const char *repeat = making->values->text[VALUE_REPEAT];
        char rule[RULE_BYTES] = "";
        if (!rule_changed(making) || strcmp(repeat, "OTHER") == 0)
                return 0;
        if (!*repeat)
                return making->event ? put(making, (EditProperty){ .name = "RRULE" }) : 0;
        if (!is_one_of(frequencies, repeat) || making->start.form == WHEN_NONE) {
                fault(making, VALUE_REPEAT, making->call->strings->bad_repeat);
                return 0;
        }
        write_rule(making, rule, sizeof(rule));
        return put(making, (EditProperty){ .name = "RRULE", .value = keep(making, rule) });
}

/* ---- Lists ---- */

/* Takes the next field up to a separator, without blanks around it. *rest: NULL at the end */
static char *take_field(char **rest, const char *separators)
{
        char *field = strsep(rest, separators);
        if (!field)
                return NULL;
        field += strspn(field, " \t");
        for (size_t len = strlen(field); len > 0 && strchr(" \t", field[len - 1]); len--)
                field[len - 1] = '\0';
        return field;
}

static int put_people(Making *making, EventValue value, const TextsPeople *people)
{
        char *rest = arena_copy(&making->ret->arena, making->values->text[value],
                        strlen(making->values->text[value]));
        char *line;
        bool is_beside = false;
        if (!is_changed(making, value) || (!making->event && !*making->values->text[value]))
                return 0;
        int r = put(making, people->lines);
        while (r == 0 && (line = take_field(&rest, "\n"))) {
                const char *name = take_field(&line, ";"), *role = take_field(&line, ";");
                const char *body = take_field(&line, ";");
                const ParticipantText person = { people->manner, name, role ? role : "", body ? body : "" };
                EditProperty property;
                if (!name || !*name)
                        continue;
                r = texts_person(&making->ret->arena, people, &person, is_beside, &property);
                if (r == 0)
                        r = put(making, property);
                is_beside = true;
        }
        return r != 0 || is_beside ? r : put(making, people->components);
}

/* Writes the attachments that the form does not show again. */
static int put_hidden_files(Making *making, bool *is_beside)
{
        const ContentLine *line = NULL;
        int r = 0;
        while (r == 0 && making->event && (line = event_kept_hidden_file(making->event, line))) {
                EditProperty property;
                r = event_kept_file(&making->ret->arena, line, *is_beside, &property);
                if (r == 0)
                        r = put(making, property);
                *is_beside = true;
        }
        return r;
}

static int put_file(Making *making, const char *url, const char *name, bool is_beside)
{
        Arena *arena = &making->ret->arena;
        const ContentLine *line = making->event ? event_kept_find_file(making->event, url, name) : NULL;
        EditProperty property;
        if (!line && !page_link_is_safe(url))
                fault(making, VALUE_FILES, making->call->strings->bad_link);
        int r = line ? event_kept_file(arena, line, is_beside, &property)
                     : texts_file(arena, url, name, is_beside, &property);
        return r != 0 ? r : put(making, property);
}

static int put_files(Making *making)
{
        char *rest = arena_copy(&making->ret->arena, making->values->text[VALUE_FILES],
                        strlen(making->values->text[VALUE_FILES]));
        char *line;
        bool is_beside = false;
        if (!is_changed(making, VALUE_FILES))
                return 0;
        int r = put_hidden_files(making, &is_beside);
        while (r == 0 && (line = take_field(&rest, "\n"))) {
                const char *url = strsep(&line, " \t");
                const char *name = line ? line + strspn(line, " \t") : "";
                if (!*url)
                        continue;
                r = put_file(making, url, name, is_beside);
                is_beside = true;
        }
        return r != 0 || is_beside || !making->event ? r : put(making, (EditProperty){ .name = "ATTACH" });
}

/* Notes a list with too many lines, or too long ones, as a fault. */
static int fitting(const Making *making, EventValue value, int r)
{
        if (r == -E2BIG || r == -EFBIG)
                fault(making, value, making->call->strings->bad_value);
        return r == -E2BIG || r == -EFBIG ? 0 : r;
}

int event_properties_make(const OfficeCall *call, const Event *event, const EventValues *was,
                const EventValues *values, FormFaults *faults, EventProperties *ret)
{
        Making making = {
                .call = call, .event = event, .was = was, .values = values, .faults = faults, .ret = ret
        };
        bool is_draft = strcmp(values->text[VALUE_FORM], "none") == 0;
        check_choices(&making);
        int r = put_titles(&making);
        if (r == 0)
                r = put_kind(&making);
        if (r == 0)
                r = put_dates(&making);
        if (r == 0)
                r = put_rule(&making);
        if (r == 0)
                r = put_status(&making, is_draft);
        if (r == 0)
                r = put_plain(&making);
        if (r == 0)
                r = fitting(&making, VALUE_ORGANISERS,
                                put_people(&making, VALUE_ORGANISERS, &texts_organisers));
        if (r == 0)
                r = fitting(&making, VALUE_SPEAKERS, put_people(&making, VALUE_SPEAKERS, &texts_speakers));
        return r != 0 ? r : fitting(&making, VALUE_FILES, put_files(&making));
}
