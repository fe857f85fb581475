#include "schedule/delegate.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

const char *delegate_of(const ItipLine *participant)
{
        const char *address = participant ? itip_param(participant, "DELEGATED-TO") : "";
        bool is_one = address[0] && !strpbrk(address, ",\"");
        return is_one && strcasecmp(itip_param(participant, "PARTSTAT"), "DELEGATED") == 0 ? address : NULL;
}

ItipLine *delegate_line(const ItipComponent *component, const char *address)
{
        ItipLine *line = itip_line(component, "ATTENDEE", NULL);
        while (line && strcasecmp(line->content.value, address) != 0)
                line = itip_line(component, "ATTENDEE", line);
        return line;
}

/* The new line begins as that of the participant, so that both have the same ROLE. */
static int make_line(Arena *arena, const ItipLine *participant, const char *address, ItipLine *ret)
{
        static const char *const removed[] = { "CN", "EMAIL", "MEMBER", "SENT-BY", "DELEGATED-TO",
                "SCHEDULE-AGENT", "SCHEDULE-STATUS", "SCHEDULE-FORCE-SEND" };
        *ret = *participant;
        int r = itip_set_value(arena, ret, address);
        for (size_t i = 0; r == 0 && i < sizeof(removed) / sizeof(removed[0]); i++)
                r = itip_set_param(arena, ret, removed[i], NULL);
        if (r == 0)
                r = itip_set_param(arena, ret, "PARTSTAT", "NEEDS-ACTION");
        if (r == 0)
                r = itip_set_param(arena, ret, "RSVP", "TRUE");
        if (r == 0)
                r = itip_set_param(arena, ret, "DELEGATED-FROM", participant->content.value);
        ret->user = arena_copy(arena, address, strlen(address));
        return r == 0 && !ret->user ? -ENOMEM : r;
}

bool delegate_is_of(const ItipLine *line, const char *address)
{
        return strcasecmp(itip_param(line, "DELEGATED-FROM"), address) == 0;
}

/* Whether a line stays although it is that of a delegate. */
static bool is_kept(const ItipComponent *component, const ItipLine *line, const char *user, const char *kept)
{
        const ItipLine *organizer = itip_line(component, "ORGANIZER", NULL);
        return strcasecmp(line->content.value, kept) == 0 || strcmp(line->user, user) == 0 ||
               (organizer && strcmp(line->user, organizer->user) == 0);
}

/* Removes the delegates of an address and their delegates. @user, @kept: participants who stay */
static void remove_delegates(ItipComponent *component, const char *from, const char *user, const char *kept,
                bool *ret_removed)
{
        ItipLine *line = itip_line(component, "ATTENDEE", NULL);
        while (line) {
                const char *address = line->content.value;
                bool is_former = delegate_is_of(line, from) && !is_kept(component, line, user, kept);
                if (is_former) {
                        *ret_removed = true;
                        itip_remove(component, line);
                        remove_delegates(component, address, user, kept, ret_removed);
                        line = NULL;
                }
                line = itip_line(component, "ATTENDEE", line);
        }
}

int delegate_ensure(Arena *arena, ItipComponent *component, const char *user, bool *ret_removed)
{
        const ItipLine *participant = itip_attendee(component, user);
        const char *address = delegate_of(participant);
        ItipLine line;
        if (!address)
                return 0;
        remove_delegates(component, participant->content.value, user, address, ret_removed);
        if (delegate_line(component, address))
                return 0;
        if (itip_count_attendees(component) >= ITIP_ATTENDEES_MAX)
                return ITIP_E_MANY;
        int r = make_line(arena, itip_attendee(component, user), address, &line);
        return r != 0 ? r : itip_add(arena, component, &line);
}
