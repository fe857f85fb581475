#pragma once

/*
 * One occurrence as lines of a letter: its name, its times on the clocks that count, its place, and what
 * more is known.
 */

#include "letter/event-item.h"
#include "letter/letter.h"

/** event_lines_days_of() - append the dates of an all-day item: "24–25 июня 2021 г.". */
int event_lines_days_of(const Letter *letter, const EventItem *item, Buffer *out);

/** event_lines_name() - append its name in the reader's language, one line. */
int event_lines_name(const Letter *letter, const EventItem *item, Buffer *out);

/**
 * event_lines_date() - append the day that it starts on, by the reader's clock: "24 июня".
 * event_lines_days() - how many days there are until then; negative when it has begun on an earlier day.
 */
int event_lines_date(const Letter *letter, const EventItem *item, Buffer *out);
int64_t event_lines_days(const Letter *letter, const EventItem *item);

/**
 * event_lines_when() - rows that say when: on the event's clock, and on the reader's where that shows
 * another time.
 */
int event_lines_when(Letter *letter, const EventItem *item, const char *label);

/** event_lines_text() - a row of a text of the item's, as its audience may see it, shortened. */
int event_lines_text(Letter *letter, const EventItem *item, const char *label, const char *text);

/**
 * event_lines_place() - a row that says where. event_lines_place_in_short() - the same in a few words.
 * event_lines_particulars() - organisers, how well the date is known, what it is about.
 */
int event_lines_place(Letter *letter, const EventItem *item);
int event_lines_place_in_short(Letter *letter, const EventItem *item);
int event_lines_particulars(Letter *letter, const EventItem *item);

/** event_lines_link() - a row with the event's address; what is not public has none. */
int event_lines_link(Letter *letter, const EventItem *item);

/**
 * event_lines_attach() - the event as it is published to the item's audience becomes the letter's calendar part,
 * unless it is too big or hidden.
 */
int event_lines_attach(Letter *letter, const EventItem *item);
