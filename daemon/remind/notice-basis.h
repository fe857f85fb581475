#pragma once

/*
 * A change of which all contacts that are listed for an event are to hear, also those that no mail has told
 * of it. These are counted as told what the event was before the change: a row of the ledger of the kind
 * MAIL_KIND_BASIS, of which no mail is ever made. From then on they get the notices that everybody gets. If
 * nothing is left to tell, since the change was taken back, the row is deleted (notice_enter()).
 */

#include "remind/event-context.h"
#include "remind/reader.h"
#include "remind/row-texts.h"
#include "remind/told.h"
#include "store/change-task.h"

/** The first occurrence of an event that a change concerns, as it was before. It must not be moved. */
typedef struct NoticeBasis {
        ObjectRecord *record; /* of the event before the change; NULL if there was none */
        EventContext context; /* of that record */
        bool is_found;        /* whether the change concerns an occurrence */
        Occurrence occurrence;
        char start[ROW_TEXT_SIZE], finish[ROW_TEXT_SIZE], recurrence[ROW_TEXT_SIZE];
        MailRecord mail; /* without a contact and a key; borrows from the other members */
} NoticeBasis;

/**
 * notice_basis_load() - read an event before it is changed
 * Return: 0, also if there is no such event; a condition of the store, negative errno. In every case the
 * caller must call notice_basis_done().
 */
int notice_basis_load(Store *store, const Config *config, const char *uid, NoticeBasis *ret);
void notice_basis_done(NoticeBasis *basis);

/**
 * notice_basis_of() - the same with a version of the event, which is copied
 * Return: as for notice_basis_load()
 */
int notice_basis_of(Store *store, const Config *config, const ObjectRecord *version, NoticeBasis *ret);

/**
 * notice_basis_find() - find what the change concerns, after it was stored
 * @after: the event now
 * Return: 0, negative errno.
 */
int notice_basis_find(NoticeBasis *basis, const EventContext *after, usec_t now);

/**
 * notice_basis_add() - count a contact as told of the basis, in its memory only
 * @ret: whether this has changed the memory: false if a mail has told the contact of the occurrence, or if
 *       it was not allowed to see it
 */
int notice_basis_add(const NoticeBasis *basis, const Reader *reader, ToldMemory *memory, bool *ret);

/**
 * notice_basis_enter() - count one batch of the contacts of an event as told of the basis, in the ledger
 * @basis:    after notice_basis_find()
 * @task:     the change, and the contact after whom the batch begins; contacts that were listed after the
 *            change are left out
 * @ret_last: the last contact of the batch; 0 if it is the last batch
 *
 * Return: 0, a condition of the store, negative errno.
 */
int notice_basis_enter(const NoticeBasis *basis, const EventContext *context, const ChangeTask *task,
                usec_t now, int64_t *ret_last);

/**
 * notice_tell_all() - let all contacts that are listed for an event hear of its change, in the open
 * transaction that has changed it. The daemon enters that in steps (change-step.h).
 * @basis: of notice_basis_load(), before the change
 *
 * Return: 0, a condition of the store, negative errno.
 */
int notice_tell_all(NoticeBasis *basis, usec_t now);
