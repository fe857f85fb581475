#pragma once

/* Why a contact gets no reminder of an event, or which reminders are still to come. */

#include "config/config.h"
#include "contact/card.h"
#include "remind/reminder.h"
#include "store/object.h"
#include "store/reason.h"

/** A contact and an event; all borrowed. */
typedef struct WhyQuestion {
        Store *store;
        const Config *config;
        const ObjectRecord *contact;
        const Card *card;
        const ObjectRecord *record; /* of the event */
        const Event *event;
        usec_t now;
} WhyQuestion;

/**
 * why_not() - find the reason why the contact gets no reminder of the event
 * @ret: MAIL_REASON_POINTLESS if the event is over; MAIL_REASON_NONE if reminders go
 */
int why_not(const WhyQuestion *question, MailReason *ret);

/** The state of a reminder that has no row in the ledger. */
typedef enum WhyState {
        WHY_TO_COME,
        WHY_DUE,          /* the daemon has not come to it */
        WHY_BEFORE_START, /* it was due before the store's first start, and is not mailed */
} WhyState;

/**
 * why_reminders_each() - call @on_reminder for each reminder of the event to the contact that has no row in
 * the ledger, unless its occurrence is over; also for those that were due in the last 60 days
 * @on_reminder: a nonzero return value ends the iteration and is returned
 *
 * Return: 0, the nonzero result of the callback, a condition of the store, negative errno.
 */
int why_reminders_each(const WhyQuestion *question,
                int (*on_reminder)(const Reminder *reminder, WhyState state, void *userdata),
                void *userdata);
