#include "calendar/edit.h"

#include "base/hash.h"
#include "calendar/component-build.h"
#include "calendar/edit-part.h"
#include "calendar/event-data.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { MAX_EDIT_BYTES = 16 * 1024 * 1024 };

#define STAMP_MAX_SECONDS 253402300799 /* the end of 9999, as a year has four digits (RFC 5545, 3.3.4) */

/* Writes one folded property, or a component, with the line ends of the text. */
static void write_property(Buffer *out, const EditProperty *property, bool line_feed_only)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(MAX_EDIT_BYTES);
        if (edit_part_is(property))
                edit_part_write(property, &line);
        else
                component_build_line(&(BuildProperty){ property->name, property->params, property->value,
                                                     property->text },
                                &line);
        for (size_t i = 0; i < line.len; i++)
                if (line.data[i] != '\r' || !line_feed_only)
                        buffer_putc(out, line.data[i]);
        if (buffer_error(&line) && out->error == 0)
                out->error = buffer_error(&line);
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

bool edit_line_has_first_param(const ContentLine *line, const char *params)
{
        if (!params || params[0] != ';')
                return true;
        const char *equals = strchr(params, '=');
        if (!equals)
                return true;
        CLEANUP(cleanup_free) char *name = strndup(params + 1, (size_t)(equals - params - 1));
        const char *value = name ? content_line_param(line, name) : NULL;
        size_t len = strcspn(equals + 1, ";");
        return value && strncasecmp(value, equals + 1, len) == 0 && (!value[len] || value[len] == '-');
}

static bool is_in_scope(const EditProperty *property, const ContentLine *line)
{
        switch (property->scope) {
        case EDIT_NAME:
                return true;
        case EDIT_PARAMS:
                return has_params(line, property->params);
        case EDIT_FIRST_PARAM:
                return edit_line_has_first_param(line, property->params);
        case EDIT_BESIDE:
                return false;
        }
        return false;
}

static bool is_replaced(const EditProperty *properties, const ContentLine *line)
{
        for (; properties->name; properties++)
                if (strcmp(properties->name, line->name) == 0 && is_in_scope(properties, line))
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

static void add_stamps(ComponentBuild *build, const EditProperty *properties, usec_t now)
{
        static const char *const names[] = { "DTSTAMP", "CREATED", "LAST-MODIFIED" };
        for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
                if (!sets(properties, names[i]))
                        component_build_add_time(build, names[i], now);
        if (!sets(properties, "SEQUENCE"))
                component_build_add_value(build, "SEQUENCE", "0");
}

/*
 * A VJOURNAL has no LOCATION (RFC 5545, 3.6.3), so the location of a draft is a VLOCATION. Drafts of older
 * versions have it under this name.
 */
#define DRAFT_LOCATION "X-CONVENED-LOCATION"

/*
 * Writes a property as a component if it is one, or if it is a place. A place of a dated event is a
 * LOCATION, too. Return: whether the property is no line.
 */
static bool write_part(const EditProperty *property, bool dated, const char *geo, Buffer *out)
{
        CLEANUP(buffer_done) Buffer lines = BUFFER_INIT(MAX_EDIT_BYTES);
        bool place = strcmp(property->name, "LOCATION") == 0;
        if (!place && !edit_part_is(property))
                return false;
        int r = place && property->value ? edit_part_place(property, geo, &lines) : 0;
        if (r < 0 && out->error == 0)
                out->error = r;
        if (property->value)
                edit_part_write(&(EditProperty){ .name = place ? "VLOCATION" : property->name,
                                                .value = place ? buffer_text(&lines) : property->value },
                                out);
        return !place || !dated;
}

/* Returns the GEO that the edited event will have; NULL for none. @event: NULL if it is new */
static const char *geo_of(const Event *event, const EditProperty *properties)
{
        const EditProperty *edited = find_property(properties, "GEO");
        const ContentLine *kept = event && !edited ? event_property_line(event, "GEO", 0) : NULL;
        return edited ? edited->value : kept ? kept->value : NULL;
}

/* Inserts components before the end of the only component of an object. */
static void insert_parts(Buffer *object, const Buffer *parts, bool dated)
{
        const char *end = dated ? "END:VEVENT\r\nEND:VCALENDAR\r\n" : "END:VJOURNAL\r\nEND:VCALENDAR\r\n";
        if (parts->len > 0 && object->len > strlen(end))
                buffer_insert(object, object->len - strlen(end), parts->data, parts->len);
        if (object->error == 0)
                object->error = buffer_error(parts);
}

void edit_compose(const char *uid, const EditProperty *properties, usec_t now, Buffer *out)
{
        CLEANUP(component_build_freep) ComponentBuild *build = component_build_new();
        CLEANUP(buffer_done) Buffer parts = BUFFER_INIT(MAX_EDIT_BYTES);
        bool dated = sets(properties, "DTSTART");
        if (!build) {
                out->error = out->error ? out->error : -ENOMEM;
                return;
        }
        component_build_begin(build, dated ? "VEVENT" : "VJOURNAL");
        component_build_add_value(build, "UID", uid);
        add_stamps(build, properties, now);
        if (!dated && !sets(properties, "STATUS"))
                component_build_add_value(build, "STATUS", "DRAFT");
        const char *geo = geo_of(NULL, properties);
        for (; properties->name; properties++) {
                if (!write_part(properties, dated, geo, &parts) && properties->value &&
                                strcmp(properties->name, "UID") != 0)
                        component_build_add(build, &(BuildProperty){ properties->name, properties->params,
                                                                   properties->value, properties->text });
        }
        component_build_print(build, out);
        insert_parts(out, &parts, dated);
}

/* The state of a pass over an object's text that writes the changed copy. */
typedef struct Edit {
        const EditProperty *properties;
        Buffer *out;
        size_t master;    /* index of the master among the components */
        size_t component; /* index of the component that is being read */
        bool inside;      /* the line is inside the master */
        bool line_feed_only;
        bool to_event;    /* the draft becomes an event */
        bool significant; /* SEQUENCE is raised */
        int sequence;
        char stamp[17];
        bool *written;  /* one for each property */
        bool has_place; /* the place of the draft has become a LOCATION */
        bool has_stamp, has_modified, has_sequence, has_rest;
        bool is_dated; /* the copy is a VEVENT */
        bool omits;    /* the line is inside a component that is replaced */
        const Event *event;
} Edit;

static bool is_component(const ContentLine *line, const char *which)
{
        return line->depth == 1 && strcmp(line->name, which) == 0 &&
               (strcmp(line->value, "VEVENT") == 0 || strcmp(line->value, "VJOURNAL") == 0 ||
                               strcmp(line->value, "VAVAILABILITY") == 0);
}

/* A search for the component without a RECURRENCE-ID. */
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

static void write_named(Edit *edit, const char *name, const char *value)
{
        write_property(edit->out, &(EditProperty){ .name = name, .value = value }, edit->line_feed_only);
}

/* Whether the property is a component, or becomes one because the copy is a draft. */
static bool is_part(const Edit *edit, const EditProperty *property)
{
        return edit_part_is(property) || (!edit->is_dated && strcmp(property->name, "LOCATION") == 0);
}

/* Writes the new components, after all others of the master. */
static void write_parts(Edit *edit)
{
        CLEANUP(buffer_done) Buffer parts = BUFFER_INIT(MAX_EDIT_BYTES);
        for (size_t i = 0; edit->properties[i].name; i++)
                write_part(&edit->properties[i], edit->is_dated, geo_of(edit->event, edit->properties),
                                &parts);
        for (size_t i = 0; i < parts.len; i++)
                if (parts.data[i] != '\r' || !edit->line_feed_only)
                        buffer_putc(edit->out, parts.data[i]);
        if (buffer_error(&parts) && edit->out->error == 0)
                edit->out->error = buffer_error(&parts);
}

/* Writes the new lines named @name, unless they are written already. */
static void write_properties(Edit *edit, const char *name)
{
        for (size_t i = 0; edit->properties[i].name; i++) {
                const EditProperty *property = &edit->properties[i];
                if (edit->written[i] || strcmp(property->name, name) != 0 || is_part(edit, property))
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

/* Writes the LOCATION and GEO that the VLOCATION of a draft gives to the event. */
static void write_place(Edit *edit)
{
        const Component *master = &edit->event->components[0];
        const ContentLine *location = line_list_find(&master->lines, "LOCATION", 0),
                          *geo = line_list_find(&master->lines, "GEO", 0);
        if (!edit->to_event || !location || location->depth != 3 ||
                        find_property(edit->properties, "LOCATION"))
                return;
        edit->has_place = true;
        buffer_puts(edit->out, "LOCATION");
        buffer_append(edit->out, location->raw + strlen("NAME"), location->raw_len - strlen("NAME"));
        if (geo && geo->depth == 3 && !find_property(edit->properties, "GEO"))
                buffer_append(edit->out, geo->raw, geo->raw_len);
}

/*
 * Writes the new properties that have replaced no line. They are placed after the master's own properties
 * and before its first alarm.
 */
static void write_rest(Edit *edit)
{
        if (edit->has_rest)
                return;
        edit->has_rest = true;
        write_place(edit);
        for (size_t i = 0; edit->properties[i].name; i++)
                write_properties(edit, edit->properties[i].name);
        if (!edit->has_stamp && !find_property(edit->properties, "DTSTAMP"))
                write_named(edit, "DTSTAMP", edit->stamp);
        if (!edit->has_modified && !find_property(edit->properties, "LAST-MODIFIED"))
                write_named(edit, "LAST-MODIFIED", edit->stamp);
        if (!edit->has_sequence && edit->significant && !find_property(edit->properties, "SEQUENCE"))
                write_sequence(edit);
}

/* Whether the line is removed because DTEND and DURATION exclude each other (RFC 5545, 3.6.1). */
static bool is_displaced(const Edit *edit, const char *name)
{
        return (strcmp(name, "DURATION") == 0 && sets(edit->properties, "DTEND")) ||
               (strcmp(name, "DTEND") == 0 && sets(edit->properties, "DURATION"));
}

/* Writes the replacement of a line of the master. Return: false if it must be copied unchanged. */
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

/* Whether a line is inside a component of the master that is replaced, or is its BEGIN or END. */
static bool is_omitted(Edit *edit, const ContentLine *line)
{
        bool is_border = line->depth == 2;
        if (is_border && strcmp(line->name, "BEGIN") == 0)
                edit->omits = edit_part_is_replaced(edit->event, edit->properties, line->number);
        bool omits = edit->omits;
        if (is_border && strcmp(line->name, "END") == 0)
                edit->omits = false;
        return omits;
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
        if (master && end)
                write_parts(edit);
        if (master && line->depth >= 2 && is_omitted(edit, line))
                return 0;
        if (end) {
                edit->component++;
                edit->inside = false;
        }
        if (master && (begin || end) && edit->to_event) {
                write_named(edit, line->name, "VEVENT");
                return 0;
        }
        if (master && edit->to_event && strcmp(line->name, DRAFT_LOCATION) == 0 && !edit->has_place &&
                        !find_property(edit->properties, "LOCATION")) {
                edit->has_place = true;
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

void edit_format_stamp(const Event *event, usec_t now, char ret[static 17])
{
        usec_t kept = event_stamp(event), last = STAMP_MAX_SECONDS * USEC_PER_SEC;
        bool behind = now / USEC_PER_SEC <= kept / USEC_PER_SEC;
        time_format_utc(!behind ? now : kept < last ? kept + USEC_PER_SEC : kept, ret);
}

/* @significant: SEQUENCE is raised */
static int write_copy(const Event *event, const EditProperty *properties, usec_t now, bool significant,
                Buffer *out)
{
        FindMaster find = { 0 };
        size_t n = 0;
        while (properties[n].name)
                n++;
        CLEANUP(cleanup_free) bool *written = calloc(n + 1, sizeof(*written));
        int r = written ? event_each_line(event, find_master_line, &find) : -ENOMEM;
        Edit edit = {
                .properties = properties,
                .out = out,
                .master = find.master,
                .line_feed_only = find.line_feed_only,
                .to_event = event_is_draft(event) && sets(properties, "DTSTART"),
                .significant = significant,
                .sequence = event_sequence(event),
                .written = written,
                .event = event,
                .is_dated = !event_is_draft(event) || sets(properties, "DTSTART"),
        };
        edit_format_stamp(event, now, edit.stamp);
        if (r == 0)
                r = event_each_line(event, copy_line, &edit);
        return r;
}

/*
 * Finds out whether @copy changes the event significantly. The answer is false if @copy is invalid: then the
 * caller's event_parse() will refuse it. Return: 0 or negative errno.
 */
static int check_change(const Event *event, const Buffer *copy, bool *ret_significant)
{
        CLEANUP(event_freep) Event *changed = NULL;
        int r = event_parse(event->zones, buffer_text(copy), copy->len, &changed, NULL);
        if (r < 0)
                return r;
        *ret_significant = r == 0 && event_change_is_significant(event, changed);
        return 0;
}

void edit_event(const Event *event, const EditProperty *properties, usec_t now, Buffer *out)
{
        CLEANUP(buffer_done) Buffer copy = BUFFER_INIT(MAX_EDIT_BYTES);
        bool significant = false;
        int r = write_copy(event, properties, now, false, &copy);
        if (r == 0)
                r = buffer_error(&copy);
        if (r == 0)
                r = check_change(event, &copy, &significant);
        if (r == 0 && significant)
                r = write_copy(event, properties, now, true, out);
        else if (r == 0)
                buffer_append(out, buffer_text(&copy), copy.len);
        if (r < 0 && out->error == 0)
                out->error = r;
}

int edit_make_uid(const char *domain, char *ret, size_t size)
{
        char token[TOKEN_SIZE];
        int r = token_make(token);
        /* An argument that begins with a hyphen would be an option on a command line. */
        while (r == 0 && token[0] == '-')
                r = token_make(token);
        if (r < 0)
                return r;
        if (strlen(token) + strlen(domain) + 2 > size)
                return -ENAMETOOLONG;
        snprintf(ret, size, "%s@%s", token, domain);
        return 0;
}
