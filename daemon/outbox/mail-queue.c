#include "outbox/mail-queue.h"

MailSlot *mail_queue_find(MailQueue *queue, int64_t mail)
{
        for (int i = 0; i < MAIL_QUEUE_SIZE; i++)
                if (queue->slots[i].state != MAIL_SLOT_FREE && queue->slots[i].mail == mail)
                        return &queue->slots[i];
        return NULL;
}

MailSlot *mail_queue_find_state(MailQueue *queue, MailSlotState state)
{
        for (int i = 0; i < MAIL_QUEUE_SIZE; i++)
                if (queue->slots[i].state == state)
                        return &queue->slots[i];
        return NULL;
}

MailSlot *mail_queue_of(MailQueue *queue, const Delivery *delivery)
{
        MailSlot *slot = queue->slots;
        while (slot->delivery != delivery)
                slot++;
        return slot;
}

bool mail_queue_has_enough_mails(const MailQueue *queue)
{
        int waiting = 0;
        for (int i = 0; i < MAIL_QUEUE_SIZE; i++)
                waiting += queue->slots[i].state == MAIL_SLOT_WAITING;
        return waiting > MAIL_QUEUE_LOW;
}
