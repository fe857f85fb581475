#pragma once

/*
 * Events with parts: an event that names another one in RELATED-TO is a part of it, and the other one is
 * the whole. The reminder of the whole lists its parts, so a part that it lists needs no reminder of its
 * own. A contact that is listed for the part itself gets both reminders.
 */

#include "config/config.h"
#include "letter/event-item.h"
#include "store/ledger.h"
#include "store/object.h"

/**
 * whole_find() - find the event that a part belongs to, if the whole's reminders stand for those of the
 * part: the part lies within the whole, and the contact is listed for the whole, but not for the part by a
 * subscription to this very event
 * @ret: the whole's record; NULL if there is none
 * Return: 0, a condition of the store, or negative errno.
 */
int whole_find(Store *store, const ObjectRecord *part, int64_t contact, ObjectRecord **ret);

/** The whole, as it is named in a mail about a part. */
typedef struct WholeItem {
        ObjectRecord *record; /* NULL if there is no parent, or the contact may not see it */
        Event *event;
        Occurrence occurrence;
        EventItem item;
} WholeItem;

/**
 * whole_load() - load the event that a part belongs to, whether or not its reminders stand for those of the
 * part
 * Return: as whole_find(). In every case the caller must call whole_done().
 */
int whole_load(Store *store, const Event *part, int64_t contact, WholeItem *ret);
void whole_done(WholeItem *whole);

/** Whether the whole's mails stand for the reminder of a part. */
typedef enum WholeSays {
        WHOLE_SAYS_NOTHING, /* the part needs its own reminder */
        WHOLE_HAS_TOLD,     /* a reminder of the whole was sent that lists the part with the same start */
        WHOLE_WILL_SAY,     /* a reminder of the whole is due, and not sent yet */
} WholeSays;

/**
 * whole_says() - find whether the whole's mails stand for a part's reminder
 * @mail: the row of the reminder
 * Return: as whole_find().
 */
int whole_says(Store *store, const ObjectRecord *whole, const MailRecord *mail, usec_t now, WholeSays *ret);

/**
 * whole_reminds() - whether the whole of a part has a reminder for a contact that fires by @until; for
 * previews
 * Return: as whole_find().
 */
int whole_reminds(Store *store, const Config *config, const ObjectRecord *part, int64_t contact,
                usec_t until, bool *ret);
