#pragma once

/*
 * Inside of outbox/ only: the ids of the mails that the sender has, waiting or under way, each once. It has
 * no lock: its owner's lock guards it.
 */

#include "outbox/delivery.h"

enum { MAIL_QUEUE_SIZE = 256, MAIL_QUEUE_LOW = 64 };

/* The id of a taken slot stays until the mail was dealt with, so that it is not queued twice. */
typedef enum MailSlotState { MAIL_SLOT_FREE, MAIL_SLOT_WAITING, MAIL_SLOT_TAKEN } MailSlotState;

typedef struct MailSlot {
        MailSlotState state;
        int64_t mail;
        Delivery *delivery; /* the sender thread's, of one that is taken */
} MailSlot;

typedef struct MailQueue {
        MailSlot slots[MAIL_QUEUE_SIZE];
} MailQueue;

/**
 * mail_queue_find() - the slot of a mail; mail_queue_find_state() - the first slot in a state; NULL when
 * there is none.
 */
MailSlot *mail_queue_find(MailQueue *queue, int64_t mail);
MailSlot *mail_queue_find_state(MailQueue *queue, MailSlotState state);

/** mail_queue_of() - the slot of a delivery, which must be there. */
MailSlot *mail_queue_of(MailQueue *queue, const Delivery *delivery);

/** mail_queue_has_enough() - whether more mails wait than MAIL_QUEUE_LOW. */
bool mail_queue_has_enough(const MailQueue *queue);
