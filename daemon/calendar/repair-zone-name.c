#include "calendar/repair-zone-name.h"

#include "calendar/zone-display.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define BLANKS " \t"

enum { DATE_DIGITS = 8 };

static bool is_utc_name(const char *tzid)
{
        return strcasecmp(tzid, "Z") == 0 || strcasecmp(tzid, "tzone://Microsoft/Utc") == 0 ||
               strcasecmp(tzid, "Microsoft/Utc") == 0;
}

/* Writes a name as the table does: each word with a capital, underscores between them. */
static bool write_in_table_case(const char *tzid, char ret[static REPAIR_ZONE_NAME_SIZE])
{
        tzid += strspn(tzid, BLANKS);
        size_t len = strlen(tzid);
        while (len > 0 && strchr(BLANKS, tzid[len - 1]))
                len--;
        if (len >= REPAIR_ZONE_NAME_SIZE)
                return false;
        for (size_t i = 0; i < len; i++) {
                bool first = i == 0 || strchr("/_- ", tzid[i - 1]);
                bool letter = (tzid[i] >= 'A' && tzid[i] <= 'Z') || (tzid[i] >= 'a' && tzid[i] <= 'z');
                ret[i] = tzid[i] == ' ' ? '_'
                         : !letter      ? tzid[i]
                         : first        ? (char)(tzid[i] & ~0x20)
                                        : (char)(tzid[i] | 0x20);
        }
        ret[len] = '\0';
        return true;
}

static bool take_name(const char *name, char ret[static REPAIR_ZONE_NAME_SIZE])
{
        if (!name || strlen(name) >= REPAIR_ZONE_NAME_SIZE)
                return false;
        strcpy(ret, name);
        return true;
}

bool repair_zone_name(ZoneTable *zones, const char *tzid, char ret[static REPAIR_ZONE_NAME_SIZE])
{
        const Zone *zone;
        if (is_utc_name(tzid))
                return take_name("UTC", ret);
        if (take_name(zone_of_display_name(tzid), ret))
                return true;
        const char *bare = zone_skip_offset(tzid);
        if (bare != tzid && zone_table_get(zones, bare, &zone) == 0)
                return take_name(zone_name(zone), ret);
        for (const char *at = tzid; (at = strchr(at, '/')); at++)
                if (strlen(at + 1) < REPAIR_ZONE_NAME_SIZE && zone_table_get(zones, at + 1, &zone) == 0)
                        return take_name(at + 1, ret);
        if (write_in_table_case(tzid, ret) && zone_table_get(zones, ret, &zone) == 0)
                return true;
        return take_name(zone_of_stated_offset(tzid), ret);
}

/* Whether a text begins with a date, so that it may be the value of DTSTART, RDATE or EXDATE. */
static bool is_date(const char *value)
{
        return strspn(value, "0123456789") == DATE_DIGITS &&
               (!value[DATE_DIGITS] || strchr("Tt,/", value[DATE_DIGITS]));
}

const char *repair_join_zone(const ContentLine *line, char ret[static REPAIR_JOINED_SIZE])
{
        const char *tzid = content_line_param(line, "TZID"), *colon = strrchr(line->value, ':');
        if (!tzid || !colon || !is_date(colon + 1))
                return NULL;
        int len = snprintf(
                        ret, REPAIR_JOINED_SIZE, "%s:%.*s", tzid, (int)(colon - line->value), line->value);
        return len >= 0 && len < REPAIR_JOINED_SIZE ? colon + 1 : NULL;
}
