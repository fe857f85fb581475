#include "feed/jcal.h"

#include "base/contentline.h"
#include "base/json.h"
#include "feed/jcal-value.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

enum { NAME_BYTES = 256, DEPTH_MAX = 8 };

/*
 * The default types of properties. Of those not in the table, X- properties are "unknown" (RFC 7265, 5), and
 * the others are TEXT.
 */
static const struct PropertyType {
        const char *name;
        JcalType type;
} PROPERTY_TYPES[] = {
        { "ATTACH", JCAL_URI },
        { "ATTENDEE", JCAL_CAL_ADDRESS },
        { "CALENDAR-ADDRESS", JCAL_CAL_ADDRESS },
        { "CATEGORIES", JCAL_TEXT_LIST },
        { "COMPLETED", JCAL_DATE_TIME },
        { "CONCEPT", JCAL_URI },
        { "CONFERENCE", JCAL_URI },
        { "CREATED", JCAL_DATE_TIME },
        { "DTEND", JCAL_DATE_TIME },
        { "DTSTAMP", JCAL_DATE_TIME },
        { "DTSTART", JCAL_DATE_TIME },
        { "DUE", JCAL_DATE_TIME },
        { "DURATION", JCAL_DURATION },
        { "EXDATE", JCAL_DATE_TIME },
        { "EXRULE", JCAL_RECUR },
        { "FREEBUSY", JCAL_PERIOD },
        { "GEO", JCAL_GEO },
        { "IMAGE", JCAL_URI },
        { "LAST-MODIFIED", JCAL_DATE_TIME },
        { "LINK", JCAL_URI },
        { "LOCATION-TYPE", JCAL_TEXT_LIST },
        { "ORGANIZER", JCAL_CAL_ADDRESS },
        { "PERCENT-COMPLETE", JCAL_INTEGER },
        { "PRIORITY", JCAL_INTEGER },
        { "RDATE", JCAL_DATE_TIME },
        { "RECURRENCE-ID", JCAL_DATE_TIME },
        { "REFRESH-INTERVAL", JCAL_DURATION },
        { "REPEAT", JCAL_INTEGER },
        { "REQUEST-STATUS", JCAL_REQUEST_STATUS },
        { "RESOURCES", JCAL_TEXT_LIST },
        { "RRULE", JCAL_RECUR },
        { "SEQUENCE", JCAL_INTEGER },
        { "SOURCE", JCAL_URI },
        { "TRIGGER", JCAL_DURATION },
        { "TZOFFSETFROM", JCAL_UTC_OFFSET },
        { "TZOFFSETTO", JCAL_UTC_OFFSET },
        { "TZURL", JCAL_URI },
        { "URL", JCAL_URI },
};

/*
 * The state of the writer: for each open component, the numbers of its properties and components so far. A
 * component in jCal is a name, a list of properties and a list of components.
 */
typedef struct Writer {
        Buffer *out;
        bool begun;
        size_t depth;
        size_t n_properties[DEPTH_MAX], n_components[DEPTH_MAX];
        Buffer value; /* of the current property */
} Writer;

static void write_lower(Buffer *out, const char *name)
{
        char lower[NAME_BYTES];
        size_t len = strnlen(name, sizeof(lower));
        for (size_t i = 0; i < len; i++)
                lower[i] = (char)tolower((unsigned char)name[i]);
        json_string_of(out, lower, len);
}

static JcalType usual_type(const char *name)
{
        for (size_t i = 0; i < sizeof(PROPERTY_TYPES) / sizeof(*PROPERTY_TYPES); i++)
                if (strcmp(PROPERTY_TYPES[i].name, name) == 0)
                        return PROPERTY_TYPES[i].type;
        return strncmp(name, "X-", 2) == 0 ? JCAL_UNKNOWN : JCAL_TEXT;
}

static JcalType type_of(const ContentLine *line)
{
        const char *said = content_line_param(line, "VALUE");
        JcalType usual = usual_type(line->name);
        JcalType type = said ? jcal_type(said) : usual;
        /* VALUE=TEXT does not say whether the property may have several values; the default type does. */
        return type == JCAL_TEXT && usual == JCAL_TEXT_LIST ? usual : type;
}

/*
 * Appends a parameter; several values become an array (RFC 7265, 3.4). A comma in a quoted value is not a
 * separator.
 */
static void write_param(Buffer *out, const ContentParam *param)
{
        write_lower(out, param->name);
        buffer_putc(out, ':');
        if (param->quoted || !strchr(param->value, ',')) {
                json_string(out, param->value);
                return;
        }
        for (const char *at = param->value, *before = "["; at; before = ",") {
                size_t len = strcspn(at, ",");
                buffer_puts(out, before);
                json_string_of(out, at, len);
                at = at[len] ? at + len + 1 : NULL;
        }
        buffer_putc(out, ']');
}

static void write_params(Buffer *out, const ContentLine *line)
{
        const char *before = "";
        buffer_putc(out, '{');
        for (size_t i = 0; i < line->n_params; i++) {
                if (strcmp(line->params[i].name, "VALUE") == 0)
                        continue;
                buffer_puts(out, before);
                write_param(out, &line->params[i]);
                before = ",";
        }
        buffer_putc(out, '}');
}

static void write_property(Writer *writer, const ContentLine *line)
{
        Buffer *out = writer->out;
        JcalType type = type_of(line);
        buffer_reset(&writer->value);
        if (!jcal_value_write(type, line->value, line->value_len, &writer->value)) {
                type = JCAL_UNKNOWN;
                buffer_reset(&writer->value);
                json_string_of(&writer->value, line->value, line->value_len);
        }
        buffer_puts(out, writer->n_properties[writer->depth - 1]++ > 0 ? ",[" : "[");
        write_lower(out, line->name);
        buffer_putc(out, ',');
        write_params(out, line);
        buffer_putc(out, ',');
        json_string(out, jcal_type_name(type));
        buffer_putc(out, ',');
        buffer_append(out, buffer_text(&writer->value), writer->value.len);
        buffer_putc(out, ']');
}

static int begin_component(Writer *writer, const char *name)
{
        if (writer->depth == DEPTH_MAX || (writer->depth == 0 && writer->begun))
                return -EBADMSG;
        writer->begun = true;
        if (writer->depth > 0) {
                size_t n = writer->n_components[writer->depth - 1]++;
                buffer_puts(writer->out, n > 0 ? ",\n" : "],[\n");
        }
        buffer_putc(writer->out, '[');
        write_lower(writer->out, name);
        buffer_puts(writer->out, ",[");
        writer->n_properties[writer->depth] = writer->n_components[writer->depth] = 0;
        writer->depth++;
        return 0;
}

static void end_component(Writer *writer)
{
        writer->depth--;
        buffer_puts(writer->out, writer->n_components[writer->depth] > 0 ? "]]" : "],[]]");
}

/*
 * Writes one line. Fails if a property follows a component: that cannot be written in one pass, and does not
 * occur in feeds.
 */
static int write_line(Writer *writer, const ContentLine *line)
{
        if (strcmp(line->name, "BEGIN") == 0)
                return begin_component(writer, line->value);
        if (writer->depth == 0)
                return -EBADMSG;
        if (strcmp(line->name, "END") == 0)
                end_component(writer);
        else if (writer->n_components[writer->depth - 1] > 0)
                return -EBADMSG;
        else
                write_property(writer, line);
        return buffer_error(&writer->value);
}

static int write_all(Writer *writer, const char *text, size_t len)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(text, len, &CONTENT_LIMITS_FILE);
        ContentLine line;
        int r = reader ? 0 : -ENOMEM;
        while (r == 0) {
                r = content_reader_next(reader, &line, NULL);
                if (r == 0)
                        r = write_line(writer, &line);
        }
        if (r != CONTENT_END || !writer->begun)
                return r < 0 ? r : -EBADMSG;
        buffer_putc(writer->out, '\n');
        return buffer_error(writer->out);
}

int jcal_write(const char *text, size_t len, Buffer *out)
{
        Writer writer = { .out = out, .value = BUFFER_INIT(8 * CONTENT_LIMITS_FILE.line_bytes) };
        size_t start = out->len;
        int r = buffer_error(out) ? buffer_error(out) : write_all(&writer, text, len);
        buffer_done(&writer.value);
        if (r != 0)
                buffer_remove(out, start, out->len - start);
        return r;
}
