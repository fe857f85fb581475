#include "calendar/object-mask.h"

#include "calendar/event.h"

#include <string.h>

/* Properties of VCALENDAR, of time zones and of what has times. All others may have text. */
static const char *const shown_properties[] = { "VERSION", "PRODID", "CALSCALE", "TZID", "TZNAME",
        "TZOFFSETFROM", "TZOFFSETTO", "UID", "DTSTAMP", "DTSTART", "DTEND", "DUE", "DURATION", "RRULE",
        "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "SEQUENCE", "STATUS", "TRANSP", "BUSYTYPE", "CLASS",
        NULL };
static const char *const shown_params[] = { "TZID", "VALUE", "RANGE", NULL };
/* Components with a class of their own. Others, such as X- ones, may tell of a private one beside them. */
static const char *const shown_components[] = { "VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VAVAILABILITY",
        NULL };
/* Components inside other ones that are shown; VALARM is none of them. */
static const char *const shown_parts[] = { "STANDARD", "DAYLIGHT", "AVAILABLE", NULL };

static bool is_among(const char *const *names, const char *name)
{
        while (*names && strcmp(*names, name) != 0)
                names++;
        return *names;
}

static bool is_private_alone(const ObjectNode *node)
{
        const ContentLine *class = object_node_line(node, "CLASS", NULL);
        return class && event_class_of(class->value) != EVENT_PUBLIC;
}

static const char *uid_of(const ObjectNode *node)
{
        const ContentLine *uid = object_node_line(node, "UID", NULL);
        return uid ? uid->value : "";
}

/* An override is private if its series is, whatever class it has itself. */
static bool is_private(const ObjectNode *node)
{
        bool is_override = object_node_line(node, "RECURRENCE-ID", NULL);
        const ObjectNode *other = is_override && node->parent ? node->parent->children : NULL;
        for (; other; other = other->next)
                if (!object_node_line(other, "RECURRENCE-ID", NULL) && is_private_alone(other) &&
                                strcmp(uid_of(other), uid_of(node)) == 0)
                        return true;
        return is_private_alone(node);
}

static bool has_private(const ObjectNode *calendar)
{
        const ObjectNode *node = calendar->children;
        while (node && !is_private_alone(node))
                node = node->next;
        return node;
}

static void write_line(const ContentLine *line, Buffer *out)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(CONTENT_LIMITS_OBJECT.line_bytes);
        buffer_puts(&text, line->name);
        for (size_t i = 0; i < line->n_params; i++)
                if (is_among(shown_params, line->params[i].name))
                        content_write_param(&text, line->params[i].name, line->params[i].value);
        buffer_putc(&text, ':');
        buffer_append(&text, line->value, line->value_len);
        if (buffer_error(&text) == 0)
                content_fold(out, buffer_text(&text), text.len);
}

static void write_lines(const ObjectNode *node, Buffer *out)
{
        for (size_t i = 0; i < node->n_lines; i++)
                if (is_among(shown_properties, node->lines[i].name))
                        write_line(&node->lines[i], out);
}

/* The reader's maximum of depth bounds the recursion. */
static void write_masked(const ObjectNode *node, Buffer *out)
{
        buffer_printf(out, "BEGIN:%s\r\n", node->name);
        write_lines(node, out);
        for (const ObjectNode *part = node->children; part; part = part->next)
                if (is_among(shown_parts, part->name))
                        write_masked(part, out);
        buffer_printf(out, "END:%s\r\n", node->name);
}

static void write_calendar(const ObjectNode *calendar, Buffer *out)
{
        buffer_puts(out, "BEGIN:VCALENDAR\r\n");
        write_lines(calendar, out);
        for (const ObjectNode *node = calendar->children; node; node = node->next)
                if (strcmp(node->name, "VTIMEZONE") == 0 || is_private(node))
                        write_masked(node, out);
                else if (is_among(shown_components, node->name))
                        buffer_append(out, node->raw, node->raw_len);
        buffer_puts(out, "END:VCALENDAR\r\n");
}

int object_mask(const char *text, size_t len, Buffer *out)
{
        CLEANUP(object_tree_freep) ObjectTree *tree = NULL;
        int r = object_tree_new(text, len, &tree);
        if (r != 0 || !has_private(object_tree_root(tree)))
                return r;
        write_calendar(object_tree_root(tree), out);
        return buffer_error(out);
}
