#pragma once

/* Private to letter/compose*.c: writes what several kinds of mails about events have in common. */

#include "letter/compose.h"

/**
 * compose_begin() - begin a letter as letter_init() does, with the office's own texts for the kinds of an
 * event
 */
int compose_begin(Letter *letter, const EventItem *item, const LetterOptions *options);

/**
 * compose_subject() - write the subject of a reminder
 * @n_more: number of further events in the mail
 */
int compose_subject(Letter *letter, const EventItem *item, size_t n_more, bool late);

/** compose_fill_in() - fill in a pattern with the facts of an event, and append it */
int compose_fill_in(const Letter *letter, const EventItem *item, const char *pattern, Buffer *out);

/** compose_count_others() - append the number of the other events in the mail to the subject */
int compose_count_others(Letter *letter, size_t n);

/** compose_opening() - write the lines before those of the first event, with the office's own words */
int compose_opening(Letter *letter, const EventItem *item, bool late);

/**
 * compose_whole() - write the row that names the event which the item is a part of; @whole: NULL for none
 */
int compose_whole(Letter *letter, const EventItem *whole);

/** compose_lines() - write the rows of one event */
int compose_lines(Letter *letter, const EventItem *item, const EventItem *whole);

/**
 * compose_programme() - write the parts of an event
 * @parts: NULL for none
 * @ret_n: the number of parts that fit into the mail; may be NULL
 */
int compose_programme(Letter *letter, const DigestText *parts, size_t *ret_n);

/** compose_stop() - write the link that stops the mails about one event; @token: of the event's row */
int compose_stop(Letter *letter, const char *token);

/** compose_finish() - write as many events of parked mails as there is room for, and append the mail */
int compose_finish(Letter *letter, const ComposeOptions *options, Buffer *out);

/** compose_as_text() - append To, Subject and the plain text */
int compose_as_text(const Letter *letter, Buffer *out);
