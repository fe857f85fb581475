#include "feed/jcal-value.h"

#include "base/contentline.h"
#include "base/json.h"
#include "calendar/when.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { ITEM_BYTES = 128 };

/* Appends one value, or one item of a list, as JSON. Return: false if it is not valid for the type. */
typedef bool ItemWriter(const char *value, size_t len, Buffer *out);

static bool write_string(const char *value, size_t len, Buffer *out)
{
        json_string_of(out, value, len);
        return true;
}

static bool write_text(const char *value, size_t len, Buffer *out)
{
        Buffer text = BUFFER_INIT(len);
        content_unescape(&text, value, len);
        json_string_of(out, buffer_text(&text), text.len);
        bool is_whole = buffer_error(&text) == 0;
        buffer_done(&text);
        return is_whole;
}

static bool write_boolean(const char *value, size_t len, Buffer *out)
{
        bool is_true = len == 4 && strncasecmp(value, "TRUE", 4) == 0;
        buffer_puts(out, is_true ? "true" : "false");
        return is_true || (len == 5 && strncasecmp(value, "FALSE", 5) == 0);
}

/* Appends a JSON number: without a plus sign and leading zeros, with digits on both sides of the point. */
static bool write_number(const char *value, size_t len, bool may_have_fraction, Buffer *out)
{
        const char *end = value + len;
        if (value < end && (*value == '+' || *value == '-') && *value++ == '-')
                buffer_putc(out, '-');
        const char *digits = value;
        while (value < end && isdigit((unsigned char)*value))
                value++;
        bool has_digits = value > digits;
        while (digits + 1 < value && *digits == '0')
                digits++;
        buffer_append(out, digits, (size_t)(value - digits));
        if (!may_have_fraction || value == end || *value != '.')
                return has_digits && value == end;
        const char *point = value++;
        while (value < end && isdigit((unsigned char)*value))
                value++;
        buffer_append(out, point, (size_t)(value - point));
        return has_digits && value > point + 1 && value == end;
}

static bool write_integer(const char *value, size_t len, Buffer *out)
{
        return write_number(value, len, false, out);
}

static bool write_float(const char *value, size_t len, Buffer *out)
{
        return write_number(value, len, true, out);
}

/* Appends a structured value, as one array (RFC 7265, 3.4.1.2). */
static bool write_geo(const char *value, size_t len, Buffer *out)
{
        const char *semicolon = memchr(value, ';', len);
        if (!semicolon)
                return false;
        size_t first = (size_t)(semicolon - value);
        buffer_putc(out, '[');
        bool is_valid = write_float(value, first, out);
        buffer_putc(out, ',');
        is_valid = is_valid && write_float(semicolon + 1, len - first - 1, out);
        buffer_putc(out, ']');
        return is_valid;
}

static bool read_when(const char *value, size_t len, When *ret)
{
        char text[ITEM_BYTES];
        if (len >= sizeof(text))
                return false;
        memcpy(text, value, len);
        text[len] = '\0';
        return when_parse(text, ret) == 0;
}

static void print_when(const When *when, Buffer *out)
{
        const CivilTime *at = &when->civil;
        buffer_printf(out, "%04d-%02d-%02d", at->year, at->month, at->day);
        if (when->form != WHEN_DATE)
                buffer_printf(out, "T%02d:%02d:%02d%s", at->hour, at->minute, at->second,
                                when->form == WHEN_UTC ? "Z" : "");
}

static bool write_date(const char *value, size_t len, Buffer *out)
{
        When when;
        if (!read_when(value, len, &when) || when.form != WHEN_DATE)
                return false;
        buffer_putc(out, '"');
        print_when(&when, out);
        buffer_putc(out, '"');
        return true;
}

static bool write_date_time(const char *value, size_t len, Buffer *out)
{
        When when;
        if (!read_when(value, len, &when) || when.form == WHEN_DATE)
                return false;
        buffer_putc(out, '"');
        print_when(&when, out);
        buffer_putc(out, '"');
        return true;
}

/* Whether a text begins with so many digits, and @len is as long. */
static bool has_digits(const char *value, size_t len, size_t n)
{
        return len >= n && strspn(value, "0123456789") >= n;
}

static bool write_time(const char *value, size_t len, Buffer *out)
{
        bool is_utc = len == 7 && value[6] == 'Z';
        if (!has_digits(value, len, 6) || (len != 6 && !is_utc))
                return false;
        buffer_printf(out, "\"%.2s:%.2s:%.2s%s\"", value, value + 2, value + 4, is_utc ? "Z" : "");
        return true;
}

static bool write_period(const char *value, size_t len, Buffer *out)
{
        const char *slash = memchr(value, '/', len);
        if (!slash)
                return false;
        size_t first = (size_t)(slash - value);
        const char *second = slash + 1;
        buffer_putc(out, '[');
        bool is_valid = write_date_time(value, first, out);
        buffer_putc(out, ',');
        if (is_valid && len > first + 1 && isdigit((unsigned char)*second))
                is_valid = write_date_time(second, len - first - 1, out);
        else
                json_string_of(out, second, len - first - 1);
        buffer_putc(out, ']');
        return is_valid;
}

static bool write_offset(const char *value, size_t len, Buffer *out)
{
        bool has_sign = len > 0 && (*value == '+' || *value == '-');
        if (!has_sign || (len != 5 && len != 7) || !has_digits(value + 1, len - 1, len - 1))
                return false;
        buffer_printf(out, "\"%.3s:%.2s%s%.*s\"", value, value + 3, len == 7 ? ":" : "", len == 7 ? 2 : 0,
                        value + 5);
        return true;
}

static bool write_request_status(const char *value, size_t len, Buffer *out)
{
        const char *end = value + len;
        bool is_valid = true;
        for (const char *at = value, *before = "["; at <= end; before = ",") {
                const char *stop = at;
                while (stop < end && *stop != ';')
                        stop += *stop == '\\' && stop + 1 < end ? 2 : 1;
                buffer_puts(out, before);
                is_valid = is_valid && write_text(at, (size_t)(stop - at), out);
                at = stop + 1;
        }
        buffer_putc(out, ']');
        return is_valid;
}

/* Returns the length up to the next comma that separates values. */
static size_t item_len(const char *value, size_t len)
{
        size_t i = 0;
        while (i < len && value[i] != ',')
                i += value[i] == '\\' && i + 1 < len ? 2 : 1;
        return i;
}

static bool write_items(const char *value, size_t len, ItemWriter *write, Buffer *out)
{
        bool is_valid = true;
        for (const char *end = value + len; is_valid;) {
                size_t item = item_len(value, (size_t)(end - value));
                is_valid = write(value, item, out);
                value += item;
                if (value == end)
                        break;
                buffer_putc(out, ',');
                value++;
        }
        return is_valid;
}

static bool write_until(const char *value, size_t len, Buffer *out)
{
        return memchr(value, 'T', len) ? write_date_time(value, len, out) : write_date(value, len, out);
}

/*
 * Appends a part of a recurrence rule (RFC 7265, 3.6.10): numbers as numbers, days of the week as strings,
 * and several values as an array.
 */
static bool write_rule_part(const char *name, size_t name_len, const char *value, size_t len, Buffer *out)
{
        static const char *const texts[] = { "FREQ", "WKST", "BYDAY", "RSCALE", "SKIP" };
        ItemWriter *write = write_integer;
        char lower[32];
        if (name_len == 0 || name_len >= sizeof(lower) || len == 0)
                return false;
        for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
                if (strlen(texts[i]) == name_len && strncasecmp(texts[i], name, name_len) == 0)
                        write = write_string;
        if (name_len == 5 && strncasecmp(name, "UNTIL", 5) == 0)
                write = write_until;
        for (size_t i = 0; i < name_len; i++)
                lower[i] = (char)tolower((unsigned char)name[i]);
        json_string_of(out, lower, name_len);
        buffer_putc(out, ':');
        bool is_list = memchr(value, ',', len);
        buffer_puts(out, is_list ? "[" : "");
        bool is_valid = write_items(value, len, write, out);
        buffer_puts(out, is_list ? "]" : "");
        return is_valid;
}

static bool write_recur(const char *value, size_t len, Buffer *out)
{
        const char *end = value + len, *before = "{";
        while (value < end) {
                const char *stop = memchr(value, ';', (size_t)(end - value));
                stop = stop ? stop : end;
                const char *equals = memchr(value, '=', (size_t)(stop - value));
                buffer_puts(out, before);
                before = ",";
                if (!equals || !write_rule_part(value, (size_t)(equals - value), equals + 1,
                                               (size_t)(stop - equals - 1), out))
                        return false;
                value = stop + 1;
        }
        buffer_putc(out, '}');
        return *before == ',';
}

/* Indexed by JcalType. If several rows have the same name, jcal_type() returns the first. */
static const struct TypeRow {
        const char *name;
        ItemWriter *write;
        bool is_list; /* commas separate several values */
} TYPES[] = {
        [JCAL_UNKNOWN] = { "unknown", write_string, false },
        [JCAL_TEXT] = { "text", write_text, false },
        [JCAL_TEXT_LIST] = { "text", write_text, true },
        [JCAL_URI] = { "uri", write_string, false },
        [JCAL_CAL_ADDRESS] = { "cal-address", write_string, false },
        [JCAL_BINARY] = { "binary", write_string, false },
        [JCAL_BOOLEAN] = { "boolean", write_boolean, false },
        [JCAL_INTEGER] = { "integer", write_integer, true },
        [JCAL_FLOAT] = { "float", write_float, true },
        [JCAL_GEO] = { "float", write_geo, false },
        [JCAL_DATE] = { "date", write_date, true },
        [JCAL_DATE_TIME] = { "date-time", write_date_time, true },
        [JCAL_TIME] = { "time", write_time, true },
        [JCAL_DURATION] = { "duration", write_string, true },
        [JCAL_PERIOD] = { "period", write_period, true },
        [JCAL_RECUR] = { "recur", write_recur, false },
        [JCAL_UTC_OFFSET] = { "utc-offset", write_offset, false },
        [JCAL_REQUEST_STATUS] = { "text", write_request_status, false },
};

JcalType jcal_type(const char *name)
{
        for (JcalType type = JCAL_UNKNOWN; type < sizeof(TYPES) / sizeof(*TYPES); type++)
                if (strcasecmp(TYPES[type].name, name) == 0)
                        return type;
        return JCAL_UNKNOWN;
}

const char *jcal_type_name(JcalType type)
{
        return TYPES[type].name;
}

bool jcal_value_write(JcalType type, const char *value, size_t len, Buffer *out)
{
        const struct TypeRow *row = &TYPES[type];
        return row->is_list ? write_items(value, len, row->write, out) : row->write(value, len, out);
}
