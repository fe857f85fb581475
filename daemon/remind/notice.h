#pragma once

/*
 * Notices: a contact that a mail has told of an occurrence, or may have told, gets another mail when the
 * time or place changes, when the occurrence is cancelled, and when it takes place after all. Notices are
 * derived: the last mail is compared with the event as it is.
 */

#include "remind/event-context.h"
#include "remind/reader.h"
#include "store/ledger.h"

typedef enum NoticeKind {
        NOTICE_NONE,
        NOTICE_CHANGED,
        NOTICE_RESTORED,  /* was cancelled, takes place after all */
        NOTICE_CANCELLED, /* is not there any more */
        NOTICE_POSTPONED, /* has become a draft: its date is open */
} NoticeKind;

typedef struct Notice {
        NoticeKind kind;
        const Event *event;
        const ObjectRecord *record;
        PublishAudience audience;
        Occurrence now;           /* as it is; what was told where there is nothing any more */
        Occurrence before;        /* as the last mail told it */
        const char *place_before; /* the same; "" for none */
        const char *first_id;     /* Message-ID of the first mail about it: the thread's root; "" for none */
} Notice;

/**
 * notice_enter() - add rows for what one contact is to be told of an event; none for a contact that may not
 * get mail.
 */
int notice_enter(const EventContext *context, const Reader *reader, usec_t now);

/**
 * notice_is_needed() - whether an occurrence is not as a row of the ledger tells it (ledger_told_by())
 * @told: by a mail about several events
 * @ret:  also true when the event is gone, or is not for the reader any more
 */
int notice_is_needed(Store *store, const Config *config, const MailRecord *told, usec_t now, bool *ret);

/**
 * notice_told_otherwise() - whether the contact was told otherwise of an occurrence since the bytes of @mail were
 * made: then @mail must not arrive after that, even when it is true again
 */
int notice_told_otherwise(Store *store, const MailRecord *mail, usec_t now, bool *ret);

/**
 * notice_rebuild() - call @on_notice for the notice of a ledger row, if it is still true; its return value
 * is returned
 * Return: STORE_E_NOT_FOUND when the event is gone, or something else is to be said by now.
 */
int notice_rebuild(Store *store, const Config *config, const MailRecord *mail, usec_t now,
                int (*on_notice)(const Notice *notice, void *userdata), void *userdata);
