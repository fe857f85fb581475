#pragma once

/*
 * Inside of remind/mails* only: the state of a mail that is being composed, and the kinds that have files
 * of their own.
 */

#include "letter/compose.h"
#include "outbox/job.h"
#include "remind/parked.h"

typedef struct Making {
        Job *job;
        Buffer *out; /* NULL to check only whether the mail is still true */
        ComposeOptions options;
        Parked parked;
        int64_t event_change;     /* version of the event; 0 for none */
        PublishAudience audience; /* of the event */
} Making;

/**
 * making_init() - prepare the options for composing, with the events of parked mails
 * @out: borrowed; NULL to check only whether the mail is still true
 * Return: 0, a condition of the store, negative errno. making_done() it in any case.
 */
int making_init(Making *making, Job *job, Buffer *out);
void making_done(Making *making);

/**
 * making_rest_on_event() - make the mail depend on the current version of the row's event, and set how
 * much of the event the reader may see
 */
int making_rest_on_event(Making *making);

/** making_close_hidden() - cancel a mail about an event that the reader may not see (any more) */
int making_close_hidden(Making *making);

/**
 * making_keep_quiet() - delay the mail to the end of the reader's quiet hours if it is still in time then:
 * before the start or, if the event has started, before its end; else it is sent at once
 * @ret_due: when the mail was due, after the quiet hours at that time
 * Return: 0 or JOB_WAIT.
 */
int making_keep_quiet(
                Making *making, const Zone *event_zone, usec_t start_usec, usec_t end_usec, usec_t *ret_due);

/**
 * mails_load_listed() - OutboxKind.load() of a mail to a contact: check whether the contact may get it
 * mails_check_listed() - OutboxKind.check() of the same: check that again, also for the other events in
 * the mail
 */
int mails_load_listed(Job *job);
int mails_check_listed(const Job *job, Store *store);

/** The callbacks of digests. */
int mails_make_digest(Job *job, Buffer *out);
int mails_check_digest(const Job *job, Store *store);
void mails_digest_done(Job *job);

/** The callbacks of the mail that asks for a confirmation. */
int mails_load_confirm(Job *job);
int mails_make_confirm(Job *job, Buffer *out);
int mails_check_confirm(const Job *job, Store *store);
void mails_confirm_done(Job *job);

/**
 * mails_make_reminder() - OutboxKind.compose() of a reminder: fill in the cached template of a reminder
 * with the same contents, else compose
 */
int mails_make_reminder(Job *job, Buffer *out);
