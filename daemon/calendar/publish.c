#include "calendar/publish.h"

#include "calendar/event-data.h"
#include "calendar/publish-internal.h"
#include "calendar/publish-rules.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { OBJECT_MAX_BYTES = 8 * 1024 * 1024, WORD_SIZE = 32 };

static void publication_done(Publication *p)
{
        publish_line_done(&p->writer);
        publish_zones_done(&p->zones);
        publish_parts_done(&p->parts);
        buffer_done(&p->classes);
        buffer_done(&p->left_out);
        buffer_done(&p->rule);
        buffer_done(&p->parent);
        exclusions_done(&p->exclusions);
        event_free(p->event);
}

static Visibility class_visibility(PublishAudience audience, const char *value)
{
        switch (event_class_of(value)) {
        case EVENT_PUBLIC:
                return VISIBLE;
        case EVENT_CONFIDENTIAL:
                return BUSY;
        case EVENT_PRIVATE:
                break;
        }
        return publish_is_visible(audience, EVENT_PRIVATE) ? VISIBLE : HIDDEN;
}

static void take_sequence(Publication *p, const char *value)
{
        long number = strtol(value, NULL, 10);
        if (number > p->sequence && number < INT32_MAX)
                p->sequence = (int)number;
}

/*
 * Records the instance that the override replaces. If the override turns out not to be hidden, end_event()
 * removes the record.
 */
static void take_recurrence_id(Publication *p, const ContentLine *line)
{
        const char *type = content_line_param(line, "VALUE"), *tzid = content_line_param(line, "TZID");
        p->is_override = true;
        if (p->first_pass)
                buffer_printf(&p->left_out, "%zu\n%s\n%s\n%s\n", p->begin_line, line->value,
                                type ? type : "", tzid ? tzid : "");
}

/* Records where the description is written, because the RELATED-TO of the parent may follow it. */
static void write_description(Publication *p, const ContentLine *line)
{
        size_t start = p->out->len;
        publish_line_write_text(&p->writer, line, true);
        if (p->description_len == 0) {
                p->description = start;
                p->description_len = p->out->len - start;
        }
}

/* Inserts the line about the parent event at the beginning of the description. */
static void write_parent(Publication *p)
{
        const char *uid = buffer_text(&p->parent), *line = NULL;
        if (p->visibility == VISIBLE && *uid && p->object->name_parent)
                line = p->object->name_parent(uid, p->object->userdata);
        if (line && p->description_len > 0)
                publish_line_begin_text(&p->writer, p->description, p->description_len, line);
        else if (line)
                content_write_text(p->out, "DESCRIPTION", line);
}

static bool is_parent(const ContentLine *line)
{
        const char *type = content_line_param(line, "RELTYPE");
        return !type || strcasecmp(type, "PARENT") == 0;
}

static void write_related(Publication *p, const ContentLine *line)
{
        const PublishObject *object = p->object;
        Buffer *uid = &p->writer.decoded;
        buffer_reset(uid);
        content_unescape(uid, line->value, line->value_len);
        if (is_parent(line) && p->parent.len == 0)
                buffer_puts(&p->parent, buffer_text(uid));
        if (!object->is_secret || !object->is_secret(buffer_text(uid), object->userdata))
                publish_line_write(&p->writer, line);
}

/* Whether a changed instance is cancelled because the series is. */
static bool is_cancelled_by_series(const Publication *p)
{
        return p->event && p->is_override && event_status(p->event) == EVENT_CANCELLED &&
               event_has_series(p->event);
}

/*
 * Writes a word in capitals, as most programs expect it, although RFC 5545, 2 has names and such values
 * case-insensitive.
 */
static int write_word(Publication *p, const ContentLine *line)
{
        char word[WORD_SIZE];
        size_t len = 0;
        for (; len < line->value_len && len + 1 < sizeof(word); len++)
                word[len] = (char)toupper((unsigned char)line->value[len]);
        word[len] = '\0';
        if (len < line->value_len || strcmp(word, line->value) == 0)
                publish_line_write(&p->writer, line);
        else
                publish_line_write_value(&p->writer, line, word);
        return 0;
}

/* Writes a stamp, which stays octet by octet unless some programs cannot read it. */
static int write_created(Publication *p, const ContentLine *line)
{
        When when;
        p->has_created = true;
        if (publish_line_is_odd_time(line) && when_parse(line->value, &when) == 0)
                publish_line_write_stamp(&p->writer, "CREATED", when_instant(&when, NULL));
        else
                publish_line_write(&p->writer, line);
        return 0;
}

static int write_status(Publication *p, const ContentLine *line)
{
        return is_cancelled_by_series(p) ? 0 : write_word(p, line);
}

/* The functions that write a line, by the action for its property; write_by_action() has the others. */
static int (*const writers[])(Publication *p, const ContentLine *line) = {
        [PUBLISH_WORD] = write_word,
        [PUBLISH_CLASS] = write_word,
        [PUBLISH_STATUS] = write_status,
        [PUBLISH_CREATED] = write_created,
        [PUBLISH_START] = publish_event_start,
        [PUBLISH_END] = publish_event_end,
        [PUBLISH_RECURRENCE_ID] = publish_recurrence_id,
        [PUBLISH_RDATE] = publish_rdates,
        [PUBLISH_EXDATE] = publish_exdates,
        [PUBLISH_RULE] = publish_recurrence_rule,
        [PUBLISH_EXRULE] = publish_exrule,
};

static int write_by_action(Publication *p, const ContentLine *line, PublishAction action)
{
        if (action < sizeof(writers) / sizeof(writers[0]) && writers[action])
                return writers[action](p, line);
        switch (action) {
        case PUBLISH_DESCRIPTION:
                return write_description(p, line), 0;
        case PUBLISH_PLAIN_TEXT:
        case PUBLISH_TEXT:
                return publish_line_write_text(&p->writer, line, action == PUBLISH_PLAIN_TEXT), 0;
        case PUBLISH_LINK:
                if (p->object->has_parts)
                        publish_line_write_uri(&p->writer, line);
                return 0;
        case PUBLISH_DATA:
                if (publish_line_is_text(line))
                        publish_line_write_text(&p->writer, line, false);
                else
                        publish_line_write_uri(&p->writer, line);
                return 0;
        case PUBLISH_URL:
        case PUBLISH_URI:
                p->has_url = p->has_url || action == PUBLISH_URL;
                publish_line_write_uri(&p->writer, line);
                return 0;
        case PUBLISH_CONTACT_ONLY:
                if (p->audience != PUBLISH_PUBLIC)
                        publish_line_write(&p->writer, line);
                return 0;
        case PUBLISH_RELATED:
                write_related(p, line);
                return 0;
        case PUBLISH_KEEP:
                publish_line_write(&p->writer, line);
                return 0;
        default: /* SEQUENCE is written at the end, others are not */
                return 0;
        }
}

static int write_property(Publication *p, const ContentLine *line)
{
        const PublishRule *rule = publish_rule(line->name);
        if (p->first_pass)
                publish_series_note(&p->series, line);
        if (rule->action == PUBLISH_CLASS)
                p->own_class = class_visibility(p->audience, line->value);
        if (rule->action == PUBLISH_SEQUENCE)
                take_sequence(p, line->value);
        if (rule->action == PUBLISH_RECURRENCE_ID)
                take_recurrence_id(p, line);
        if (p->visibility == HIDDEN || (p->visibility == BUSY && !rule->busy))
                return 0;
        return write_by_action(p, line, rule->action);
}

/*
 * Whether a component is published: not an override that a newer one replaces, and not one whose instance is
 * excluded, which some programs show nevertheless.
 */
static bool is_shown(Publication *p, size_t line)
{
        if (!event_find_component(p->event, line, &p->component))
                return false;
        const Component *component = &p->event->components[p->component];
        usec_t place = series_place(p->event, p->exclusions.zone, component);
        return !component->is_override || component->is_range ||
               !exclusions_have(&p->exclusions, &component->recurrence_id, place);
}

static void begin_event(Publication *p, size_t line)
{
        p->in_event = true;
        publish_parts_begin(&p->parts);
        p->start = p->out->len;
        p->begin_line = line;
        p->own_class = VISIBLE;
        p->is_override = p->has_created = p->has_url = false;
        p->is_unseen = p->event && !is_shown(p, line);
        p->left_out_before = p->left_out.len;
        p->description_len = 0;
        buffer_reset(&p->parent);
        p->sequence = p->object->sequence;
        p->visibility = VISIBLE;
        if (!p->first_pass) {
                Visibility own = (Visibility)p->classes.data[p->n_components];
                p->visibility = own > p->master ? own : p->master;
        }
        buffer_puts(p->out, "BEGIN:VEVENT\r\n");
}

static int end_event(Publication *p)
{
        p->in_event = false;
        p->n_components++;
        if (p->first_pass) {
                publish_series_note_end(&p->series, p->is_override);
                buffer_putc(&p->classes, (char)p->own_class);
                p->has_hidden = p->has_hidden || p->own_class != VISIBLE;
                if (!p->is_override && p->own_class > p->master)
                        p->master = p->own_class;
                if (p->own_class != HIDDEN)
                        buffer_remove(&p->left_out, p->left_out_before,
                                        p->left_out.len - p->left_out_before);
        }
        if (p->visibility == HIDDEN || p->is_unseen) {
                buffer_remove(p->out, p->start, p->out->len - p->start);
                return 0;
        }
        if (!p->first_pass && !p->is_override) {
                int r = publish_left_out(p);
                if (r < 0)
                        return r;
        }
        write_parent(p);
        if (is_cancelled_by_series(p))
                buffer_puts(p->out, "STATUS:CANCELLED\r\n");
        publish_line_write_stamp(&p->writer, "DTSTAMP", p->object->changed);
        publish_line_write_stamp(&p->writer, "LAST-MODIFIED", p->object->changed);
        if (p->visibility == BUSY)
                content_write_text(p->out, "SUMMARY", p->object->busy);
        else if (!p->has_created && p->object->created > 0)
                publish_line_write_stamp(&p->writer, "CREATED", p->object->created);
        if (p->visibility == VISIBLE && !p->has_url && p->object->url)
                content_write(p->out, "URL", p->object->url);
        char number[32];
        snprintf(number, sizeof(number), "SEQUENCE:%d\r\n", p->sequence);
        buffer_puts(p->out, number);
        if (p->visibility == VISIBLE)
                buffer_append(p->out, buffer_text(&p->parts.text), p->parts.text.len);
        buffer_puts(p->out, "END:VEVENT\r\n");
        p->n_written++;
        return 0;
}

static int take_line(Publication *p, ContentReader *reader, const ContentLine *line)
{
        bool begin = strcmp(line->name, "BEGIN") == 0, end = !begin && strcmp(line->name, "END") == 0;
        if (p->in_event && p->object->has_parts && line->depth >= 2)
                publish_parts_take(&p->parts, &p->writer, line);
        if (p->in_event && line->depth == 2 && !begin && !end)
                return write_property(p, line);
        if (line->depth != 1)
                return 0;
        if (begin && strcmp(line->value, "VEVENT") == 0)
                begin_event(p, line->number);
        else if (begin && p->first_pass && strcmp(line->value, "VTIMEZONE") == 0)
                return publish_zones_read(&p->zones, reader, line);
        else if (end && p->in_event)
                return end_event(p);
        return 0;
}

static int pass(Publication *p)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(p->object->text, p->object->len, &CONTENT_LIMITS_OBJECT);
        ContentLine line;
        if (!reader)
                return -ENOMEM;
        p->n_components = p->n_written = p->n_rules = p->n_exrules = p->n_exdates = p->n_rdates =
                        p->n_excluded = 0;
        for (;;) {
                int r = content_reader_next(reader, &line, NULL);
                if (r == 0)
                        r = take_line(p, reader, &line);
                if (r == CONTENT_END)
                        return buffer_error(p->out);
                if (r != 0)
                        return r == CONTENT_E_INVALID ? -EBADMSG : r;
        }
}

static int publish(Publication *p)
{
        size_t start = p->out->len;
        p->first_pass = true;
        int r = pass(p);
        bool odd = r == 0 && publish_series_is_odd(&p->series);
        if (odd)
                r = event_parse(p->object->zones, p->object->text, p->object->len, &p->event, NULL);
        if (r > 0)
                return -EBADMSG;
        if (r == 0 && odd)
                r = exclusions_init(&p->exclusions, p->event, event_zone(p->event, p->object->zone));
        if (r == 0 && (odd || p->has_hidden || (p->has_unknown_zone && p->zones.n_own > 0))) {
                if (buffer_error(&p->classes) || buffer_error(&p->left_out))
                        return -ENOMEM;
                buffer_remove(p->out, start, p->out->len - start);
                p->first_pass = false;
                publish_zones_forget_use(&p->zones);
                r = pass(p);
        }
        if (r == 0)
                r = buffer_error(&p->writer.line);
        if (r == 0)
                r = buffer_error(&p->parent) ? buffer_error(&p->parent) : buffer_error(&p->zones.used);
        if (r == 0)
                r = buffer_error(&p->parts.text) ? buffer_error(&p->parts.text)
                                                 : buffer_error(&p->parts.type);
        return r == 0 && p->n_written == 0 ? PUBLISH_HIDDEN : r;
}

int publish_components(const PublishObject *object, PublishAudience audience, Buffer *out,
                void (*on_zone)(const char *tzid, const char *vtimezone, void *userdata), void *userdata)
{
        assert(object->zones && object->busy);
        size_t start = out->len;
        CLEANUP(publication_done)
        Publication p = {
                .object = object,
                .audience = audience,
                .out = out,
                .classes = BUFFER_INIT(OBJECT_MAX_BYTES),
                .left_out = BUFFER_INIT(OBJECT_MAX_BYTES),
                .rule = BUFFER_INIT(OBJECT_MAX_BYTES),
                .parent = BUFFER_INIT(OBJECT_MAX_BYTES),
        };
        publish_line_init(&p.writer, audience == PUBLISH_PUBLIC, out);
        publish_zones_init(&p.zones, object->zones);
        publish_parts_init(&p.parts);
        int r = buffer_error(out) ? buffer_error(out) : publish(&p);
        if (r == 0)
                publish_zones_report(&p.zones, on_zone, userdata);
        else
                buffer_remove(out, start, out->len - start);
        return r;
}
