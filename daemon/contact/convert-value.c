#include "contact/convert-value.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/*
 * The year that Apple's programs write for a date without one; they mark it by a parameter with this name.
 */
#define YEAR_OMITTED "1604"
#define OMIT_YEAR    "X-APPLE-OMIT-YEAR"

enum { FORM_SIZE = 40 };

/*
 * Compares a text with a form: `d` is a digit, `?` before a character makes it optional, any other character
 * is itself. Copies the digits to @ret. Return: the octets after the form; NULL if it does not fit.
 */
static const char *take_form(const char *text, const char *form, char ret[static FORM_SIZE])
{
        size_t n = 0;
        for (; *form; form++) {
                bool optional = *form == '?';
                if (optional)
                        form++;
                bool fits = *form == 'd' ? isdigit((unsigned char)*text) != 0 : *text == *form;
                if (!fits && !optional)
                        return NULL;
                if (fits && *form == 'd' && n + 1 < FORM_SIZE)
                        ret[n++] = *text;
                text += fits;
        }
        ret[n] = '\0';
        return text;
}

static bool is_form(const char *text, const char *form, char ret[static FORM_SIZE])
{
        const char *end = take_form(text, form, ret);
        return end && *end == '\0';
}

/* Reads the zone of a time: Z, or hours with or without minutes. Copies it in the extended form. */
static bool take_time_zone(const char *text, char ret[static FORM_SIZE])
{
        char digits[FORM_SIZE];
        if (*text == '\0' || strcasecmp(text, "Z") == 0) {
                snprintf(ret, FORM_SIZE, "%s", *text ? "Z" : "");
                return true;
        }
        if (*text != '+' && *text != '-')
                return false;
        if (!is_form(text + 1, "dd?:dd", digits) && !is_form(text + 1, "dd", digits))
                return false;
        snprintf(ret, FORM_SIZE, "%c%.2s:%.2s", *text, digits, digits[2] ? digits + 2 : "00");
        return true;
}

static const char *extended_date(LineMemory *memory, const char *digits)
{
        return line_format(memory, "%.4s-%.2s-%.2s", digits, digits + 4, digits + 6);
}

static void remove_date_type(CardLine *line)
{
        CardParam *type = line_param(line, "VALUE");
        if (type && !line_param_is(type, "text"))
                line_remove(line, type);
}

/* Changes a whole date, or a date with a time. Return: false if it is neither. */
static bool extend_date(LineMemory *memory, CardLine *line)
{
        char digits[FORM_SIZE], zone[FORM_SIZE];
        CardParam *type = line_param(line, "VALUE");
        if (type && line_param_is(type, "text"))
                return false;
        if (is_form(line->value, "dddd?-dd?-dd", digits)) {
                line->value = extended_date(memory, digits);
                return true;
        }
        const char *rest = take_form(line->value, "dddd?-dd?-ddTdd?:dd?:dd", digits);
        if (!rest || !take_time_zone(rest, zone))
                return false;
        line->value = line_format(memory, "%sT%.2s:%.2s:%.2s%s", extended_date(memory, digits), digits + 8,
                        digits + 10, digits + 12, zone);
        remove_date_type(line);
        line_add(memory, line, "VALUE", "date-time");
        return true;
}

/* Changes a day of a year. */
static bool extend_day(LineMemory *memory, CardLine *line)
{
        char digits[FORM_SIZE];
        if (!is_form(line->value, "--dd?-dd", digits))
                return false;
        remove_date_type(line);
        line_add(memory, line, OMIT_YEAR, YEAR_OMITTED);
        line->value = line_format(memory, YEAR_OMITTED "-%.2s-%.2s", digits, digits + 2);
        return true;
}

void convert_date_to_3(LineMemory *memory, CardLine *line)
{
        (void)(extend_date(memory, line) || extend_day(memory, line));
}

/* A birthday that is no whole date is none in version 3.0, and gets another name. */
void convert_birthday_to_3(LineMemory *memory, CardLine *line)
{
        if (!extend_date(memory, line) && !extend_day(memory, line))
                line->name = "X-BDAY";
}

/* Return: whether the line has a date of the year that is marked as omitted. */
static bool shorten_day(LineMemory *memory, CardLine *line)
{
        char digits[FORM_SIZE];
        CardParam *year = line_param(line, OMIT_YEAR);
        if (!year || !is_form(line->value, "dddd?-dd?-dd", digits) || strlen(year->value) != 4 ||
                        strncmp(digits, year->value, 4) != 0)
                return false;
        line_remove(line, year);
        line->value = line_format(memory, "--%s", digits + 4);
        return true;
}

/* Writes a date, or a date with a time, in the basic form. */
static bool shorten_date(LineMemory *memory, CardLine *line)
{
        char digits[FORM_SIZE], zone[FORM_SIZE];
        if (is_form(line->value, "dddd?-dd?-dd", digits)) {
                line->value = line_format(memory, "%s", digits);
                return true;
        }
        const char *rest = take_form(line->value, "dddd?-dd?-ddTdd?:dd?:dd", digits);
        if (rest && *rest == '.')
                rest += 1 + strspn(rest + 1, "0123456789");
        if (!rest || !take_time_zone(rest, zone))
                return false;
        bool has_minutes = strlen(zone) == 6 && strcmp(zone + 3, ":00") != 0;
        line->value = line_format(
                        memory, "%.8sT%s%.3s%s", digits, digits + 8, zone, has_minutes ? zone + 4 : "");
        return true;
}

void convert_date_to_4(LineMemory *memory, CardLine *line)
{
        if (shorten_day(memory, line) || shorten_date(memory, line))
                remove_date_type(line);
}

void convert_revision_to_3(LineMemory *memory, CardLine *line)
{
        if (extend_date(memory, line))
                line_remove_all(line, "VALUE");
}

/* A revision of version 4.0 has a time (RFC 6350, 4.3.5). */
void convert_revision_to_4(LineMemory *memory, CardLine *line)
{
        if (!shorten_date(memory, line))
                return;
        line_remove_all(line, "VALUE");
        if (strlen(line->value) == 8)
                line->value = line_format(memory, "%sT000000Z", line->value);
}

void convert_position_to_3(LineMemory *memory, CardLine *line)
{
        if (strncasecmp(line->value, "geo:", 4) != 0)
                return;
        const char *latitude = line->value + 4;
        size_t len = strcspn(latitude, ",;\\");
        const char *longitude = latitude + len + strspn(latitude + len, "\\,");
        line->value = line_format(memory, "%.*s;%.*s", (int)len, latitude,
                        (int)strspn(longitude, "+-.0123456789"), longitude);
        line_remove_all(line, "VALUE");
}

void convert_position_to_4(LineMemory *memory, CardLine *line)
{
        size_t len = strspn(line->value, "+-.0123456789");
        const char *longitude = line->value + len + 1;
        if (len == 0 || line->value[len] != ';' || longitude[strspn(longitude, "+-.0123456789")] != '\0')
                return;
        line->value = line_format(memory, "geo:%.*s,%s", (int)len, line->value, longitude);
}

static bool is_offset(const char *value, char ret[static FORM_SIZE])
{
        return (value[0] == '+' || value[0] == '-') &&
               (is_form(value + 1, "dd?:dd", ret) || is_form(value + 1, "dd", ret) ||
                               is_form(value + 1, "d?:dd", ret));
}

void convert_zone_to_3(LineMemory *memory, CardLine *line)
{
        char digits[FORM_SIZE];
        CardParam *type = line_param(line, "VALUE");
        bool may_be_offset = !type || line_param_is(type, "utc-offset");
        if (may_be_offset && is_offset(line->value, digits)) {
                if (type)
                        line_remove(line, type);
                line->value = line_format(memory, "%c%.2s:%.2s", line->value[0], digits,
                                digits[2] ? digits + 2 : "00");
        } else if (!type) {
                line_add(memory, line, "VALUE", "text");
        }
}

void convert_zone_to_4(LineMemory *memory, CardLine *line)
{
        char digits[FORM_SIZE];
        CardParam *type = line_param(line, "VALUE");
        if (type && line_param_is(type, "text")) {
                line_remove(line, type);
        } else if ((!type || line_param_is(type, "utc-offset")) && is_offset(line->value, digits)) {
                line->value = line_format(
                                memory, "%c%s%s", line->value[0], strlen(digits) == 3 ? "0" : "", digits);
                if (!type)
                        line_add(memory, line, "VALUE", "utc-offset");
        }
}

void convert_telephone_to_3(LineMemory *memory, CardLine *line)
{
        CardParam *type = line_param(line, "VALUE");
        bool is_uri = type && line_param_is(type, "uri") && strncasecmp(line->value, "tel:", 4) == 0;
        const char *number = line->value + (is_uri ? 4 : 0);
        size_t len = strcspn(number, ";\\");
        const char *rest = number + len + (number[len] == '\\');
        bool has_extension = strncasecmp(rest, ";ext=", 5) == 0;
        if (!is_uri || (*rest && !has_extension) || (has_extension && strpbrk(rest + 5, ";\\")))
                return;
        line_remove(line, type);
        line->value = !has_extension ? number : line_format(memory, "%.*s x%s", (int)len, number, rest + 5);
}

/* Removes a word from the TYPE parameters. */
static void remove_type(LineMemory *memory, CardLine *line, const char *word)
{
        const char *types = line_types(memory, line);
        const char *at = strstr(types, line_format(memory, ",%s,", word));
        if (!at || memory->error != 0)
                return;
        const char *rest = line_format(memory, "%.*s%s", (int)(at - types), types, at + strlen(word) + 1);
        size_t len = strlen(rest);
        line_remove_all(line, "TYPE");
        if (len > 2)
                line_add(memory, line, "TYPE", line_format(memory, "%.*s", (int)len - 2, rest + 1));
}

void convert_related_to_3(LineMemory *memory, CardLine *line)
{
        CardParam *type = line_param(line, "VALUE");
        bool is_text = type && line_param_is(type, "text");
        bool is_agent = strstr(line_types(memory, line), ",agent,") != NULL;
        if (type && (is_text || is_agent))
                line_remove(line, type);
        if (is_agent) {
                remove_type(memory, line, "agent");
                if (!is_text)
                        line_add(memory, line, "VALUE", "uri");
        }
        line->name = is_agent ? "AGENT" : is_text ? "X-ABRELATEDNAMES" : "X-RELATED";
}

void convert_agent_to_4(LineMemory *memory, CardLine *line)
{
        CardParam *type = line_param(line, "VALUE");
        bool is_uri = type && line_param_is(type, "uri");
        if (type)
                line_remove(line, type);
        line_add(memory, line, "TYPE", "agent");
        if (!is_uri)
                line_add(memory, line, "VALUE", "text");
        line->name = "RELATED";
}

void convert_related_name_to_4(LineMemory *memory, CardLine *line)
{
        line_add(memory, line, "VALUE", "text");
        line->name = "RELATED";
}
