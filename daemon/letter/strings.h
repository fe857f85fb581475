#pragma once

/*
 * The sentences of all mails, and the reasons for which mails are not sent. Each language has a file
 * strings-LANGUAGE.c (base/language.h). Texts with arguments in braces are patterns for text_message().
 * Every field must be a string, because a test iterates over the fields.
 */

#include "base/language.h"
#include "store/reason.h"

typedef struct LetterStrings {
        /* A reminder's subject: {n} days, {date}, {what} */
        const char *today, *tomorrow, *in_days, *running;
        const char *some_day;      /* if the event's day within its parent is not known: {dates}, {what} */
        const char *parts_subject; /* if the mail is about further events: {subject}, their number {n} */
        const char *parts;         /* a sentence above the parts of an event */
        const char *others;        /* a sentence above further events, which are no parts */
        const char *stop_event;    /* names the link that stops the reminders of one event */
        const char *late_subject;  /* {subject} */
        const char *late;          /* a sentence */

        /* A notice: {what}, and {when}, the weekdays and dates */
        const char *changed_subject, *place_subject, *cancelled_subject, *series_subject, *postponed_subject,
                        *restored_subject;
        const char *redated_subject;   /* if what was cancelled or postponed has another time now */
        const char *programme_subject; /* if parts of {what} have changed, and it has not: {what}, {when} */
        const char *changed, *time_changed, *place_changed, *cancelled, *postponed, *restored,
                        *redated; /* sentences */
        const char *occurrence_cancelled, *series_cancelled;
        const char *series_restored_subject, *series_restored;
        const char *new_time, *old_time, *new_place, *old_place; /* labels */
        const char *no_place;

        const char *digest;      /* a digest's subject: {n} events, {dates} */
        const char *digest_more; /* a sentence below the entries, if not all of them fit: {n} events */
        const char *parked;      /* a sentence above the events of parked mails */

        /* A request to be listed: {calendar}, {what}, {date} */
        const char *confirm_subject, *listed_subject;
        const char *confirm, *confirm_link, *confirm_other,
                        *listed; /* sentences; confirm_link is followed by the address */
        const char *everything, *the_kind, *the_event, *the_calendar; /* for {what}: {name} */

        /* The mail after the confirmation: {calendar}, {what}; welcome_link is followed by the address */
        const char *welcome_subject, *welcome, *welcome_link;
        const char *why_confirm;

        const char *part_of, *when, *where, *join, *organiser, *contact, *basis, *about, *link; /* labels */
        const char *busy, *unnamed; /* replace the name of an event: if it is hidden; if there is none */
        const char *your_clock;     /* label of the time in the recipient's zone */
        const char *basis_public, *basis_inferred; /* how well a date is known */
        const char *one_of_these;                  /* follows the dates of an event whose day is not known */
        const char *why, *why_digest, *stop;       /* the footer: {calendar}; `stop` names the link */
        const char *sample_title, *sample_place;   /* of an invented event, without , ; and \ */
        const char *reasons[MAIL_N_REASONS]; /* the text at MAIL_REASON_NONE is for an unknown reason */
} LetterStrings;

/** letter_strings() - return the texts in a language; static */
const LetterStrings *letter_strings(Language language);

/**
 * letter_reason() - the sentence for a reason, without a full stop; "" for MAIL_REASON_NONE
 * @language: a tag
 */
const char *letter_reason(const char *language, MailReason reason);
