#include "schedule/message.h"

#include "base/time.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static int strip_line(Arena *arena, ItipLine *line)
{
        static const char *const names[] = { "SCHEDULE-AGENT", "SCHEDULE-STATUS", "SCHEDULE-FORCE-SEND" };
        int r = 0;
        for (size_t i = 0; r == 0 && line->user && i < sizeof(names) / sizeof(names[0]); i++)
                r = itip_set_param(arena, line, names[i], NULL);
        return r;
}

static bool is_private(const char *name)
{
        return strncmp(name, "X-MOZ-", 6) == 0 || strcmp(name, "REQUEST-STATUS") == 0;
}

int message_strip(Arena *arena, ItipComponent *component, usec_t now)
{
        char stamp[32];
        size_t n = 0;
        component->inner = "";
        component->inner_len = 0;
        for (size_t i = 0; i < component->n_lines; i++)
                if (!is_private(component->lines[i].content.name))
                        component->lines[n++] = component->lines[i];
        component->n_lines = n;
        for (size_t i = 0; i < n; i++) {
                int r = strip_line(arena, &component->lines[i]);
                if (r != 0)
                        return r;
        }
        const When when = when_of_instant(NULL, now);
        snprintf(stamp, sizeof(stamp), "DTSTAMP:");
        when_format(&when, stamp + strlen(stamp));
        return itip_set(arena, component, "DTSTAMP", stamp);
}

bool message_is_for_server(const ItipLine *line)
{
        const char *agent = itip_param(line, "SCHEDULE-AGENT");
        return !agent[0] || strcasecmp(agent, "SERVER") == 0;
}

void message_print(const ScheduleMessage *message, Buffer *out)
{
        itip_print(message->source, message->components, message->method, out);
}
