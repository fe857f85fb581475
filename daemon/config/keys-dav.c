/* The keys of CalDAV and CardDAV. */

#include "config/config.h"
#include "config/keys.h"

#define FIELD(field) .offset = offsetof(Config, field)

static const Key dav_keys[] = {
        {
                        .path = "dav.quota",
                        .type = KEY_INTEGER,
                        FIELD(dav.quota),
                        .fallback = "1024",
                        .min = "0",
                        .max = "1048576",
                        .help = "How many MiB the calendars and address books of one account may have, those of the office apart; 0 for no limit.",
        },
        {
                        .path = "dav.report_time",
                        .type = KEY_SPAN,
                        FIELD(dav.report_time),
                        .fallback = "\"PT10S\"",
                        .min = "PT1S",
                        .max = "PT5M",
                        .help = "How much processor time one request of a calendar or address-book program may take to search and read.",
        },
        {
                        .path = "dav.deletions_keep",
                        .type = KEY_SPAN,
                        FIELD(dav.deletions_keep),
                        .fallback = "\"P730D\"",
                        .min = "P366D",
                        .max = "P3650D",
                        .help = "How long the store remembers what was deleted, for programs that synchronize; one that comes later reads its calendars again from the beginning.",
        },
};

const KeySection config_section_dav = { "dav", "CalDAV and CardDAV.", dav_keys,
        sizeof(dav_keys) / sizeof(dav_keys[0]) };
