#pragma once

/* Inside of remind/mails* only: a mail that is being made, and the kinds that have a file of their own. */

#include "outbox/job.h"
#include "remind/compose.h"
#include "remind/parked.h"

typedef struct Making {
        Job *job;
        Buffer *out; /* NULL when only the truth of the mail is asked for */
        ComposeOptions options;
        Parked parked;
        int64_t event_change;     /* the version of the event; 0: there is none */
        PublishAudience audience; /* of the event */
} Making;

/**
 * making_init() - the options to compose by, with what parked mails have not told
 * @out: borrowed; NULL when only the truth of the mail is asked for
 * Return: 0, a condition of the store, negative errno. making_done() it in any case.
 */
int making_init(Making *making, Job *job, Buffer *out);
void making_done(Making *making);

/**
 * making_rest_on_event() - the mail is true for as long as the row's event has the version that it has now;
 * sets what of it the reader may be told.
 */
int making_rest_on_event(Making *making);

/** making_close_hidden() - close the mail: it would tell of an event that the reader may not see (any more). */
int making_close_hidden(Making *making);

/**
 * making_keep_quiet() - hold the mail back during the reader's quiet hours, as long as it comes in time all
 * the same: before the start, or, once that is past, before the end. A reader who would miss the event by
 * them gets the mail at once.
 * @ret_due: when the mail was to go: behind the quiet hours that it was due in
 * Return: 0 or JOB_WAIT.
 */
int making_keep_quiet(
                Making *making, const Zone *event_zone, usec_t start_usec, usec_t end_usec, usec_t *ret_due);

/**
 * mails_load_listed() - OutboxKind.load() of a mail to a contact: whether the contact may get it
 * mails_check_listed() - OutboxKind.check() of the same; also of the other events that the mail tells of
 */
int mails_load_listed(Job *job);
int mails_check_listed(const Job *job, Store *store);

/** The row of the table of kinds for digests. */
int mails_make_digest(Job *job, Buffer *out);
int mails_check_digest(const Job *job, Store *store);
void mails_digest_done(Job *job);

/** The row of the table of kinds for the mail that asks for a confirmation. */
int mails_load_confirm(Job *job);
int mails_make_confirm(Job *job, Buffer *out);
int mails_check_confirm(const Job *job, Store *store);
void mails_confirm_done(Job *job);

/**
 * mails_make_reminder() - OutboxKind.compose() of a reminder; one that tells others the same is filled in
 * anew and not composed again.
 */
int mails_make_reminder(Job *job, Buffer *out);
