#pragma once

/*
 * The mails that a change of an event would cause, before it is committed: the caller changes the event in a
 * transaction, asks, and rolls back.
 */

#include "base/buffer.h"
#include "base/language.h"
#include "config/config.h"
#include "store/object.h"

typedef struct NoticePreview {
        int64_t n_listed;                 /* contacts that are listed for the events */
        int64_t n;                        /* contacts that would get a notice */
        int64_t in_language[LANGUAGES_N]; /* of them, by the language of the mail */
        usec_t first, last;               /* when the notices would be sent */
        Buffer mail[LANGUAGES_N];         /* the first mail in each language, as plain text */
        int64_t *contacts;                /* those that were counted, in no order */
        size_t n_contacts, n_allocated;
} NoticePreview;

void notice_preview_init(NoticePreview *preview);
void notice_preview_done(NoticePreview *preview);

/**
 * notice_preview_add() - add the notices about one event to the preview; a contact that is to hear of
 * several
 * events counts once
 * @record: the event as it is in the open transaction
 *
 * Return: 0, a condition of the store, negative errno.
 */
int notice_preview_add(NoticePreview *preview, Store *store, const Config *config,
                const ObjectRecord *record, usec_t now);
