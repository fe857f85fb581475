#pragma once

/*
 * Private to outbox/: the ids of the mails that the sender has queued or is sending. No id is in the queue
 * twice. The queue has no lock of its own; its owner's lock guards it.
 */

#include "outbox/delivery.h"
#include "outbox/throttle.h"

enum { MAIL_QUEUE_SIZE = 256, MAIL_QUEUE_LOW = 64 };

/* A taken slot keeps its id until the delivery has ended, so that the mail is not queued twice. */
typedef enum MailSlotState { MAIL_SLOT_FREE, MAIL_SLOT_WAITING, MAIL_SLOT_TAKEN } MailSlotState;

typedef struct MailSlot {
        MailSlotState state;
        int64_t mail;
        Delivery *delivery; /* of a taken slot; used by the sender's thread only */
        ThrottlePass pass;
} MailSlot;

typedef struct MailQueue {
        MailSlot slots[MAIL_QUEUE_SIZE];
} MailQueue;

/** mail_queue_find() - the slot of a mail; NULL if there is none. */
MailSlot *mail_queue_find(MailQueue *queue, int64_t mail);

/** mail_queue_find_state() - the first slot in a state; NULL if there is none. */
MailSlot *mail_queue_find_state(MailQueue *queue, MailSlotState state);

/** mail_queue_of() - the slot of a delivery, which must be in the queue. */
MailSlot *mail_queue_of(MailQueue *queue, const Delivery *delivery);

/** mail_queue_has_enough_mails() - whether more than MAIL_QUEUE_LOW mails are waiting. */
bool mail_queue_has_enough_mails(const MailQueue *queue);
