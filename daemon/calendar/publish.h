#pragma once

/*
 * Writes the part of an object that a feed shows: its own content lines, filtered and folded again.
 * libical's output is not used, because libical loses parts of the lines. The public gets no VALARM,
 * ATTENDEE, ORGANIZER, telephone numbers or mail addresses, and no component with CLASS:PRIVATE; a
 * CONFIDENTIAL component is shown as "Busy" without any text. This applies to overrides as well as masters.
 * There is one pass over the lines, and a second one only if the object has something to hide, a zone of
 * its own, or a series that must be parsed first (calendar/publish-series.h).
 *
 * A table in publish-rules.c has the action for each property. The other rules:
 * - A component is published by the stricter of its own CLASS and its master's. A PRIVATE master hides all
 *   of its overrides from the public. A hidden override becomes an EXDATE of its master, so that its
 *   instance is not shown at its original time.
 * - A CONFIDENTIAL component is "Busy" for every audience. Only its UID, class, times, recurrence, status
 *   and transparency are published.
 * - An override whose instance an EXDATE or EXRULE excludes is not published.
 * - ATTENDEE is never published (RFC 5546, 3.2.1: not in METHOD:PUBLISH), nor is VALARM; ORGANIZER is
 *   published for contacts only.
 * - For the public, telephone numbers and mail addresses are removed from texts (calendar/redact.h).
 *   Parameters that contain one, and ALTREP and EMAIL, are omitted. So are properties whose URI is mailto:,
 *   tel:, sms: or sip:, and attachments that are inside the event itself.
 * - X-CONVENED-DATE-BASIS and X-CONVENED-TZID are published, other X-CONVENED- properties are not.
 * - PARTICIPANT and VLOCATION are published on request, as in calendar/publish-part.h.
 * - Zones are renamed as in calendar/publish-zone.h.
 */

#include "base/buffer.h"
#include "calendar/event.h"
#include "calendar/zone.h"

typedef enum PublishAudience {
        PUBLISH_PUBLIC,  /* everyone */
        PUBLISH_CONTACT, /* a contact listed for this event: gets CLASS:PRIVATE, ORGANIZER, telephones */
        PUBLISH_LISTED,  /* a contact listed for several events: gets the same, but not CLASS:PRIVATE */
} PublishAudience;

/**
 * publish_is_visible() - whether an audience may know more of an event than its times. An event that is not
 * CLASS:PUBLIC is visible to PUBLISH_CONTACT only.
 */
static inline bool publish_is_visible(PublishAudience audience, EventClass class)
{
        return class == EVENT_PUBLIC || audience == PUBLISH_CONTACT;
}

typedef struct PublishObject {
        ZoneTable *zones; /* borrowed */
        const Zone *zone; /* of dates and floating times, if the event names none; borrowed; NULL for UTC */
        const char *text; /* as kept */
        size_t len;
        int sequence;     /* the lowest SEQUENCE to publish; a higher one in the text is kept */
        usec_t created;   /* CREATED, if the text has none; 0 for none */
        usec_t changed;   /* DTSTAMP and LAST-MODIFIED of every component */
        const char *url;  /* URL, if the text has none: the event's page; NULL for no URL */
        const char *busy; /* the summary of a CONFIDENTIAL event, in the feed's language */
        bool has_parts; /* PARTICIPANT, VLOCATION, LINK are published; older programs may not expect them */

        /*
         * Returns whether the event with this UID is hidden from the audience; then RELATED-TO with the UID
         * is omitted. The function may be NULL, if no event is hidden.
         */
        bool (*is_secret)(const char *uid, void *userdata);

        /*
         * Returns a line that names the parent event with this UID, for the beginning of the DESCRIPTION,
         * because no calendar program shows RELATED-TO. The line is borrowed until the next call; NULL for
         * none. The function may be NULL.
         */
        const char *(*name_parent)(const char *uid, void *userdata);
        void *userdata; /* passed to is_secret() and name_parent() */
} PublishObject;

enum { PUBLISH_HIDDEN = 1 }; /* the audience may see no component of the object */

/**
 * publish_components() - append the VEVENTs of an object. A draft is hidden, because it has no date.
 * @on_zone: called on success, once for each zone that the appended components use. @vtimezone is NULL for
 *           a zone of the table, otherwise a VTIMEZONE with the rules of the object, named @tzid, from which
 *           the one to publish is made (zone_from_vtimezone()). Both are borrowed for the call.
 *
 * Return: 0, PUBLISH_HIDDEN, -EBADMSG for a text that event_parse() refuses, other negative errno. @out is
 * changed only if 0 is returned.
 */
int publish_components(const PublishObject *object, PublishAudience audience, Buffer *out,
                void (*on_zone)(const char *tzid, const char *vtimezone, void *userdata), void *userdata);

/**
 * publish_canonical_rule() - append the value of the event's first RRULE as it is published: in canonical
 * form, with UNTIL in that of DTSTART. Nothing is appended if the event has no rule. Return: 0, negative
 * errno.
 */
int publish_canonical_rule(const Event *event, Buffer *out);

/**
 * The head of a feed: the properties of RFC 5545 and RFC 7986, and X- properties with the same meaning.
 * NULL omits a property.
 */
typedef struct PublishHead {
        const char *name;
        const char *description;
        const char *color;     /* a CSS3 colour name (RFC 7986, 5.9) */
        const char *color_rgb; /* `#1A73E8` for X-APPLE-CALENDAR-COLOR */
        const char *refresh;   /* a duration: `PT1H` */
        const char *source;    /* the feed's own URL */
        const char *time_zone;
        usec_t modified;      /* the newest change in the feed; 0 omits it */
        const char *language; /* of the name: "ru" */
} PublishHead;

/**
 * publish_begin() - append BEGIN:VCALENDAR and the calendar's properties
 * @head: NULL for those only that each calendar must have
 */
void publish_begin(const PublishHead *head, Buffer *out);

/** publish_end() - append END:VCALENDAR */
void publish_end(Buffer *out);
