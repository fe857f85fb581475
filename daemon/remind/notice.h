#pragma once

/*
 * Notices: a contact that got, or may have got, a mail about an occurrence gets another mail when its time
 * or place changes, when it is cancelled, and when it takes place after all. Notices are derived by
 * comparing the last mail with the event's current state.
 */

#include "letter/compose.h"
#include "remind/event-context.h"
#include "remind/reader.h"
#include "store/ledger.h"

typedef struct Notice {
        NoticeKind kind;
        const Event *event;
        const ObjectRecord *record;
        PublishAudience audience;
        Occurrence now;           /* current; the same as `before` if cancelled or postponed */
        Occurrence before;        /* as in the last mail */
        const char *place_before; /* as in the last mail; "" for none */
        const char *first_id;     /* Message-ID of the first mail about it: the thread's root; "" for none */
} Notice;

/**
 * notice_enter() - add the rows of all notices that one contact needs for an event; none for a contact
 * that may not get mail
 */
int notice_enter(const EventContext *context, const Reader *reader, usec_t now);

/**
 * notice_is_needed() - whether an occurrence differs from its description in a ledger row
 * (ledger_told_by())
 * @told: an entry of a mail about several events
 * @ret:  also true if the event is gone, or the reader may not see it any more
 */
int notice_is_needed(Store *store, const Config *config, const MailRecord *told, usec_t now, bool *ret);

/**
 * notice_told_otherwise() - whether a mail later than the bytes of @mail told the contact something else
 * about the occurrence: then @mail must not arrive after it, even if it is true again
 */
int notice_told_otherwise(Store *store, const MailRecord *mail, usec_t now, bool *ret);

/**
 * notice_rebuild() - make the notice of a ledger row again, and call @on_notice
 * Return: that of @on_notice; STORE_E_NOT_FOUND if the event is gone or the notice is not true any more.
 */
int notice_rebuild(Store *store, const Config *config, const MailRecord *mail, usec_t now,
                int (*on_notice)(const Notice *notice, void *userdata), void *userdata);
