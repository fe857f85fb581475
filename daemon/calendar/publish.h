#pragma once

/*
 * The part of an object that a feed shows: the object's own content lines, filtered and refolded, not
 * libical's print, which loses parts of them. Public: no VALARM, no ATTENDEE or ORGANIZER, no telephone
 * numbers or mail addresses, CLASS:PRIVATE left out, CONFIDENTIAL as "Busy" without any text; on overrides
 * as on masters. Pure. One pass over the lines; a second one only for an object with something to hide or
 * a zone of its own.
 *
 * A table in publish.c has the action for each property. The other rules:
 * - The stricter of an override's CLASS and its master's counts. A PRIVATE master hides all of its
 *   overrides from the public; a hidden override becomes an EXDATE of its master, so that its instance is
 *   not shown where it was before.
 * - CONFIDENTIAL is "Busy" in both audiences: times, recurrence and status, nothing else.
 * - ATTENDEE is never published (RFC 5546, 3.2.1: not in METHOD:PUBLISH), nor is VALARM; ORGANIZER is for
 *   contacts only.
 * - For the public, telephone numbers and mail addresses are cut out of texts (calendar/redact.h), a
 *   parameter that holds one or an ALTREP is left out, and so are properties whose URI is mailto:, tel:,
 *   sms: or sip:, and attachments that are in the event itself.
 * - X-CONVENED-DATE-BASIS and X-CONVENED-TZID are published, other X-CONVENED- properties are not.
 * - Zones are renamed as calendar/publish-zone.h says.
 */

#include "base/buffer.h"
#include "calendar/zone.h"

typedef enum PublishAudience {
        PUBLISH_PUBLIC,  /* the world */
        PUBLISH_CONTACT, /* one contact's own feed: with CLASS:PRIVATE, ORGANIZER and telephone numbers */
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

        /* Whether an object may not be named to the public, by its UID; RELATED-TO is left out then. NULL: all may. */
        bool (*is_secret)(const char *uid, void *userdata);
        void *userdata; /* of is_secret() */
} PublishObject;

enum { PUBLISH_HIDDEN = 1 }; /* the audience may see nothing of it */

/**
 * publish_components() - append the VEVENTs of an object (drafts are hidden: they have no date)
 * @on_zone: called on success, once for each zone that the appended components use; @vtimezone is NULL for
 *           a zone of the table, else the whole component to publish; both are borrowed for the call
 *
 * Return: 0, PUBLISH_HIDDEN, -EBADMSG for a text that event_parse() refuses, other negative errno; @out is
 * as it was unless 0.
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

/**
 * publish_begin() - append BEGIN:VCALENDAR and the calendar's properties; publish_end() - append
 * END:VCALENDAR.
 */
void publish_begin(const PublishHead *head, Buffer *out);
void publish_end(Buffer *out);
