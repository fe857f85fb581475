#pragma once

/*
 * Notices: a contact that got, or may have got, a mail about an occurrence gets a notice when the occurrence
 * changes its time or place, is cancelled, or takes place after all. Notices are derived by comparing the
 * last mail with the event's current state. If a whole series is cancelled or postponed, or takes place
 * after all, one notice tells of all its occurrences. Its row has no recurrence_id.
 */

#include "letter/compose.h"
#include "remind/event-context.h"
#include "remind/notice-basis.h"
#include "remind/reader.h"
#include "remind/told.h"
#include "store/due-notify.h"
#include "store/ledger.h"

typedef struct Notice {
        NoticeKind kind;
        NoticeScope scope;
        const Event *event;
        const ObjectRecord *record;
        PublishAudience audience;
        Occurrence now;           /* the current state; equal to `before` if cancelled or postponed */
        Occurrence before;        /* as the last mail described it */
        const char *place_before; /* as the last mail named it; "" for none */
        const char *first_id;     /* Message-ID of the first mail about it, the thread's root; "" for none */
        usec_t at;                /* when it is sent; set by notice_each() only */
} Notice;

/** notice_text() - return the part of a notice that the mail shows; borrows from @notice */
NoticeText notice_text(const Notice *notice);

/**
 * notice_enter() - add the rows of all notices that one contact needs about an event. No row is added if the
 * contact may not get mail.
 *
 * A notice waits until the event has not been changed for `mail.settle`, so that several edits make one
 * notice. It is sent at once if the event begins, or was to begin, within a day, or if @notify is
 * DUE_NOTIFY_NOW. With DUE_NOTIFY_NONE the current state counts as told, and no mail is sent.
 *
 * Return: 0, a condition of the store, or negative errno.
 */
int notice_enter(const EventContext *context, const Reader *reader, DueNotify notify, usec_t now);

/**
 * notice_each() - call @on_notice for each notice that a contact needs about an event, whether or not the
 * ledger has its row; a nonzero return value ends the iteration and is returned. Refusals are not
 * considered.
 */
int notice_each(Store *store, const Config *config, const ObjectRecord *record, int64_t contact, usec_t now,
                int (*on_notice)(const Notice *notice, void *userdata), void *userdata);

/**
 * notice_each_of() - the same for a contact and an event that are loaded already
 * @basis: only the notices of a contact that no mail has told of what the change concerns, as they are if it
 *         counts as told of the basis; NULL for those of a contact that was told
 */
int notice_each_of(const EventContext *context, const Reader *reader, const NoticeBasis *basis, usec_t now,
                int (*on_notice)(const Notice *notice, void *userdata), void *userdata);

/**
 * notice_is_needed() - whether an occurrence now differs from its description in a mail about several events
 * @told: the description, from ledger_told_by()
 * @ret:  also true if the event was deleted, or the recipient may no longer see it
 */
int notice_is_needed(Store *store, const Config *config, const MailRecord *told, usec_t now, bool *ret);

/**
 * notice_told_otherwise() - whether the contact got a mail that is newer than the bytes of @mail and says
 * something else about the occurrence. If so, @mail must not arrive after that mail, even if its contents
 * are correct again.
 */
int notice_told_otherwise(Store *store, const MailRecord *mail, usec_t now, bool *ret);

/** The notice of a ledger row, made again from the event's current state. It must not be moved. */
typedef struct RebuiltNotice {
        ObjectRecord *record;
        EventContext context;
        ToldMemory memory;
        Notice notice; /* borrows from the other members */
} RebuiltNotice;

/**
 * notice_rebuild() - make the notice of a ledger row again
 * Return: 0; STORE_E_NOT_FOUND if the event was deleted or the notice is no longer correct; another
 * condition of the store or negative errno. In every case the caller must call rebuilt_notice_done().
 */
int notice_rebuild(
                Store *store, const Config *config, const MailRecord *mail, usec_t now, RebuiltNotice *ret);
void rebuilt_notice_done(RebuiltNotice *rebuilt);
