#pragma once

/*
 * What of an object may be seen, in the lines of a feed: the object's own content lines, filtered and refolded, never a library's
 * printout. Public: no VALARM, no ATTENDEE or ORGANIZER, no telephone numbers or mail addresses, CLASS:PRIVATE left out, CONFIDENTIAL
 * as "Busy" without any text; on overrides as on masters. Pure, and fast: one pass over the lines.
 */

#include "base/buffer.h"
#include "calendar/zone.h"

typedef enum PublishAudience {
        PUBLISH_PUBLIC, /* the world */
        PUBLISH_CONTACT, /* one contact's own feed: CLASS:PRIVATE and telephone numbers may go out, alarms may not */
} PublishAudience;

typedef struct PublishObject {
        const char *text; /* as kept */
        size_t len;
        int sequence;     /* to publish: never below the text's */
        usec_t created;   /* for a missing CREATED */
        usec_t changed;   /* DTSTAMP and LAST-MODIFIED of every component */
        const char *url;  /* of the event's page, for a missing URL; NULL for none */
        const char *busy; /* the summary of a CONFIDENTIAL event, in the feed's language */
} PublishObject;

enum { PUBLISH_HIDDEN = 1 }; /* nothing of it may be seen */

/**
 * publish_components() - append the VEVENTs of an object (drafts are hidden: they have no date)
 * @on_zone: called for each TZID used and for each own VTIMEZONE in the object; the feed's VTIMEZONEs are made of these. @vtimezone is the
 *           component's text, NULL for a plain name. @day is the days-since-epoch of the time that used it (0 for a VTIMEZONE).
 *
 * Return: 0, PUBLISH_HIDDEN, negative errno.
 */
int publish_components(const PublishObject *object, PublishAudience audience, Buffer *out,
                void (*on_zone)(const char *tzid, int64_t day, const char *vtimezone, size_t len,
                                void *userdata),
                void *userdata);

/** The head of a feed: RFC 5545 and RFC 7986 properties with their X- twins. NULL leaves one out. */
typedef struct PublishHead {
        const char *name;
        const char *description;
        const char *color;     /* a CSS3 colour name (RFC 7986, 5.9) */
        const char *color_rgb; /* `#1A73E8` for X-APPLE-CALENDAR-COLOR */
        const char *refresh;   /* a duration: `PT1H` */
        const char *source;    /* the feed's own URL */
        const char *time_zone;
        usec_t modified;      /* the newest change in it; 0 leaves it out */
        const char *language; /* of the name: "ru" */
} PublishHead;

/** publish_begin() - BEGIN:VCALENDAR to the last calendar property; publish_end() - END:VCALENDAR. */
void publish_begin(const PublishHead *head, Buffer *out);
void publish_end(Buffer *out);
