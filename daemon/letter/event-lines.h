#pragma once

/*
 * One occurrence as lines of a letter: the name, the times in the event's and in the recipient's zone, the
 * place, and other details. Functions of type int return 0 or negative errno.
 */

#include "letter/event-item.h"
#include "letter/letter.h"

/** event_lines_days_of() - append the dates of an all-day item: "24–25 июня 2021 г.". */
int event_lines_days_of(const Letter *letter, const EventItem *item, Buffer *out);

/** event_lines_name() - append the event's name in the recipient's language, as one line */
int event_lines_name(const Letter *letter, const EventItem *item, Buffer *out);

/** event_lines_date() - append the day on which the item starts in the recipient's zone: "24 июня" */
int event_lines_date(const Letter *letter, const EventItem *item, Buffer *out);

/**
 * event_lines_dates() - append the weekdays and the dates that the item covers, in the recipient's zone:
 * "чт, 24 июня", "чт–пт, 24–25 июня 2021 г."
 */
int event_lines_dates(const Letter *letter, const EventItem *item, Buffer *out);

/**
 * event_lines_days() - return the number of days until the item starts, in the recipient's zone: 0 for the
 * day of the mail, negative for an earlier day
 */
int64_t event_lines_days(const Letter *letter, const EventItem *item);

/**
 * event_lines_when() - add a row with the time in the event's zone. If the time in the recipient's zone is
 * different, add a second row with that time.
 */
int event_lines_when(Letter *letter, const EventItem *item, const char *label);

/** event_lines_text() - add a row with a text of the item, as its audience may see it; a long text is cut */
int event_lines_text(Letter *letter, const EventItem *item, const char *label, const char *text);

/** event_lines_place() - add a row with the place */
int event_lines_place(Letter *letter, const EventItem *item);

/** event_lines_place_in_short() - add a row with the place, cut at fewer bytes */
int event_lines_place_in_short(Letter *letter, const EventItem *item);

/**
 * event_lines_particulars() - add rows with the addresses of web conferences, the organisers, the contacts,
 * the basis of the date, and the description
 */
int event_lines_particulars(Letter *letter, const EventItem *item);

/** event_lines_link() - add a row with the address of the event's page, if the event is public */
int event_lines_link(Letter *letter, const EventItem *item);

/** event_lines_write_link() - append the address of the event's page */
void event_lines_write_link(const Letter *letter, const EventItem *item, Buffer *out);
