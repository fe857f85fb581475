#include "calendar/participant.h"

#include "base/hash.h"
#include "calendar/event-data.h"
#include "calendar/participant-internal.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

enum { TEXT_BYTES = 256 * 1024 };

typedef struct Form {
        const char *manner;
        const char *type;  /* the PARTICIPANT-TYPE */
        const char *param; /* of the type */
} Form;

/* A type without X-MANNER is read as the first row with this type. */
static const Form FORMS[] = {
        { PARTICIPANT_MANNER_SPEAKER, "SPEAKER", "" },
        { "GREETED", "SPEAKER", ";X-MANNER=GREETED" },
        { "READ-GREETING", "SPEAKER", ";X-MANNER=READ-GREETING" },
        { "ATTENDED", "ACTIVE", "" },
        { "HELD-MEETINGS", "ACTIVE", ";X-MANNER=HELD-MEETINGS" },
        { "MET", "ACTIVE", ";X-MANNER=MET" },
        { "SIGNED", "ACTIVE", ";X-MANNER=SIGNED" },
        { PARTICIPANT_MANNER_BODY, "ACTIVE", ";CUTYPE=GROUP" },
        { "ATTENDED", "INACTIVE", "" },
        { "CONTACT", "CONTACT", "" },
        { PARTICIPANT_MANNER_ORGANISER, "PLANNER-CONTACT", "" },
        { "SPONSOR", "SPONSOR", "" },
        { "PERFORMER", "PERFORMER", "" },
        { "BOOKING-CONTACT", "BOOKING-CONTACT", "" },
        { "EMERGENCY-CONTACT", "EMERGENCY-CONTACT", "" },
        { "PUBLICITY-CONTACT", "PUBLICITY-CONTACT", "" },
};

/* The properties of this program, and the group of those that they name. */
static const struct OwnProperty {
        const char *name;
        const char *manner; /* NULL: X-MANNER */
        ParticipantGroup group;
} OWN_PROPERTIES[] = {
        { "X-CONVENED-ORGANIZER", PARTICIPANT_MANNER_ORGANISER, PARTICIPANT_ORGANISERS },
        { "X-CONVENED-PERSON", NULL, PARTICIPANT_PEOPLE },
        { "X-CONVENED-PARTICIPANT", PARTICIPANT_MANNER_BODY, PARTICIPANT_BODIES },
};

static const Form *form_of_type(const char *type)
{
        for (size_t i = 0; i < sizeof(FORMS) / sizeof(*FORMS); i++)
                if (strcasecmp(FORMS[i].type, type) == 0)
                        return &FORMS[i];
        return NULL;
}

static int add(Event *event, const Participant *participant)
{
        ParticipantItem *item = arena_allocate(&event->arena, sizeof(*item));
        if (!item)
                return -ENOMEM;
        item->participant = *participant;
        if (event->last_participant)
                event->last_participant->next = item;
        else
                event->participants = item;
        event->last_participant = item;
        return 0;
}

bool participant_read_line(const ContentLine *line, Participant *ret)
{
        for (size_t i = 0; i < sizeof(OWN_PROPERTIES) / sizeof(*OWN_PROPERTIES); i++) {
                const struct OwnProperty *own = &OWN_PROPERTIES[i];
                if (strcmp(line->name, own->name) != 0)
                        continue;
                *ret = (Participant){
                        .group = own->group,
                        .manner = own->manner ? own->manner : content_line_param(line, "X-MANNER"),
                        .name = line,
                        .role = content_line_param(line, "X-ROLE"),
                        .organisation = content_line_param(line, "X-ORG"),
                        .line = line->number,
                };
                return true;
        }
        return false;
}

static int read_text(Event *event, const ComponentPart *part, const char *name, const char **ret)
{
        const ContentLine *line = line_list_find(&part->lines, name, 0);
        if (line)
                *ret = event_unescape(event, line->value, line->value_len);
        return line && !*ret ? -ENOMEM : 0;
}

static bool is_group(const ContentLine *line)
{
        const char *type = line ? content_line_param(line, "CUTYPE") : NULL;
        return type && strcasecmp(type, "GROUP") == 0;
}

static ParticipantGroup group_of(
                const Participant *participant, const ContentLine *type, const ContentLine *address)
{
        if (participant_is_invited(type ? type->value : NULL, address))
                return PARTICIPANT_INVITED;
        if (participant->manner && strcmp(participant->manner, PARTICIPANT_MANNER_ORGANISER) == 0)
                return PARTICIPANT_ORGANISERS;
        return is_group(type) || is_group(address) ? PARTICIPANT_BODIES : PARTICIPANT_PEOPLE;
}

static const char *manner_of(const ContentLine *type)
{
        const char *manner = type ? content_line_param(type, "X-MANNER") : NULL;
        const Form *form = type && !manner ? form_of_type(type->value) : NULL;
        if (form && is_group(type) && strcmp(form->manner, "ATTENDED") == 0)
                return PARTICIPANT_MANNER_BODY;
        return manner ? manner : form ? form->manner : NULL;
}

static int read_component(Event *event, const ComponentPart *part)
{
        const ContentLine *type = line_list_find(&part->lines, "PARTICIPANT-TYPE", 0),
                          *address = line_list_find(&part->lines, "CALENDAR-ADDRESS", 0);
        Participant participant = {
                .manner = manner_of(type),
                .name = line_list_find(&part->lines, "SUMMARY", 0),
                .address = address ? address->value : NULL,
                .line = part->line,
        };
        participant.group = group_of(&participant, type, address);
        if (!participant.name || participant.name->value_len == 0)
                return 0;
        int r = read_text(event, part, "DESCRIPTION", &participant.role);
        if (r == 0)
                r = read_text(event, part, "X-CONVENED-ORG", &participant.organisation);
        if (r == 0)
                r = read_text(event, part, "CONTACT", &participant.contact);
        return r == 0 ? add(event, &participant) : r;
}

int participants_read(Event *event)
{
        const Component *master = &event->components[0];
        Participant own;
        int r = 0;
        for (size_t i = 0; r == 0 && master->has_own_properties && i < master->lines.n; i++)
                if (participant_read_line(&master->lines.items[i], &own))
                        r = add(event, &own);
        for (const ComponentPart *part = master->parts; r == 0 && part; part = part->next)
                if (strcmp(part->name, "PARTICIPANT") == 0)
                        r = read_component(event, part);
        return r;
}

bool participant_is_invited(const char *type, bool has_address)
{
        return has_address &&
               (!type || strcasecmp(type, "ACTIVE") == 0 || strcasecmp(type, "INACTIVE") == 0);
}

const Participant *event_participant_next(
                const Event *event, ParticipantGroup group, const Participant *previous)
{
        /* A participant is the first member of its item. */
        const ParticipantItem *item =
                        previous ? ((const ParticipantItem *)previous)->next : event->participants;
        while (item && item->participant.group != group)
                item = item->next;
        return item ? &item->participant : NULL;
}

int participant_write(const ParticipantText *participant, Buffer *out)
{
        const Form *form = NULL;
        char uid[TOKEN_SIZE];
        CLEANUP(buffer_done) Buffer type = BUFFER_INIT(TEXT_BYTES);
        for (size_t i = 0; !form && i < sizeof(FORMS) / sizeof(*FORMS); i++)
                if (strcasecmp(FORMS[i].manner, participant->manner) == 0)
                        form = &FORMS[i];
        int r = form ? token_make(uid) : -EINVAL;
        if (r < 0)
                return r;
        buffer_printf(&type, "PARTICIPANT-TYPE%s", form->param);
        content_write(out, "UID", uid);
        content_write(out, buffer_text(&type), form->type);
        content_write_text(out, "SUMMARY", participant->name);
        if (participant->role && *participant->role)
                content_write_text(out, "DESCRIPTION", participant->role);
        if (participant->organisation && *participant->organisation)
                content_write_text(out, "X-CONVENED-ORG", participant->organisation);
        return buffer_error(out);
}
