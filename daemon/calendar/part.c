#include "calendar/part.h"

#include "calendar/event-data.h"

#include <string.h>

bool part_is_read(const char *name)
{
        return strcmp(name, "PARTICIPANT") == 0 || strcmp(name, "VLOCATION") == 0;
}

static int add_as(Event *event, Component *component, const ContentLine *line, const char *name)
{
        ContentLine renamed = *line;
        renamed.name = name;
        return line_list_add(&component->lines, &event->arena, &renamed);
}

static int read_place(Event *event, Component *component)
{
        const ContentLine *name = NULL, *geo = NULL;
        for (const ComponentPart *part = component->parts; !name && part; part = part->next) {
                if (strcmp(part->name, "VLOCATION") != 0)
                        continue;
                name = line_list_find(&part->lines, "NAME", 0);
                geo = line_list_find(&part->lines, "GEO", 0);
        }
        if (!name || line_list_find(&component->lines, "LOCATION", 0) ||
                        line_list_find(&component->lines, "X-CONVENED-LOCATION", 0))
                return 0;
        int r = add_as(event, component, name, "LOCATION");
        return r == 0 && geo && !line_list_find(&component->lines, "GEO", 0)
                               ? add_as(event, component, geo, "GEO")
                               : r;
}

int places_read(Event *event)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < event->n_components; i++)
                r = read_place(event, &event->components[i]);
        return r;
}
