#include "calendar/repair-value.h"

#include "calendar/repair-zone-name.h"
#include "calendar/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUE_SIZE = REPAIR_MOMENT_SIZE, DATE_LEN = 8, YEAR_LEN = 4 };

#define DIGITS "0123456789"
#define BLANKS " \t"

/* Copies a text in capitals. Return: false if it is too long. */
static bool take_capitals(const char *text, size_t len, char ret[static VALUE_SIZE])
{
        if (len >= VALUE_SIZE)
                return false;
        for (size_t i = 0; i < len; i++)
                ret[i] = text[i] >= 'a' && text[i] <= 'z' ? (char)(text[i] - 'a' + 'A') : text[i];
        ret[len] = '\0';
        return true;
}

/* Copies the value in capitals without blanks around it. Return: false if it is too long. */
static bool plain_value(const ContentLine *line, char ret[static VALUE_SIZE])
{
        const char *start = line->value + strspn(line->value, BLANKS);
        size_t len = strlen(start);
        while (len > 0 && strchr(BLANKS, start[len - 1]))
                len--;
        return take_capitals(start, len, ret);
}

static bool write_simple(Buffer *out, const char *name, const char *value)
{
        buffer_printf(out, "%s:%s", name, value);
        return true;
}

void repair_write_head(Buffer *out, const ContentLine *line)
{
        buffer_puts(out, line->name);
        for (size_t i = 0; i < line->n_params; i++)
                content_write_param(out, line->params[i].name, line->params[i].value);
        buffer_putc(out, ':');
}

static bool is_date(const char *value, size_t len)
{
        return len == DATE_LEN && strspn(value, DIGITS) == DATE_LEN;
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
 * Writes the name and parameters of a date or time. A time or period gets its TZID, with the table's name.
 * @type: the VALUE; NULL for a time
 */
static void write_moment_head(
                const RepairContext *context, const ContentLine *line, const char *type, Buffer *out)
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
        if (type)
                content_write_param(out, "VALUE", type);
        if (tzid && *tzid && (!type || strcmp(type, "DATE") != 0))
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
        const char *value = repair_join_zone(line, zone);
        bool own = value && is_own_zone(context->event, zone);
        if (!value || (!own && !repair_zone_name(context->event->zones, zone, name)))
                return false;
        buffer_puts(out, line->name);
        for (size_t i = 0; i < line->n_params; i++)
                if (strcmp(line->params[i].name, "TZID") != 0 && !is_odd_range(&line->params[i]))
                        content_write_param(out, line->params[i].name, line->params[i].value);
        content_write_param(out, "TZID", own ? zone : name);
        buffer_printf(out, ":%s", value);
        return true;
}

/* Reads 2027-04-05T10:00:00 and, with an offset, the time in UTC. */
static void read_iso(char value[static VALUE_SIZE])
{
        usec_t instant;
        if (strspn(value, DIGITS) != YEAR_LEN || value[YEAR_LEN] != '-')
                return;
        if (time_parse_rfc3339(value, &instant) == 0)
                time_format_utc(instant, value);
        else
                read_extended(value);
}

/* Rewrites a date or time in capitals. */
static void read_moment(char value[static VALUE_SIZE])
{
        read_iso(value);
        read_midnight(value);
}

bool repair_read_moment(const char *text, size_t len, char ret[static REPAIR_MOMENT_SIZE])
{
        if (!take_capitals(text, len, ret))
                return false;
        read_moment(ret);
        return true;
}

bool repair_moment(const RepairContext *context, const ContentLine *line, Buffer *out)
{
        char value[VALUE_SIZE];
        if (repair_split_zone(context, line, out))
                return true;
        if (!plain_value(line, value))
                return false;
        read_moment(value);
        const char *type = content_line_param(line, "VALUE");
        if (type && strcasecmp(type, "DATE") == 0 && is_midnight_text(value))
                value[DATE_LEN] = '\0';
        write_moment_head(context, line, is_date(value, strlen(value)) ? "DATE" : NULL, out);
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
        if (!plain_value(line, value))
                return false;
        read_moment(value);
        if (when_parse(value, &id) < 0)
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

static bool are_all(const char *list, bool (*is_such)(const char *value, size_t len))
{
        for (size_t len; *list; list += len + (list[len] == ',')) {
                len = strcspn(list, ",");
                if (!is_such(list, len))
                        return false;
        }
        return true;
}

/* Whether a value is a midnight, which stands for the day of an all-day series (Exchange). */
static bool is_midnight(const char *value, size_t len)
{
        return len >= 15 && strncmp(value + DATE_LEN, "T000000", 7) == 0;
}

/* Appends one date or time of a list, or the end of a period. */
static void read_item(const char *text, size_t len, Buffer *out)
{
        char value[REPAIR_MOMENT_SIZE];
        if (repair_read_moment(text, len, value))
                buffer_puts(out, value);
        else
                buffer_append(out, text, len);
}

/* Rewrites each date, time and period of a list, and leaves out the empty ones and the blanks. */
static void read_list(const char *list, Buffer *out)
{
        bool is_first = true;
        for (const char *at = list; *(at += strspn(at, ", \t"));) {
                size_t len = strcspn(at, ", \t"), start = strcspn(at, ", \t/");
                buffer_puts(out, is_first ? "" : ",");
                read_item(at, start, out);
                if (start < len) {
                        buffer_putc(out, '/');
                        read_item(at + start + 1, len - start - 1, out);
                }
                is_first = false;
                at += len;
        }
}

/* Writes the days of a list of midnights. */
static void write_days(const char *list, Buffer *out)
{
        for (const char *at = list; *at; at += strcspn(at, ",")) {
                at += *at == ',';
                buffer_printf(out, "%s%.*s", at == list ? "" : ",", DATE_LEN, at);
        }
}

bool repair_dates(const RepairContext *context, const ContentLine *line, Buffer *out)
{
        CLEANUP(buffer_done) Buffer list = BUFFER_INIT(line->value_len + 1);
        if (repair_split_zone(context, line, out))
                return true;
        read_list(line->value, &list);
        const char *values = buffer_text(&list);
        bool days = context->series_start.form == WHEN_DATE && are_all(values, is_midnight);
        write_moment_head(context, line,
                        days || are_all(values, is_date) ? "DATE"
                        : strchr(values, '/')            ? "PERIOD"
                                                         : NULL,
                        out);
        if (days)
                write_days(values, out);
        else
                buffer_puts(out, values);
        return *values && buffer_error(&list) == 0;
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
        repair_write_head(out, line);
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
