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

int delegate_ensure(Arena *arena, ItipComponent *component, const ItipLine *participant)
{
        const char *address = delegate_of(participant);
        ItipLine line;
        if (!address || delegate_line(component, address))
                return 0;
        int r = make_line(arena, participant, address, &line);
        return r != 0 ? r : itip_add(arena, component, &line);
}
