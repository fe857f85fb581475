#pragma once

/* The entity tag, media type and component of the members of calendars and address books. */

#include "dav/resource.h"
#include "store/object-head.h"

/** A stored object as a member. */
typedef struct DavMember {
        int64_t id; /* of the object; 0 if there is none */
        int64_t change;
        ObjectKind kind;
        size_t len; /* of the text, in bytes */
        usec_t created, changed;
        int64_t schedule_tag; /* as in ObjectRecord */
        bool is_masked;       /* as in DavView */
        /* borrowed while the member is written; NULL if it was not read, as no property needs it */
        const char *text;
        /* the part of the text that a report asks for; borrowed as the text; NULL for the whole text */
        const char *part;
        size_t part_len;
        bool lacks_part;   /* the reply cannot have the part, because there would be too much of it */
        bool lacks_length; /* `len` is not known of the text that GET sends */
} DavMember;

enum { DAV_ETAG_SIZE = 48, DAV_MEDIA_TYPE_SIZE = 64 };

enum { DAV_SCHEDULE_TAG_SIZE = 96 };

/** member_of_head() - make a member of an object's head, without its text. @is_masked: as in DavView */
DavMember member_of_head(const ObjectHead *head, bool is_masked);

/** member_of_record() - make a member of an object as the account sees it; its text is borrowed */
DavMember member_of_record(const ObjectRecord *record, bool is_masked);

/**
 * member_etag() - write the entity tag, with its quotes: the number of the last change, and its time. The
 * tag is strong: an event is sent as it is stored, and a card that is sent in another version of vCard has
 * the tag of the stored text, on which a client makes its next PUT depend. The time differs if an older
 * state of the store was restored and its numbers are used again. A masked view has tags of its own.
 */
void member_etag(const DavMember *member, char ret[static DAV_ETAG_SIZE]);

/**
 * member_schedule_tag() - write the schedule tag (RFC 6638, 3.2.10), with its quotes; "" if the member is no
 * scheduling object
 * @epoch: of the store, as for sync tokens
 */
void member_schedule_tag(const DavMember *member, const char *epoch, char ret[static DAV_SCHEDULE_TAG_SIZE]);

/** member_component() - the name of the component of an object in a calendar: "VEVENT"; "" for a card */
const char *member_component(ObjectKind kind);

/**
 * member_media_type() - write the value of Content-Type: "text/calendar; charset=utf-8; component=VEVENT"
 */
void member_media_type(const DavMember *member, char ret[static DAV_MEDIA_TYPE_SIZE]);
