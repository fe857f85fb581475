#pragma once

/*
 * Notices: who was told of an occurrence by a mail, or may have been, is told once more when its time or place changes, when it is cancelled,
 * and when it takes place after all. Derived, as reminders are: by comparing what the last mail said with how the event is now.
 */

#include "calendar/event.h"
#include "config/config.h"
#include "store/ledger.h"
#include "store/object.h"

typedef struct EventContext EventContext;
typedef struct Reader Reader;

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
        Occurrence now;           /* as it is; what was told where there is nothing any more */
        Occurrence before;        /* as the last mail told it */
        const char *place_before; /* the same; "" for none */
        const char *first_id;     /* Message-ID of the first mail about it: the thread's root; "" for none */
} Notice;

/** notice_enter() - put rows into the ledger for what one contact is to be told of an event; nothing for one that gets no mail. */
int notice_enter(const EventContext *context, const Reader *reader, usec_t now);

/**
 * notice_rebuild() - call @on_notice for what a ledger row says, if that is still how things are; its return value is returned
 * Return: STORE_E_NOT_FOUND when the event is gone, or something else is to be said by now.
 */
int notice_rebuild(Store *store, const Config *config, const MailRecord *mail, usec_t now,
                int (*on_notice)(const Notice *notice, void *userdata), void *userdata);
