#include "calendar/edit-copy.h"

#include "calendar/edit-part.h"
#include "calendar/edit.h"
#include "calendar/event-data.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

enum { PLACE_BYTES = 256 * 1024 };

static bool is_one_of(const char *name, const char *const *names)
{
        for (; *names; names++)
                if (strcmp(*names, name) == 0)
                        return true;
        return false;
}

static bool is_border(const ContentLine *line)
{
        return strcmp(line->name, "BEGIN") == 0 || strcmp(line->name, "END") == 0;
}

/* Whether a line is a property of a VEVENT, VJOURNAL or VAVAILABILITY, and not of a component inside. */
static bool is_property(const ContentLine *line)
{
        return line->depth == 2 && !is_border(line);
}

/* ---- A new event ---- */

typedef struct CopyWalk {
        const char *uid;
        char stamp[17];
        bool is_in_zone; /* the line is in a VTIMEZONE, whose properties stay */
        Buffer *out;
} CopyWalk;

static const char *copied_value(const CopyWalk *walk, const char *name)
{
        static const char *const stamps[] = { "DTSTAMP", "CREATED", "LAST-MODIFIED", NULL };
        return strcmp(name, "UID") == 0        ? walk->uid
               : strcmp(name, "SEQUENCE") == 0 ? "0"
               : is_one_of(name, stamps)       ? walk->stamp
                                               : NULL;
}

static int copy_line(const ContentLine *line, void *userdata)
{
        CopyWalk *walk = userdata;
        if (line->depth == 1 && is_border(line))
                walk->is_in_zone = strcmp(line->value, "VTIMEZONE") == 0;
        bool is_own = is_property(line) && !walk->is_in_zone;
        const char *value = is_own ? copied_value(walk, line->name) : NULL;
        if (is_own && strcmp(line->name, "STATUS") == 0 && strcasecmp(line->value, "CANCELLED") == 0)
                return 0;
        if (value)
                content_write(walk->out, line->name, value);
        else
                buffer_append(walk->out, line->raw, line->raw_len);
        return 0;
}

int edit_copy(const Event *event, const char *uid, usec_t now, Buffer *out)
{
        CopyWalk walk = { .uid = uid, .out = out };
        time_format_utc(now, walk.stamp);
        int r = event_each_line(event, copy_line, &walk);
        return r != 0 ? r : buffer_error(out);
}

/* ---- A draft ---- */

typedef struct PostponeWalk {
        const Event *event;
        char stamp[17];
        size_t component, master; /* indexes of the components with the UID; of that in which the line is */
        bool is_inside;           /* of the master */
        bool is_left_out;         /* inside an alarm or, outside of the master, another component */
        bool is_override, has_master;
        bool has_place; /* the master has a VLOCATION with the name of its LOCATION */
        Buffer *out;
} PostponeWalk;

static bool is_component(const ContentLine *line, const char *border)
{
        return line->depth == 1 && strcmp(line->name, border) == 0 && strcmp(line->value, "VEVENT") == 0;
}

/* Finds the component without a RECURRENCE-ID, and whether its place is described. */
static int find_line(const ContentLine *line, void *userdata)
{
        PostponeWalk *walk = userdata;
        const ContentLine *place = event_property_line(walk->event, "LOCATION", 0);
        if (is_component(line, "BEGIN"))
                walk->is_override = false;
        if (is_property(line) && strcmp(line->name, "RECURRENCE-ID") == 0)
                walk->is_override = true;
        if (line->depth == 3 && place && strcmp(line->name, "NAME") == 0)
                walk->has_place |= strcmp(line->value, place->value) == 0;
        if (is_component(line, "END")) {
                if (!walk->is_override && !walk->has_master)
                        walk->master = walk->component;
                walk->has_master |= !walk->is_override;
                walk->component++;
        }
        return 0;
}

static void write_place(PostponeWalk *walk)
{
        CLEANUP(buffer_done) Buffer lines = BUFFER_INIT(PLACE_BYTES);
        const char *place = event_text_property(walk->event, "LOCATION");
        const EditProperty property = { .name = "LOCATION", .value = place, .text = true };
        if (!place || walk->has_place)
                return;
        int r = edit_part_place(&property, NULL, &lines);
        if (r < 0 && walk->out->error == 0)
                walk->out->error = r;
        edit_part_write(&(EditProperty){ .name = "VLOCATION", .value = buffer_text(&lines) }, walk->out);
}

static void write_begin(PostponeWalk *walk)
{
        buffer_puts(walk->out, "BEGIN:VJOURNAL\r\n");
        content_write(walk->out, "DTSTAMP", walk->stamp);
        content_write(walk->out, "LAST-MODIFIED", walk->stamp);
        content_write(walk->out, "STATUS", "DRAFT");
        buffer_printf(walk->out, "SEQUENCE:%d\r\n", event_sequence(walk->event) + 1);
}

static void write_end(PostponeWalk *walk)
{
        write_place(walk);
        buffer_puts(walk->out, "END:VJOURNAL\r\n");
}

/* Whether a property of the event stays in the draft. */
static bool is_kept(const char *name)
{
        static const char *const dropped[] = { "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE",
                "EXRULE", "LOCATION", "TRANSP", "STATUS", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED",
                "X-CONVENED-DATE-PRECISION", NULL };
        return !is_one_of(name, dropped);
}

static int postpone_master_line(PostponeWalk *walk, const ContentLine *line)
{
        bool is_alarm = line->depth == 2 && is_border(line) && strcmp(line->value, "VALARM") == 0;
        if (is_alarm)
                walk->is_left_out = strcmp(line->name, "BEGIN") == 0;
        if (!is_alarm && !walk->is_left_out && (!is_property(line) || is_kept(line->name)))
                buffer_append(walk->out, line->raw, line->raw_len);
        return 0;
}

static int postpone_line(const ContentLine *line, void *userdata)
{
        PostponeWalk *walk = userdata;
        if (is_component(line, "BEGIN")) {
                walk->is_inside = walk->component == walk->master;
                if (walk->is_inside)
                        write_begin(walk);
                return 0;
        }
        if (is_component(line, "END")) {
                if (walk->is_inside)
                        write_end(walk);
                walk->is_inside = false;
                walk->component++;
                return 0;
        }
        if (walk->is_inside)
                return postpone_master_line(walk, line);
        /* Only the lines of the VCALENDAR itself stay of the rest. */
        if (line->depth == 0 || (line->depth == 1 && !is_border(line)))
                buffer_append(walk->out, line->raw, line->raw_len);
        return 0;
}

int edit_postpone(const Event *event, usec_t now, Buffer *out)
{
        PostponeWalk walk = { .event = event, .out = out };
        edit_format_stamp(event, now, walk.stamp);
        int r = event_each_line(event, find_line, &walk);
        walk.component = 0;
        if (r == 0)
                r = event_each_line(event, postpone_line, &walk);
        return r != 0 ? r : buffer_error(out);
}
