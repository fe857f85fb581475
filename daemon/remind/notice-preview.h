#pragma once

/*
 * The mails that a change of an event would cause, before it is committed: the caller changes the event in a
 * transaction, asks, and rolls back.
 */

#include "base/buffer.h"
#include "base/language.h"
#include "config/config.h"
#include "remind/notice-basis.h"
#include "store/object.h"

/** Contacts that would get a notice. */
typedef struct NoticeCount {
        int64_t n;
        int64_t in_language[LANGUAGES_N]; /* of them, by the language of the mail */
} NoticeCount;

/** A contact that is listed for one of the events. */
typedef struct NoticeContact {
        int64_t id;
        bool is_counted; /* in `told` or `rest` of the preview */
        bool is_told;
        Language language;
} NoticeContact;

typedef struct NoticePreview {
        int64_t n_listed;         /* contacts that are listed for the events */
        NoticeCount told;         /* contacts that a mail has told of what changes */
        NoticeCount rest;         /* contacts that only notice_tell_all() would tell */
        usec_t first, last;       /* when the notices would be sent */
        Buffer mail[LANGUAGES_N]; /* the first mail in each language, as plain text */
        int64_t n_events;         /* of which one or more contacts would get a notice */
        NoticeContact *contacts;  /* those that are listed, by their numbers */
        size_t n_contacts;
} NoticePreview;

void notice_preview_init(NoticePreview *preview);
void notice_preview_done(NoticePreview *preview);

/**
 * notice_preview_add() - add the notices about one event to the preview; a contact that is to hear of
 * several events counts once
 * @record: the event as it is in the open transaction
 * @basis:  of notice_basis_load(), before the change; NULL if only those who were told are to be counted
 *
 * Return: 0, a condition of the store, negative errno.
 */
int notice_preview_add(NoticePreview *preview, Store *store, const Config *config,
                const ObjectRecord *record, NoticeBasis *basis, usec_t now);
