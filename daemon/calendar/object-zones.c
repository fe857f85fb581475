#include "calendar/object-zones.h"

#include "base/contentline.h"

#include <errno.h>
#include <search.h>
#include <string.h>

/* The names of the VTIMEZONEs of an object, without escapes. */
typedef struct OwnNames {
        void *tree; /* of tsearch(3); owns the strings */
} OwnNames;

static int by_name(const void *a, const void *b)
{
        return strcmp(a, b);
}

static void names_done(OwnNames *names)
{
        tdestroy(names->tree, free);
}

static int add_name(OwnNames *names, const char *tzid)
{
        CLEANUP(cleanup_free) char *name = strdup(tzid);
        if (!name)
                return -ENOMEM;
        zone_plain_name(name);
        void **node = tsearch(name, &names->tree, by_name);
        if (!node)
                return -ENOMEM;
        if (*node == name)
                (void)TAKE_PTR(name);
        return 0;
}

static int has_name(const OwnNames *names, const char *tzid, bool *ret)
{
        CLEANUP(cleanup_free) char *name = strdup(tzid);
        if (!name)
                return -ENOMEM;
        zone_plain_name(name);
        *ret = tfind(name, &names->tree, by_name) != NULL;
        return 0;
}

static int check_line(ZoneTable *zones, OwnNames *names, const ContentLine *line, InputError *error)
{
        const char *tzid = content_line_param(line, "TZID");
        const Zone *zone;
        bool is_own = false;
        int r = tzid ? has_name(names, tzid, &is_own) : 0;
        if (r < 0 || !tzid || is_own)
                return r;
        r = zone_table_get(zones, tzid, &zone);
        if (r <= 0)
                return r;
        input_error_set(error, line->number, line->name,
                        "TZID '%.80s' is no time zone, and the object has no VTIMEZONE for it", tzid);
        return OBJECT_ZONES_E_UNKNOWN;
}

/* The names are collected first, because a VTIMEZONE may stand behind what uses it. */
static int take_line(ZoneTable *zones, OwnNames *names, const ContentLine *line, InputError *error)
{
        return zones                                                 ? check_line(zones, names, line, error)
               : line->depth == 2 && strcmp(line->name, "TZID") == 0 ? add_name(names, line->value)
                                                                     : 0;
}

/* @zones: NULL to collect the names */
static int walk(ZoneTable *zones, OwnNames *names, const char *text, size_t len, InputError *error)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(text, len, &CONTENT_LIMITS_OBJECT);
        ContentLine line;
        int r = reader ? 0 : -ENOMEM;
        while (r == 0) {
                r = content_reader_next(reader, &line, &(InputError){ 0 });
                if (r == 0)
                        r = take_line(zones, names, &line, error);
        }
        return r == CONTENT_END || r == CONTENT_E_INVALID ? 0 : r;
}

int object_zones_check(ZoneTable *zones, const char *text, size_t len, InputError *ret_error)
{
        CLEANUP(names_done) OwnNames names = { NULL };
        int r = walk(NULL, &names, text, len, ret_error);
        return r != 0 ? r : walk(zones, &names, text, len, ret_error);
}
