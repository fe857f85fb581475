#include "calendar/repair-zone-name.h"

#include "calendar/zone-display.h"

#include <string.h>
#include <strings.h>

#define BLANKS " \t"

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

bool repair_zone_name(ZoneTable *zones, const char *tzid, char ret[static REPAIR_ZONE_NAME_SIZE])
{
        const Zone *zone;
        if (is_utc_name(tzid)) {
                strcpy(ret, "UTC");
                return true;
        }
        const char *shown = zone_of_display_name(tzid);
        if (shown) {
                strcpy(ret, shown);
                return true;
        }
        for (const char *at = tzid; (at = strchr(at, '/')); at++)
                if (strlen(at + 1) < REPAIR_ZONE_NAME_SIZE && zone_table_get(zones, at + 1, &zone) == 0) {
                        strcpy(ret, at + 1);
                        return true;
                }
        return write_in_table_case(tzid, ret) && zone_table_get(zones, ret, &zone) == 0;
}
