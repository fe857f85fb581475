#include "calendar/edit.h"

#include "base/contentline.h"
#include "base/hash.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { MAX_EDIT_BYTES = 16 * 1024 * 1024 };

/* A change of one of these makes it another meeting for those who have it in their calendars (RFC 5546, 2.1.4). */
static const char *const significant[] = {
        "DTSTART",
        "DTEND",
        "DURATION",
        "RRULE",
        "RDATE",
        "EXDATE",
        "RECURRENCE-ID",
        "STATUS",
        "LOCATION",
        "GEO",
        NULL,
};

/* Only what may be in a property's name: whatever comes from outside, it stays one line. */
static void append_name(Buffer *out, const char *name)
{
        for (; *name; name++)
                if ((*name >= 'A' && *name <= 'Z') || (*name >= 'a' && *name <= 'z') ||
                                (*name >= '0' && *name <= '9') || *name == '-')
                        buffer_putc(out, *name);
}

static void append_without_controls(Buffer *out, const char *text)
{
        for (; *text; text++)
                if (((unsigned char)*text >= 0x20 && *text != 0x7F) || *text == '\t')
                        buffer_putc(out, *text);
}

/* One property as an unfolded line without its end. */
static void append_property(Buffer *out, const EditProperty *property)
{
        append_name(out, property->name);
        if (property->params)
                append_without_controls(out, property->params);
        buffer_putc(out, ':');
        if (property->text)
                content_escape(out, property->value);
        else
                append_without_controls(out, property->value);
}

/* Folded, with the line ends that the text has. */
static void write_line(Buffer *out, const char *line, size_t len, bool line_feed_only)
{
        CLEANUP(buffer_done) Buffer folded = BUFFER_INIT(MAX_EDIT_BYTES);
        content_fold(&folded, line, len);
        for (size_t i = 0; i < folded.len; i++)
                if (folded.data[i] != '\r' || !line_feed_only)
                        buffer_putc(out, folded.data[i]);
        if (buffer_error(&folded) && out->error == 0)
                out->error = buffer_error(&folded);
}

static void write_property(Buffer *out, const EditProperty *property, bool line_feed_only)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(MAX_EDIT_BYTES);
        append_property(&line, property);
        if (buffer_error(&line) && out->error == 0)
                out->error = buffer_error(&line);
        write_line(out, buffer_text(&line), line.len, line_feed_only);
}

static const EditProperty *find_property(const EditProperty *properties, const char *name)
{
        for (; properties->name; properties++)
                if (strcmp(properties->name, name) == 0)
                        return properties;
        return NULL;
}

static bool has_params(const ContentLine *line, const char *params)
{
        CLEANUP(buffer_done) Buffer own = BUFFER_INIT(MAX_EDIT_BYTES);
        for (size_t i = 0; i < line->n_params; i++)
                buffer_printf(&own, ";%s=%s", line->params[i].name, line->params[i].value);
        return strcmp(buffer_text(&own), params ? params : "") == 0;
}

static bool is_replaced(const EditProperty *properties, const ContentLine *line)
{
        for (; properties->name; properties++)
                if (strcmp(properties->name, line->name) == 0 &&
                                (properties->scope == EDIT_NAME ||
                                                (properties->scope == EDIT_PARAMS &&
                                                                has_params(line, properties->params))))
                        return true;
        return false;
}

static bool sets(const EditProperty *properties, const char *name)
{
        for (; properties->name; properties++)
                if (properties->value && strcmp(properties->name, name) == 0)
                        return true;
        return false;
}

static void write_new_stamps(Buffer *out, const EditProperty *properties, usec_t now)
{
        static const char *const names[] = { "DTSTAMP", "CREATED", "LAST-MODIFIED" };
        char time[17];
        time_format_utc(now, time);
        for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
                if (!sets(properties, names[i]))
                        content_write(out, names[i], time);
        if (!sets(properties, "SEQUENCE"))
                content_write(out, "SEQUENCE", "0");
}

/* A VJOURNAL has no LOCATION (RFC 5545, 3.6.3): a draft keeps the place of the event that it will be under another name. */
#define DRAFT_LOCATION "X-CONVENED-LOCATION"

static EditProperty as_draft(const EditProperty *property)
{
        EditProperty renamed = *property;
        if (strcmp(property->name, "LOCATION") == 0)
                renamed.name = DRAFT_LOCATION;
        return renamed;
}

void edit_compose(const char *uid, const EditProperty *properties, usec_t now, Buffer *out)
{
        bool dated = sets(properties, "DTSTART");
        const char *component = dated ? "VEVENT" : "VJOURNAL";
        buffer_puts(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//convened//convened//EN\r\n");
        content_write(out, "BEGIN", component);
        write_property(out, &(EditProperty){ .name = "UID", .value = uid }, false);
        write_new_stamps(out, properties, now);
        if (!dated && !sets(properties, "STATUS"))
                content_write(out, "STATUS", "DRAFT");
        for (; properties->name; properties++) {
                EditProperty property = dated ? *properties : as_draft(properties);
                if (property.value && strcmp(property.name, "UID") != 0)
                        write_property(out, &property, false);
        }
        content_write(out, "END", component);
        buffer_puts(out, "END:VCALENDAR\r\n");
}

/* One copy under way. */
typedef struct Edit {
        const EditProperty *properties;
        Buffer *out;
        size_t master;    /* which component */
        size_t component; /* that is being read */
        bool inside;      /* of the master */
        bool line_feed_only;
        bool to_event;    /* the draft becomes an event */
        bool significant; /* SEQUENCE rises */
        int sequence;
        char stamp[17];
        bool *written; /* for each property */
        bool has_stamp, has_modified, has_sequence, has_rest;
} Edit;

static bool is_component(const ContentLine *line, const char *which)
{
        return line->depth == 1 && strcmp(line->name, which) == 0 &&
               (strcmp(line->value, "VEVENT") == 0 || strcmp(line->value, "VJOURNAL") == 0);
}

typedef int (*OnLine)(const ContentLine *line, void *userdata);

static int read_lines(const Event *event, OnLine on_line, void *userdata)
{
        size_t len;
        const char *text = event_text(event, &len);
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(text, len, &CONTENT_LIMITS_OBJECT);
        ContentLine line;
        int r = reader ? 0 : -ENOMEM;
        while (r == 0) {
                r = content_reader_next(reader, &line, NULL);
                if (r == 0)
                        r = on_line(&line, userdata);
        }
        return r == CONTENT_END ? 0 : r;
}

/* Which component has no RECURRENCE-ID. */
typedef struct FindMaster {
        size_t component, master;
        bool is_override, found;
        bool line_feed_only;
} FindMaster;

static int find_master_line(const ContentLine *line, void *userdata)
{
        FindMaster *find = userdata;
        if (line->number == 1)
                find->line_feed_only = line->raw_len < 2 || line->raw[line->raw_len - 2] != '\r';
        if (is_component(line, "BEGIN"))
                find->is_override = false;
        if (line->depth == 2 && strcmp(line->name, "RECURRENCE-ID") == 0)
                find->is_override = true;
        if (is_component(line, "END")) {
                if (!find->is_override && !find->found) {
                        find->found = true;
                        find->master = find->component;
                }
                find->component++;
        }
        return 0;
}

/* The lines of one property as they are, for a comparison with the ones that are to be. */
typedef struct Collect {
        const char *name;
        size_t component, master;
        Buffer lines;
} Collect;

static void append_comparable(Buffer *out, const char *line, size_t len)
{
        buffer_append(out, line, len);
        buffer_putc(out, '\n');
}

static int collect_line(const ContentLine *line, void *userdata)
{
        Collect *collect = userdata;
        if (is_component(line, "END"))
                collect->component++;
        if (line->depth != 2 || collect->component != collect->master ||
                        strcmp(line->name, collect->name) != 0)
                return 0;
        buffer_puts(&collect->lines, line->name);
        for (size_t i = 0; i < line->n_params; i++)
                buffer_printf(&collect->lines, ";%s=%s", line->params[i].name, line->params[i].value);
        buffer_putc(&collect->lines, ':');
        append_comparable(&collect->lines, line->value, line->value_len);
        return 0;
}

/* Whether a significant property gets other lines than it has. */
static bool changes_property(const Event *event, const Edit *edit, const char *name)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(MAX_EDIT_BYTES), wanted = BUFFER_INIT(MAX_EDIT_BYTES);
        Collect collect = { .name = name, .master = edit->master, .lines = BUFFER_INIT(MAX_EDIT_BYTES) };
        for (const EditProperty *property = edit->properties; property->name; property++) {
                if (strcmp(property->name, name) != 0 || !property->value)
                        continue;
                buffer_reset(&line);
                append_property(&line, property);
                append_comparable(&wanted, buffer_text(&line), line.len);
        }
        int r = read_lines(event, collect_line, &collect);
        bool same = r == 0 && strcmp(buffer_text(&wanted), buffer_text(&collect.lines)) == 0;
        buffer_done(&collect.lines);
        return !same;
}

static bool changes_significantly(const Event *event, const Edit *edit)
{
        for (size_t i = 0; significant[i]; i++)
                if (find_property(edit->properties, significant[i]) &&
                                changes_property(event, edit, significant[i]))
                        return true;
        return false;
}

static void write_named(Edit *edit, const char *name, const char *value)
{
        write_property(edit->out, &(EditProperty){ .name = name, .value = value }, edit->line_feed_only);
}

/* All new lines of one name, once. */
static void write_properties(Edit *edit, const char *name)
{
        for (size_t i = 0; edit->properties[i].name; i++) {
                const EditProperty *property = &edit->properties[i];
                if (edit->written[i] || strcmp(property->name, name) != 0)
                        continue;
                edit->written[i] = true;
                if (property->value)
                        write_property(edit->out, property, edit->line_feed_only);
        }
}

static void write_sequence(Edit *edit)
{
        char number[16];
        snprintf(number, sizeof(number), "%d", edit->sequence + 1);
        write_named(edit, "SEQUENCE", number);
        edit->has_sequence = true;
}

/* What was not there before stands behind the properties, before an alarm. */
static void write_rest(Edit *edit)
{
        if (edit->has_rest)
                return;
        edit->has_rest = true;
        for (size_t i = 0; edit->properties[i].name; i++)
                write_properties(edit, edit->properties[i].name);
        if (!edit->has_stamp && !find_property(edit->properties, "DTSTAMP"))
                write_named(edit, "DTSTAMP", edit->stamp);
        if (!edit->has_modified && !find_property(edit->properties, "LAST-MODIFIED"))
                write_named(edit, "LAST-MODIFIED", edit->stamp);
        if (!edit->has_sequence && edit->significant && !find_property(edit->properties, "SEQUENCE"))
                write_sequence(edit);
}

/* DTEND and DURATION exclude each other: setting the one takes the other out. */
static bool is_displaced(const Edit *edit, const char *name)
{
        return (strcmp(name, "DURATION") == 0 && sets(edit->properties, "DTEND")) ||
               (strcmp(name, "DTEND") == 0 && sets(edit->properties, "DURATION"));
}

/* A property of the master; returns whether it was dealt with. */
static bool replace_line(Edit *edit, const ContentLine *line)
{
        if (is_replaced(edit->properties, line)) {
                write_properties(edit, line->name);
                return true;
        }
        if (strcmp(line->name, "DTSTAMP") == 0 && !edit->has_stamp) {
                write_named(edit, "DTSTAMP", edit->stamp);
                return edit->has_stamp = true;
        }
        if (strcmp(line->name, "LAST-MODIFIED") == 0 && !edit->has_modified) {
                write_named(edit, "LAST-MODIFIED", edit->stamp);
                return edit->has_modified = true;
        }
        if (strcmp(line->name, "SEQUENCE") == 0 && edit->significant) {
                if (!edit->has_sequence)
                        write_sequence(edit);
                return true;
        }
        if (is_displaced(edit, line->name))
                return true;
        return edit->to_event && strcmp(line->name, "STATUS") == 0 && strcasecmp(line->value, "DRAFT") == 0;
}

static int copy_line(const ContentLine *line, void *userdata)
{
        Edit *edit = userdata;
        bool begin = is_component(line, "BEGIN"), end = is_component(line, "END");
        if (begin)
                edit->inside = edit->component == edit->master;
        bool master = edit->inside;
        if (master && (end || (line->depth == 2 && strcmp(line->name, "BEGIN") == 0)))
                write_rest(edit);
        if (end) {
                edit->component++;
                edit->inside = false;
        }
        if (master && (begin || end) && edit->to_event) {
                write_named(edit, line->name, "VEVENT");
                return 0;
        }
        if (master && edit->to_event && strcmp(line->name, DRAFT_LOCATION) == 0 &&
                        !find_property(edit->properties, "LOCATION")) {
                buffer_puts(edit->out, "LOCATION");
                buffer_append(edit->out, line->raw + strlen(DRAFT_LOCATION),
                                line->raw_len - strlen(DRAFT_LOCATION));
                return 0;
        }
        bool property = line->depth == 2 && strcmp(line->name, "BEGIN") != 0 &&
                        strcmp(line->name, "END") != 0;
        if (!master || !property || !replace_line(edit, line))
                buffer_append(edit->out, line->raw, line->raw_len);
        return 0;
}

void edit_event(const Event *event, const EditProperty *properties, usec_t now, Buffer *out)
{
        FindMaster find = { 0 };
        size_t n = 0;
        while (properties[n].name)
                n++;
        CLEANUP(cleanup_free) bool *written = calloc(n + 1, sizeof(*written));
        int r = written ? read_lines(event, find_master_line, &find) : -ENOMEM;
        Edit edit = {
                .properties = properties,
                .out = out,
                .master = find.master,
                .line_feed_only = find.line_feed_only,
                .to_event = event_is_draft(event) && sets(properties, "DTSTART"),
                .sequence = event_sequence(event),
                .written = written,
        };
        time_format_utc(now, edit.stamp);
        edit.significant = edit.to_event || changes_significantly(event, &edit);
        if (r == 0)
                r = read_lines(event, copy_line, &edit);
        if (r != 0 && out->error == 0)
                out->error = r < 0 ? r : -EBADMSG;
}

int edit_make_uid(const char *domain, char *ret, size_t size)
{
        char token[TOKEN_SIZE];
        int r = token_make(token);
        /* On a command line what begins with a hyphen is an option. */
        while (r == 0 && token[0] == '-')
                r = token_make(token);
        if (r < 0)
                return r;
        if (strlen(token) + strlen(domain) + 2 > size)
                return -ENAMETOOLONG;
        snprintf(ret, size, "%s@%s", token, domain);
        return 0;
}
