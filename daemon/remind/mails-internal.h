#pragma once

/*
 * Private to remind/mails*.c: the state of a mail that is being composed, and the callbacks of the kinds
 * that have their own files.
 */

#include "letter/compose.h"
#include "outbox/job.h"
#include "remind/digest.h"
#include "remind/parked.h"
#include "remind/whole.h"

typedef struct Making {
        Job *job;
        Buffer *out; /* NULL if the mail is only checked, not composed */
        ComposeOptions options;
        Parked parked;
        size_t n_repeated;    /* the composed mail has this number of `parked.items`, from the first on */
        WholeItem whole;      /* the event that the row's event is a part of, as the mail names it */
        int64_t event_change; /* version of the row's event; 0 if the event does not exist */
        PublishAudience audience; /* how much of the row's event the recipient may see */
} Making;

/** making_letter_options() - the recipient and the headers of a job's mail */
LetterOptions making_letter_options(const Job *job);

/**
 * making_init() - prepare the options for composing, including the events of parked mails
 * @out: borrowed; NULL to only check that the stored mail is still correct
 * Return: 0, a condition of the store, or negative errno. In every case the caller must call making_done().
 */
int making_init(Making *making, Job *job, Buffer *out);

/**
 * making_repeat_parked() - record in the job which parked mails the composed mail repeats. Return: 0 or
 * -ENOMEM.
 */
int making_repeat_parked(Making *making);
void making_done(Making *making);

/**
 * making_rest_on_event() - make the mail depend on the current version of the row's event, and find how much
 * of the event the recipient may see
 */
int making_rest_on_event(Making *making);

/** making_name_whole() - let the mail name the event that @part belongs to, if there is one */
int making_name_whole(Making *making, const Event *part);

/** making_close_hidden() - cancel a mail about an event hidden from the recipient. Return: JOB_CLOSE. */
int making_close_hidden(Making *making);

/**
 * making_keep_quiet() - delay the mail to the end of the recipient's quiet hours
 * @ret_due: when the mail was due; if that was in quiet hours, their end
 *
 * The mail is delayed only if it is still useful at the end of the quiet hours: before the event's start or,
 * if the event has already started, before its end. Otherwise it is sent at once.
 *
 * Return: 0 if the mail may be sent now, or JOB_WAIT.
 */
int making_keep_quiet(
                Making *making, const Zone *event_zone, usec_t start_usec, usec_t end_usec, usec_t *ret_due);

/** making_is_late() - whether a reminder that was due at @due is late: by more than an hour */
bool making_is_late(const Making *making, usec_t due);

/**
 * mails_load_listed() - OutboxKind.load() for mails to a contact: check whether the contact may get the mail
 */
int mails_load_listed(Job *job);

/**
 * mails_check_listed() - OutboxKind.check() for mails to a contact: check again whether the contact may get
 * the mail, and check the other events in the mail too
 */
int mails_check_listed(const Job *job, Store *store);

/**
 * mails_make_notice() - OutboxKind.compose() for notices. If other notices of the contact are due, the mail
 * is about all of them. load() and check() of notices also wait for the tasks of the events
 * (store/change-task.h).
 */
int mails_make_notice(Job *job, Buffer *out);
int mails_load_notice(Job *job);
int mails_check_notice(const Job *job, Store *store);
void mails_notice_done(Job *job);

/** The callbacks for digests; check() is that of all mails that may list several events. */
int mails_make_digest(Job *job, Buffer *out);
int mails_check_digest(const Job *job, Store *store);
void mails_digest_done(Job *job);

/**
 * mails_rest_on_digest() - make the mail depend on the versions of the events in a list. Return: 0 or
 * -ENOMEM.
 */
int mails_rest_on_digest(Job *job, const Digest *digest);

/**
 * mails_look_at_told() - find whether the fixed bytes (job_is_fixed()) still describe all occurrences in
 * their list correctly
 */
int mails_look_at_told(const Job *job, Store *store, bool *ret_holds);

/** The callbacks for the mail that asks to confirm an address. */
int mails_load_confirm(Job *job);
int mails_make_confirm(Job *job, Buffer *out);
int mails_check_confirm(const Job *job, Store *store);
void mails_confirm_done(Job *job);

/** mails_make_welcome() - OutboxKind.compose() for the mail after a confirmation */
int mails_make_welcome(Job *job, Buffer *out);

/** The callbacks for announcements. */
int mails_load_announcement(Job *job);
int mails_make_announcement(Job *job, Buffer *out);
int mails_check_announcement(const Job *job, Store *store);
void mails_announcement_done(Job *job);

/**
 * mails_make_reminder() - OutboxKind.compose() for reminders. If other reminders of the contact are due,
 * the mail is about all of them. Otherwise, if the cache has a template with the same contents, it is
 * filled in.
 */
int mails_make_reminder(Job *job, Buffer *out);
void mails_reminder_done(Job *job);

/**
 * mails_compose_reminder() - compose the mail about one reminder, with the parts of its event
 * @is_alone: whether the mail may become a template for others; if so, a template is made unless the event
 *            has parts
 */
int mails_compose_reminder(Making *making, const EventItem *item, bool is_alone);

/**
 * mails_make_bundle() - compose one mail about this reminder and others of the contact
 * @ret: whether a mail was composed; false if no other reminder can go into one mail with this one
 * Return: 0, a condition of the store, or negative errno.
 */
int mails_make_bundle(Making *making, bool *ret);
