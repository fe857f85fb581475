#include "calendar/event-data.h"

#include <string.h>

/*
 * The significant properties are those of time, recurrence and status (RFC 5546, 2.1.4), and the location,
 * which is as important to people who travel. Texts and CATEGORIES only describe the event.
 */
static const char *const significant[] = { "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE",
        "EXRULE", "RECURRENCE-ID", "STATUS", "LOCATION", "GEO" };

static bool same_text(const char *a, const char *b)
{
        return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool same_lines(const Event *a, const Event *b, const char *name)
{
        const ContentLine *left = NULL, *right = NULL;
        for (;;) {
                left = event_property_next(a, name, left);
                right = event_property_next(b, name, right);
                if (!left || !right)
                        return left == right;
                if (!same_text(left->value, right->value) ||
                                !same_text(content_line_param(left, "TZID"),
                                                content_line_param(right, "TZID")))
                        return false;
        }
}

bool event_change_is_significant(const Event *older, const Event *newer)
{
        for (size_t i = 0; i < sizeof(significant) / sizeof(significant[0]); i++)
                if (!same_lines(older, newer, significant[i]))
                        return true;
        return false;
}
