#include "calendar/repair-value.h"

#include "calendar/repair-zone-name.h"
#include "calendar/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUE_SIZE = REPAIR_ZONE_NAME_SIZE, DATE_LEN = 8 };

#define DIGITS "0123456789"
#define BLANKS " \t"

/* Copies the value in capitals without blanks around it. Return: false if it is too long. */
static bool plain_value(const ContentLine *line, char ret[static VALUE_SIZE])
{
        const char *start = line->value + strspn(line->value, BLANKS);
        size_t len = strlen(start);
        while (len > 0 && strchr(BLANKS, start[len - 1]))
                len--;
        if (len >= VALUE_SIZE)
                return false;
        for (size_t i = 0; i < len; i++)
                ret[i] = start[i] >= 'a' && start[i] <= 'z' ? (char)(start[i] - 'a' + 'A') : start[i];
        ret[len] = '\0';
        return true;
}

static bool write_simple(Buffer *out, const char *name, const char *value)
{
        buffer_printf(out, "%s:%s", name, value);
        return true;
}

/* Writes the line's name, its parameters except the one named @less, and the colon. */
static void write_head(Buffer *out, const ContentLine *line, const char *less)
{
        buffer_puts(out, line->name);
        for (size_t i = 0; i < line->n_params; i++) {
                const ContentParam *param = &line->params[i];
                bool quote = strpbrk(param->value, ":;,") != NULL;
                if (!less || strcmp(param->name, less) != 0)
                        buffer_printf(out, quote ? ";%s=\"%s\"" : ";%s=%s", param->name, param->value);
        }
        buffer_putc(out, ':');
}

static bool is_date_text(const char *value)
{
        return strlen(value) == DATE_LEN && strspn(value, DIGITS) == DATE_LEN;
}

/* Whether the text is a midnight on the local clock, which beside VALUE=DATE is the day. */
static bool is_midnight_text(const char *value)
{
        return strspn(value, DIGITS) == DATE_LEN && strcmp(value + DATE_LEN, "T000000") == 0;
}

/* Removes ISO 8601's punctuation and the fraction of a second: 2027-01-01T09:00:00.5Z. */
static void read_extended(char value[static VALUE_SIZE])
{
        char *to = value;
        for (const char *from = value; *from; from++) {
                if (*from == '.')
                        from += strspn(from + 1, DIGITS);
                else if (*from != '-' && *from != ':')
                        *to++ = *from;
        }
        *to = '\0';
}

bool repair_stamp(const RepairContext *context, const ContentLine *line, Buffer *out)
{
        char value[VALUE_SIZE], text[17], name[VALUE_SIZE];
        const char *tzid = content_line_param(line, "TZID");
        const Zone *zone;
        When when;
        if (!plain_value(line, value))
                return false;
        read_extended(value);
        if (when_parse(value, &when) < 0)
                return false;
        if (when.form == WHEN_FLOATING && tzid && repair_zone_name(context->event->zones, tzid, name) &&
                        zone_table_get(context->event->zones, name, &zone) == 0)
                when.civil = civil_from_seconds(zone_to_instant(zone, &when.civil));
        when.form = WHEN_UTC;
        when_format(&when, text);
        return write_simple(out, line->name, text);
}

/* Whether it is another RANGE than THISANDFUTURE, the only one that is left (RFC 5545, 3.2.13). */
static bool is_odd_range(const ContentParam *param)
{
        return strcmp(param->name, "RANGE") == 0 && strcasecmp(param->value, "THISANDFUTURE") != 0;
}

/*
 * Writes the name and parameters of a date or time. A date gets VALUE=DATE; a time gets its TZID, with the
 * table's name.
 */
static void write_moment_head(const RepairContext *context, const ContentLine *line, bool date, Buffer *out)
{
        const char *tzid = content_line_param(line, "TZID");
        char name[VALUE_SIZE];
        buffer_puts(out, line->name);
        for (size_t i = 0; i < line->n_params; i++) {
                const ContentParam *param = &line->params[i];
                if (strcmp(param->name, "VALUE") != 0 && strcmp(param->name, "TZID") != 0 &&
                                !is_odd_range(param))
                        content_write_param(out, param->name, param->value);
        }
        if (date)
                content_write_param(out, "VALUE", "DATE");
        else if (tzid && *tzid)
                content_write_param(out, "TZID",
                                repair_zone_name(context->event->zones, tzid, name) ? name : tzid);
        buffer_putc(out, ':');
}

/*
 * Rewrites a time of 24:00 as midnight of the next day. If the day does not exist or is the last of 9999,
 * the value stays as it is, and the parser refuses it.
 */
static void read_midnight(char value[static VALUE_SIZE])
{
        char midnight[VALUE_SIZE];
        When when;
        if (strlen(value) < 15 || strncmp(value + 9, "240000", 6) != 0)
                return;
        strcpy(midnight, value);
        memcpy(midnight + 9, "00", 2);
        if (when_parse(midnight, &when) < 0)
                return;
        when.civil = civil_from_seconds(civil_seconds(&when.civil) + SEC_PER_DAY);
        if (when.civil.year <= 9999)
                when_format(&when, value);
}

/* Whether a VTIMEZONE of the object has the name. */
static bool is_own_zone(const Event *event, const char *name)
{
        for (const OwnZone *own = event->own_zones; own; own = own->next)
                if (zone_same_name(zone_name(own->zone), name))
                        return true;
        return false;
}

/* Reads a line whose zone has a colon but no quotation marks. */
static bool repair_split_zone(const RepairContext *context, const ContentLine *line, Buffer *out)
{
        char zone[REPAIR_JOINED_SIZE], name[VALUE_SIZE];
        const char *value = repair_join_zone(line, zone), *type = content_line_param(line, "VALUE");
        bool own = value && is_own_zone(context->event, zone);
        if (!value || (!own && !repair_zone_name(context->event->zones, zone, name)))
                return false;
        buffer_puts(out, line->name);
        if (type)
                content_write_param(out, "VALUE", type);
        content_write_param(out, "TZID", own ? zone : name);
        buffer_printf(out, ":%s", value);
        return true;
}

/* Reads 2027-04-05T10:00:00 and, with an offset, the time in UTC. */
static void read_iso(char value[static VALUE_SIZE])
{
        usec_t instant;
        if (value[strspn(value, DIGITS)] != '-')
                return;
        if (time_parse_rfc3339(value, &instant) == 0)
                time_format_utc(instant, value);
        else
                read_extended(value);
}

bool repair_moment(const RepairContext *context, const ContentLine *line, Buffer *out)
{
        char value[VALUE_SIZE];
        if (repair_split_zone(context, line, out))
                return true;
        if (!plain_value(line, value))
                return false;
        read_iso(value);
        read_midnight(value);
        const char *type = content_line_param(line, "VALUE");
        if (type && strcasecmp(type, "DATE") == 0 && is_midnight_text(value))
                value[DATE_LEN] = '\0';
        write_moment_head(context, line, is_date_text(value), out);
        buffer_puts(out, value);
        return true;
}

When repair_local(const RepairContext *context, const When *when)
{
        When local = *when;
        if (when->form == WHEN_UTC && context->fallback)
                local.civil = zone_to_civil(context->fallback, civil_seconds(&when->civil));
        return local;
}

/* Returns the form of a time with the zone of its line. */
static WhenForm form_of(const ContentLine *line, const When *when)
{
        return when->form == WHEN_FLOATING && content_line_param(line, "TZID") ? WHEN_ZONED : when->form;
}

/* Whether one of two forms is floating, and the other is zoned, so that both may show one clock. */
static bool may_share_clock(WhenForm a, WhenForm b)
{
        return (a == WHEN_FLOATING && b == WHEN_ZONED) || (a == WHEN_ZONED && b == WHEN_FLOATING);
}

/*
 * Writes a RECURRENCE-ID in the form of the series. For a whole day, Exchange writes a midnight. Other
 * programs leave out the zone of the series, or add a zone to floating times.
 */
bool repair_recurrence_id(const RepairContext *context, const ContentLine *line, Buffer *out)
{
        char value[VALUE_SIZE], text[17];
        When id;
        const When *series = &context->series_start;
        bool to_date = series->form == WHEN_DATE;
        if (repair_split_zone(context, line, out))
                return true;
        if (!plain_value(line, value) || when_parse(value, &id) < 0)
                return false;
        bool same_clock = may_share_clock(form_of(line, &id), series->form);
        if (series->form == WHEN_NONE || (!same_clock && (id.form == WHEN_DATE) == to_date))
                return repair_moment(context, line, out);
        id = repair_local(context, &id);
        if (!to_date && !same_clock) {
                id.civil.hour = series->civil.hour;
                id.civil.minute = series->civil.minute;
                id.civil.second = series->civil.second;
        }
        id.form = series->form;
        when_format(&id, text);
        const char *tzid = series->form == WHEN_ZONED ? context->series_tzid : NULL;
        buffer_puts(out, line->name);
        for (size_t i = 0; i < line->n_params; i++)
                if (strcmp(line->params[i].name, "RANGE") == 0 && !is_odd_range(&line->params[i]))
                        content_write_param(out, "RANGE", line->params[i].value);
        if (to_date)
                content_write_param(out, "VALUE", "DATE");
        else if (tzid)
                content_write_param(out, "TZID", tzid);
        buffer_printf(out, ":%s", text);
        return true;
}

/* Whether all values of the list are dates, apart from empty values; false if all values are empty. */
static bool are_dates(const char *list)
{
        bool any = false;
        for (size_t len; *list; list += len + (list[len] == ',')) {
                len = strcspn(list, ",");
                if (len == 0)
                        continue;
                if (len != DATE_LEN || strspn(list, DIGITS) != DATE_LEN)
                        return false;
                any = true;
        }
        return any;
}

/* Whether all values of the list are midnights, which stand for the days of an all-day series (Exchange). */
static bool are_midnights(const char *list)
{
        bool any = false;
        for (size_t len; *list; list += len + (list[len] == ',')) {
                len = strcspn(list, ",");
                if (len == 0)
                        continue;
                if (len < 15 || strncasecmp(list + DATE_LEN, "T000000", 7) != 0)
                        return false;
                any = true;
        }
        return any;
}

/* Writes one value of a list in capitals; only its day if @is_day is true. */
static void write_date(Buffer *out, const char *value, size_t len, bool is_day, bool first)
{
        buffer_puts(out, first ? "" : ",");
        for (size_t i = 0; i < len && !(is_day && i == DATE_LEN); i++)
                buffer_putc(out, value[i] >= 'a' && value[i] <= 'z' ? (char)(value[i] - 'a' + 'A')
                                                                    : value[i]);
}

bool repair_dates(const RepairContext *context, const ContentLine *line, Buffer *out)
{
        const char *type = content_line_param(line, "VALUE");
        bool period = type && strcasecmp(type, "PERIOD") == 0, first = true;
        bool days = context->series_start.form == WHEN_DATE && are_midnights(line->value);
        if (repair_split_zone(context, line, out))
                return true;
        if (period)
                write_head(out, line, NULL);
        else
                write_moment_head(context, line, days || are_dates(line->value), out);
        for (const char *at = line->value; *at;) {
                at += strspn(at, ", \t");
                size_t len = strcspn(at, ", \t");
                if (len > 0)
                        write_date(out, at, len, days, first);
                first = first && len == 0;
                at += len;
        }
        return !first;
}

/*
 * Writes UNTIL in the form of DTSTART (RFC 5545, 3.3.10). For the last day of an all-day series, Exchange
 * writes the local midnight of that day in UTC. Others write 2027-04-20T07:00:00Z.
 */
static void write_until(const RepairContext *context, const char *given, Buffer *out)
{
        char text[17], value[VALUE_SIZE];
        When until;
        WhenForm form = context->series_start.form;
        snprintf(value, sizeof(value), "%s", given);
        read_iso(value);
        bool odd = when_parse(value, &until) == 0 && until.form != WHEN_DATE &&
                   (form == WHEN_DATE || (form == WHEN_FLOATING && until.form == WHEN_UTC));
        if (!odd) {
                buffer_puts(out, value);
                return;
        }
        if (form == WHEN_DATE)
                until = repair_local(context, &until);
        until.form = form;
        when_format(&until, text);
        buffer_puts(out, text);
}

static bool is_blank(char c)
{
        return c == ' ' || c == '\t';
}

/*
 * Removes the blanks around the part, and beside its commas and its equals sign. Any other blank stays, so
 * that the parser refuses the part: "COUNT=1 0" may mean 1 or 10.
 */
static void remove_blanks(char *part)
{
        char *to = part;
        for (const char *from = part; *from; from++) {
                if (is_blank(*from) && (to == part || strchr(",=", to[-1]) || is_blank(to[-1])))
                        continue;
                if (strchr(",=", *from) && to > part && is_blank(to[-1]))
                        to--;
                *to++ = *from;
        }
        if (to > part && is_blank(to[-1]))
                to--;
        *to = '\0';
}

/* Whether the rule is WEEKLY, where the weekdays of BYDAY have no numbers. */
static bool is_weekly(const char *rule)
{
        return strcasestr(rule, "FREQ=WEEKLY");
}

/* Whether BYSETPOS selects from nothing but DTSTART's own day: no other BY part is there. */
static bool is_lone_position(const char *rule, const char *part)
{
        const char *by = strcasestr(rule, "BY");
        return (strcasecmp(part, "BYSETPOS=1") == 0 || strcasecmp(part, "BYSETPOS=-1") == 0) && by &&
               strncasecmp(by, "BYSETPOS", 8) == 0 && !strcasestr(by + 2, ";BY");
}

/* Whether a part was written already: the same text twice says nothing new. */
static bool is_written(const char *written, const char *part)
{
        size_t len = strlen(part);
        for (const char *at = written; (at = strcasestr(at, part)); at++)
                if ((at == written || at[-1] == ';') && (at[len] == ';' || at[len] == '\0'))
                        return true;
        return false;
}

/* Writes a part of a rule; without the numbers of BYDAY if @no_numbers is true. */
static void write_part(const RepairContext *context, const char *part, bool no_numbers, Buffer *out)
{
        if (strncasecmp(part, "UNTIL=", 6) == 0) {
                buffer_puts(out, "UNTIL=");
                write_until(context, part + 6, out);
                return;
        }
        bool weekdays = no_numbers && strncasecmp(part, "BYDAY=", 6) == 0;
        bool number = strncasecmp(part, "COUNT=", 6) == 0 || strncasecmp(part, "INTERVAL=", 9) == 0;
        for (; *part; part++)
                if (!(weekdays && strchr(DIGITS "+-", *part)) && !(number && *part == '+'))
                        buffer_putc(out, *part);
}

/* Removes the backslashes before semicolons and commas, which some programs write as in a text. */
static void remove_escapes(char *rule)
{
        char *to = rule;
        for (const char *from = rule; *from; from++)
                if (*from != '\\' || (from[1] != ';' && from[1] != ','))
                        *to++ = *from;
        *to = '\0';
}

bool repair_rule(const RepairContext *context, const ContentLine *line, Buffer *out)
{
        CLEANUP(cleanup_free) char *copy = strdup(line->value);
        CLEANUP(buffer_done) Buffer rule = BUFFER_INIT(line->value_len + 64);
        char *rest = copy, *part;
        if (copy)
                remove_escapes(copy);
        while (rest && (part = strsep(&rest, ";"))) {
                remove_blanks(part);
                if (!part[0] || is_written(buffer_text(&rule), part) || is_lone_position(line->value, part))
                        continue;
                buffer_puts(&rule, rule.len > 0 ? ";" : "");
                write_part(context, part, is_weekly(line->value), &rule);
        }
        write_head(out, line, NULL);
        buffer_puts(out, buffer_text(&rule));
        return rule.len > 0;
}

bool repair_duration(const RepairContext *context, const ContentLine *line, Buffer *out)
{
        char value[VALUE_SIZE];
        Duration duration;
        (void)context;
        if (!plain_value(line, value))
                return false;
        size_t len = strlen(value);
        if (strcmp(value, "P") == 0 || strcmp(value, "PT") == 0)
                strcpy(value, "PT0S");
        else if (len > 2 && value[len - 1] == 'T')
                value[len - 1] = '\0';
        return value_parse_duration(value, &duration) == 0 && write_simple(out, line->name, value);
}

bool repair_word(const RepairContext *context, const ContentLine *line, Buffer *out)
{
        char value[VALUE_SIZE];
        (void)context;
        if (!plain_value(line, value) || !value[0])
                return false;
        return write_simple(out, line->name, strcmp(value, "CANCELED") == 0 ? "CANCELLED" : value);
}

bool repair_geo(const RepairContext *context, const ContentLine *line, Buffer *out)
{
        char text[VALUE_SIZE];
        size_t len = 0;
        double latitude, longitude;
        (void)context;
        for (const char *c = line->value; *c && len + 1 < VALUE_SIZE; c++)
                if (!strchr(" \t\\", *c))
                        text[len++] = *c == ',' ? ';' : *c;
        text[len] = '\0';
        return value_parse_geo(text, &latitude, &longitude) == 0 && write_simple(out, line->name, text);
}

bool repair_uri(const RepairContext *context, const ContentLine *line, Buffer *out)
{
        const char *start = line->value + strspn(line->value, " \t\""), *end = line->value + line->value_len;
        (void)context;
        while (end > start && strchr(" \t\"", end[-1]))
                end--;
        if (start == end)
                return false;
        bool address = memchr(start, '@', (size_t)(end - start)) &&
                       !memchr(start, ':', (size_t)(end - start)) &&
                       !memchr(start, ' ', (size_t)(end - start));
        write_head(out, line, NULL);
        if (address)
                buffer_puts(out, "mailto:");
        for (; start < end; start++) {
                if (strchr(" \t\"<>", *start))
                        buffer_printf(out, "%%%02X", (unsigned)*start);
                else
                        buffer_putc(out, *start);
        }
        return true;
}

bool repair_uid(const RepairContext *context, const ContentLine *line, Buffer *out)
{
        char hash[HASH_HEX_SIZE];
        (void)context;
        if (!line->value[0])
                return false;
        hash_hex(line->value, line->value_len, hash);
        buffer_printf(out, "%s:%.32s@import.invalid", line->name, hash);
        return true;
}
