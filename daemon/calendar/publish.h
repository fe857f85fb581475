#pragma once

/*
 * What of an object may be seen, in the lines of a feed: the object's own content lines, filtered and refolded, never a library's
 * printout. Public: no VALARM, no ATTENDEE or ORGANIZER, no telephone numbers or mail addresses, CLASS:PRIVATE left out, CONFIDENTIAL
 * as "Busy" without any text; on overrides as on masters. Pure, and fast: one pass over the lines, a second one only for an object with
 * something to hide or a zone of its own.
 *
 * What happens to which property is one table in the .c file. The rules beside it:
 * - The stricter of an override's CLASS and its master's counts. A PRIVATE master hides all of its overrides from the public;
 *   a hidden override becomes an EXDATE of its master, so that its instance is not shown where it was before.
 * - CONFIDENTIAL is "Busy" in both audiences: times, recurrence and status, nothing else.
 * - ATTENDEE goes out to nobody (RFC 5546, 3.2.1: not in METHOD:PUBLISH), ORGANIZER to contacts only, VALARM to nobody.
 * - For the public, telephone numbers and mail addresses are cut out of texts (calendar/redact.h), a parameter that holds one or an ALTREP
 *   is left out, and so are properties whose URI is mailto:, tel:, sms: or sip:, and attachments that are in the event itself.
 * - Of X-CONVENED- only DATE-BASIS and TZID go out.
 * - A Windows zone name becomes the mapped IANA name. A zone that only the object's own VTIMEZONE explains gets its name with eight
 *   digits of a hash of its rules behind it, so that two objects may mean different zones by one name.
 */

#include "base/buffer.h"
#include "calendar/zone.h"

typedef enum PublishAudience {
        PUBLISH_PUBLIC, /* the world */
        PUBLISH_CONTACT, /* one contact's own feed: CLASS:PRIVATE, ORGANIZER and telephone numbers may go out, alarms may not */
} PublishAudience;

typedef struct PublishObject {
        ZoneTable *zones; /* borrowed */
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
 * @on_zone: called for each zone that the appended components use, once, when all is well; the feed's VTIMEZONEs are made of these.
 *           @vtimezone is NULL for a zone of the table, else the whole component to publish; both borrowed for the call
 *
 * Return: 0, PUBLISH_HIDDEN, -EBADMSG (no kept object may be like this), other negative errno; @out is as it was unless 0.
 */
int publish_components(const PublishObject *object, PublishAudience audience, Buffer *out,
                void (*on_zone)(const char *tzid, const char *vtimezone, void *userdata), void *userdata);

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
