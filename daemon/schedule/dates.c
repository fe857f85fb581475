#include "schedule/dates.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INSTANCE_SIZE = 32 };

static int by_text(const void *a, const void *b)
{
        return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t count_values(const char *value)
{
        size_t n = 1;
        while ((value = strchr(value, ','))) {
                value++;
                n++;
        }
        return n;
}

static int add_values(Arena *arena, const ItipObject *object, const ContentLine *line, ItipDates *dates)
{
        const char *value = line->value;
        while (*value) {
                char one[INSTANCE_SIZE], instance[INSTANCE_SIZE];
                size_t len = strcspn(value, ",");
                snprintf(one, sizeof(one), "%.*s", (int)(len < sizeof(one) ? len : sizeof(one) - 1), value);
                itip_instance(object, line, one, instance);
                const char *kept = arena_copy(arena, instance, strlen(instance));
                if (!kept)
                        return -ENOMEM;
                dates->instances[dates->n++] = kept;
                value += len + (value[len] == ',');
        }
        return 0;
}

int dates_read(Arena *arena, const ItipObject *object, const ItipComponent *component, ItipDates *ret)
{
        size_t n = 0;
        int r = 0;
        const ItipLine *line = component ? itip_line(component, "EXDATE", NULL) : NULL;
        *ret = (ItipDates){ .n = 0 };
        for (const ItipLine *each = line; each; each = itip_line(component, "EXDATE", each))
                n += count_values(each->content.value);
        ret->instances = arena_allocate(arena, (n + 1) * sizeof(*ret->instances));
        if (!ret->instances)
                return -ENOMEM;
        for (; r == 0 && line; line = itip_line(component, "EXDATE", line))
                r = add_values(arena, object, &line->content, ret);
        qsort(ret->instances, ret->n, sizeof(*ret->instances), by_text);
        return r;
}

bool dates_have(const ItipDates *dates, const char *instance)
{
        return bsearch(&instance, dates->instances, dates->n, sizeof(*dates->instances), by_text);
}
