#include "calendar/edit-part.h"

#include "base/hash.h"
#include "calendar/event-data.h"
#include "calendar/participant.h"

#include <string.h>
#include <strings.h>

enum { PLACE_BYTES = 256 * 1024, UID_LEN = 32 };

bool edit_part_is(const EditProperty *property)
{
        return strcmp(property->name, "PARTICIPANT") == 0 || strcmp(property->name, "VLOCATION") == 0;
}

void edit_part_write(const EditProperty *property, Buffer *out)
{
        buffer_printf(out, "BEGIN:%s\r\n%sEND:%s\r\n", property->name, property->value, property->name);
}

int edit_part_place(const EditProperty *location, const char *geo, Buffer *out)
{
        char uid[HASH_HEX_SIZE];
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(PLACE_BYTES);
        hash_hex(location->value, strlen(location->value), uid);
        uid[UID_LEN] = '\0';
        buffer_printf(&name, "NAME%s", location->params ? location->params : "");
        content_write(out, "UID", uid);
        if (location->text)
                content_write_text(out, buffer_text(&name), location->value);
        else
                content_write(out, buffer_text(&name), location->value);
        if (geo)
                content_write(out, "GEO", geo);
        return buffer_error(out);
}

static const Participant *participant_at(const Event *event, size_t line)
{
        for (ParticipantGroup group = 0; group <= PARTICIPANT_INVITED; group++) {
                const Participant *participant = NULL;
                while ((participant = event_participant_next(event, group, participant)))
                        if (participant->line == line)
                                return participant;
        }
        return NULL;
}

/* Whether the first parameter of the property is the manner of a participant. */
static bool has_manner(const Participant *participant, const EditProperty *property)
{
        static const char param[] = ";X-MANNER=";
        return participant->manner && property->params &&
               strncmp(property->params, param, strlen(param)) == 0 &&
               strcasecmp(property->params + strlen(param), participant->manner) == 0;
}

static bool is_old_place(const Event *event, size_t line)
{
        const Component *master = &event->components[0];
        const ContentLine *location = line_list_find(&master->lines, "LOCATION", 0);
        for (const ComponentPart *part = master->parts; part; part = part->next) {
                const ContentLine *name = line_list_find(&part->lines, "NAME", 0);
                if (part->line == line && strcmp(part->name, "VLOCATION") == 0)
                        return location && name && strcmp(location->value, name->value) == 0;
        }
        return false;
}

bool edit_part_is_replaced(const Event *event, const EditProperty *properties, size_t line)
{
        const Participant *participant = participant_at(event, line);
        for (; properties->name; properties++) {
                bool is_beside = properties->scope == EDIT_BESIDE;
                if (participant && !is_beside && strcmp(properties->name, "PARTICIPANT") == 0 &&
                                has_manner(participant, properties))
                        return true;
                if (!is_beside && strcmp(properties->name, "LOCATION") == 0 && is_old_place(event, line))
                        return true;
        }
        return false;
}
