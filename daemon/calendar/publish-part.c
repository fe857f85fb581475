#include "calendar/publish-part.h"

#include "base/hash.h"
#include "calendar/part.h"
#include "calendar/participant-internal.h"

#include <errno.h>
#include <string.h>

enum { PARTS_MAX_BYTES = 8 * 1024 * 1024, UID_LEN = 32 };

typedef enum PartAction {
        PART_KEEP,
        PART_TEXT,
        PART_URI,
        PART_ADDRESS,
        PART_UID,
        PART_OMIT,
        PART_OTHER
} PartAction;

static const struct PartRule {
        const char *name;
        PartAction action;
} RULES[] = {
        { "CALENDAR-ADDRESS", PART_ADDRESS },
        { "CREATED", PART_OMIT },
        { "DESCRIPTION", PART_TEXT },
        { "DTSTAMP", PART_OMIT },
        { "GEO", PART_KEEP },
        { "LAST-MODIFIED", PART_OMIT },
        { "LOCATION-TYPE", PART_KEEP },
        { "NAME", PART_TEXT },
        { "PARTICIPANT-TYPE", PART_KEEP },
        { "SEQUENCE", PART_OMIT },
        { "SUMMARY", PART_TEXT },
        { "UID", PART_UID },
        { "URL", PART_URI },
        { "X-CONVENED-ORG", PART_TEXT },
};

void publish_parts_init(PublishParts *parts)
{
        *parts = (PublishParts){
                .text = BUFFER_INIT(PARTS_MAX_BYTES),
                .event = BUFFER_INIT(PARTS_MAX_BYTES),
                .type = BUFFER_INIT(PARTS_MAX_BYTES),
        };
}

void publish_parts_done(PublishParts *parts)
{
        buffer_done(&parts->text);
        buffer_done(&parts->event);
        buffer_done(&parts->type);
}

void publish_parts_begin(PublishParts *parts)
{
        buffer_reset(&parts->text);
        buffer_reset(&parts->event);
        parts->is_open = false;
}

static PartAction action_of(const char *name)
{
        for (size_t i = 0; i < sizeof(RULES) / sizeof(*RULES); i++)
                if (strcmp(RULES[i].name, name) == 0)
                        return RULES[i].action;
        return PART_OTHER;
}

static void begin_part(PublishParts *parts, const char *name)
{
        parts->is_open = true;
        parts->has_type = parts->has_address = false;
        parts->start = parts->text.len;
        buffer_reset(&parts->type);
        buffer_printf(&parts->text, "BEGIN:%s\r\n", name);
}

/* Writes a UID that tells no more than the published lines. */
static void write_uid(PublishParts *parts)
{
        char hex[HASH_HEX_SIZE];
        Hash *hash = hash_new();
        if (!hash) {
                parts->text.error = -ENOMEM;
                return;
        }
        hash_field(hash, buffer_text(&parts->event));
        hash_update(hash, parts->text.data + parts->start, parts->text.len - parts->start);
        hash_finish(hash, hex);
        hash_free(hash);
        buffer_printf(&parts->text, "UID:%.*s\r\n", UID_LEN, hex);
}

static void end_part(PublishParts *parts, bool is_public, const char *name)
{
        const char *type = parts->has_type ? buffer_text(&parts->type) : NULL;
        parts->is_open = false;
        if (is_public && participant_is_invited(type, parts->has_address)) {
                buffer_remove(&parts->text, parts->start, parts->text.len - parts->start);
                return;
        }
        if (is_public)
                write_uid(parts);
        buffer_printf(&parts->text, "END:%s\r\n", name);
}

static void write_line(LineWriter *writer, const ContentLine *line)
{
        PartAction action = action_of(line->name);
        bool is_for_contacts = action == PART_UID || action == PART_ADDRESS || action == PART_OTHER;
        if (action == PART_OMIT || (writer->is_public && is_for_contacts))
                return;
        if (action == PART_TEXT)
                publish_line_write_text(writer, line, true);
        else if (action == PART_URI)
                publish_line_write_uri(writer, line);
        else
                publish_line_write(writer, line);
}

static void take_property(PublishParts *parts, LineWriter *writer, const ContentLine *line)
{
        Buffer *out = writer->out;
        if (strcmp(line->name, "PARTICIPANT-TYPE") == 0) {
                parts->has_type = true;
                buffer_reset(&parts->type);
                buffer_puts(&parts->type, line->value);
        }
        parts->has_address = parts->has_address || strcmp(line->name, "CALENDAR-ADDRESS") == 0;
        writer->out = &parts->text;
        write_line(writer, line);
        writer->out = out;
}

void publish_parts_take(PublishParts *parts, LineWriter *writer, const ContentLine *line)
{
        bool begin = strcmp(line->name, "BEGIN") == 0, end = !begin && strcmp(line->name, "END") == 0;
        if (line->depth == 2 && !begin && !end && strcmp(line->name, "UID") == 0)
                buffer_puts(&parts->event, line->value);
        if (line->depth == 2 && begin && part_is_read(line->value))
                begin_part(parts, line->value);
        else if (line->depth == 2 && end && parts->is_open)
                end_part(parts, writer->is_public, line->value);
        else if (line->depth == 3 && !begin && !end && parts->is_open)
                take_property(parts, writer, line);
}
