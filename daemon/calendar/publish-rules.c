#include "calendar/publish-rules.h"

#include <stddef.h>
#include <string.h>

/* Sorted by name. */
static const PublishRule rules[] = {
        { "ATTACH", PUBLISH_URI, false },
        { "ATTENDEE", PUBLISH_OMIT, false },
        { "CATEGORIES", PUBLISH_TEXT, false },
        { "CLASS", PUBLISH_CLASS, true },
        { "COLOR", PUBLISH_KEEP, false },
        { "COMMENT", PUBLISH_PLAIN_TEXT, false },
        { "CONCEPT", PUBLISH_LINK, false },
        { "CONFERENCE", PUBLISH_URI, false },
        { "CONTACT", PUBLISH_PLAIN_TEXT, false },
        { "CREATED", PUBLISH_CREATED, false },
        { "DESCRIPTION", PUBLISH_DESCRIPTION, false },
        { "DTEND", PUBLISH_END, true },
        { "DTSTAMP", PUBLISH_OMIT, false },
        { "DTSTART", PUBLISH_START, true },
        { "DURATION", PUBLISH_END, true },
        { "EXDATE", PUBLISH_EXDATE, true },
        { "EXRULE", PUBLISH_EXRULE, true },
        { "GEO", PUBLISH_KEEP, false },
        { "IMAGE", PUBLISH_URI, false },
        { "LAST-MODIFIED", PUBLISH_OMIT, false },
        { "LINK", PUBLISH_LINK, false },
        { "LOCATION", PUBLISH_PLAIN_TEXT, false },
        { "ORGANIZER", PUBLISH_CONTACT_ONLY, false },
        { "PRIORITY", PUBLISH_KEEP, false },
        { "RDATE", PUBLISH_RDATE, true },
        { "RECURRENCE-ID", PUBLISH_RECURRENCE_ID, true },
        { "RELATED-TO", PUBLISH_RELATED, false },
        { "REQUEST-STATUS", PUBLISH_OMIT, false },
        { "RRULE", PUBLISH_RULE, true },
        { "SEQUENCE", PUBLISH_SEQUENCE, false },
        { "SOURCE", PUBLISH_URI, false },
        { "STATUS", PUBLISH_STATUS, true },
        { "STRUCTURED-DATA", PUBLISH_DATA, false },
        { "STYLED-DESCRIPTION", PUBLISH_DATA, false },
        { "SUMMARY", PUBLISH_PLAIN_TEXT, false },
        { "TRANSP", PUBLISH_WORD, true },
        { "UID", PUBLISH_KEEP, true },
        { "URL", PUBLISH_URL, false },
        { "X-CONVENED-DATE-BASIS", PUBLISH_KEEP, false },
        { "X-CONVENED-TZID", PUBLISH_KEEP, false },
};

static const PublishRule rule_own = { "X-CONVENED-", PUBLISH_OMIT, false },
                         rule_library = { "X-LIC-", PUBLISH_OMIT, false },
                         rule_default = { NULL, PUBLISH_TEXT, false };

const PublishRule *publish_rule(const char *name)
{
        size_t low = 0, high = sizeof(rules) / sizeof(*rules);
        while (low < high) {
                size_t middle = (low + high) / 2;
                int order = strcmp(name, rules[middle].name);
                if (order == 0)
                        return &rules[middle];
                if (order < 0)
                        high = middle;
                else
                        low = middle + 1;
        }
        if (strncmp(name, rule_own.name, strlen(rule_own.name)) == 0)
                return &rule_own;
        return strncmp(name, rule_library.name, strlen(rule_library.name)) == 0 ? &rule_library
                                                                                : &rule_default;
}
