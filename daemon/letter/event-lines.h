#pragma once

/*
 * One occurrence as lines of a letter: its name, its times in the event's and the reader's zone, its
 * place, and particulars.
 */

#include "letter/event-item.h"
#include "letter/letter.h"

/** event_lines_days_of() - append the dates of an all-day item: "24–25 июня 2021 г.". */
int event_lines_days_of(const Letter *letter, const EventItem *item, Buffer *out);

/** event_lines_name() - append the event's name in the reader's language, as one line */
int event_lines_name(const Letter *letter, const EventItem *item, Buffer *out);

/**
 * event_lines_date() - append the day of its start, by the reader's clock: "24 июня"
 * event_lines_days() - return the number of days until then; negative if it began on an earlier day
 */
int event_lines_date(const Letter *letter, const EventItem *item, Buffer *out);
int64_t event_lines_days(const Letter *letter, const EventItem *item);

/**
 * event_lines_when() - add rows with the time in the event's zone and, if it is another there, in the
 * reader's zone
 */
int event_lines_when(Letter *letter, const EventItem *item, const char *label);

/** event_lines_text() - add a row with a text of the item as its audience may see it, shortened */
int event_lines_text(Letter *letter, const EventItem *item, const char *label, const char *text);

/**
 * event_lines_place() - add a row with the place
 * event_lines_place_in_short() - the same, cut at fewer bytes
 * event_lines_particulars() - add rows with organisers, basis of the date, and description
 */
int event_lines_place(Letter *letter, const EventItem *item);
int event_lines_place_in_short(Letter *letter, const EventItem *item);
int event_lines_particulars(Letter *letter, const EventItem *item);

/** event_lines_link() - add a row with the event's address, if the event is public */
int event_lines_link(Letter *letter, const EventItem *item);

/**
 * event_lines_attach() - make the event, as published to the item's audience, the letter's calendar part,
 * unless it is too big or hidden
 */
int event_lines_attach(Letter *letter, const EventItem *item);
