#pragma once

/*
 * The content of a PUT: which precondition of RFC 4791, 5.3.2.1 or RFC 6352, 6.3.2.1 an object does not
 * meet. What meets them all is kept byte for byte. The functions do not read the store.
 */

#include "calendar/event.h"
#include "calendar/plain.h"
#include "contact/card.h"
#include "dav/member.h"
#include "schedule/schedule.h"

enum {
        OBJECT_CHECK_MAX_BYTES = 1024 * 1024, /* max-resource-size */
        OBJECT_CHECK_MAX_ATTENDEES =
                        SCHEDULE_ATTENDEES_MAX, /* max-attendees-per-instance: of one component */
        /* max-instances: that the COUNT and the RDATEs of one component give; a rule may have no end */
        OBJECT_CHECK_MAX_INSTANCES = 100000,
        OBJECT_CHECK_E_REFUSED = CONDITIONS_DAV + 60, /* the ObjectFault says why */
};

typedef struct ObjectFault {
        const char *element; /* the precondition, with its prefix of PROPERTY_NAMESPACES */
        char text[512];      /* a sentence about it; "" for none */
} ObjectFault;

/** The content as a client has sent it. */
typedef struct ObjectContent {
        const char *media_type; /* the value of Content-Type; NULL if there is none */
        const char *bytes;
        size_t len;
} ObjectContent;

/** An object that may be stored: one of the three is set. */
typedef struct CheckedObject {
        Event *event;       /* an event or draft of the office */
        PlainObject *plain; /* what is kept for calendar programs only */
        Card *card;
} CheckedObject;

void checked_object_done(CheckedObject *object);

/** checked_object_uid() - the UID; borrowed */
const char *checked_object_uid(const CheckedObject *object);

/**
 * object_check_calendar() - read an object for a calendar
 * @kinds: of the calendar: bits 1 << ObjectKind
 * @ret:   call checked_object_done(); empty on failure
 *
 * Return: 0, OBJECT_CHECK_E_REFUSED, negative errno.
 */
int object_check_calendar(ZoneTable *zones, const ObjectContent *content, unsigned kinds, CheckedObject *ret,
                ObjectFault *ret_fault);

/** object_check_card() - the same for an object for an address book */
int object_check_card(const ObjectContent *content, CheckedObject *ret, ObjectFault *ret_fault);
