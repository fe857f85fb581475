#pragma once

/* Inside of remind/ only: an occurrence in strings, as lines of a letter: its name, when in whose clock, where, and what more is known. */

#include "calendar/event.h"
#include "letter/letter.h"
#include "store/object.h"

/** What a letter speaks of; all borrowed. */
typedef struct Item {
        const Event *event;
        const ObjectRecord *record;
        const Occurrence *occurrence;
} Item;

/** item_is_confidential() - only its times may be told: the stricter of the event's CLASS and the occurrence's own counts. */
bool item_is_confidential(const Item *item);

/** item_place() - its place in one line, borrowed; "" when it has none or must not be told. */
const char *item_place(const Item *item);

/** item_has_open_day() - it spans its whole because its own day within that is not known: X-CONVENED-DATE-PRECISION:WITHIN-PARENT. */
bool item_has_open_day(const Item *item);

/** event_lines_days_of() - append the dates of an all-day item: "24–25 июня 2021 г.". */
int event_lines_days_of(const Letter *letter, const Item *item, Buffer *out);

/** event_lines_name() - append its name in the reader's language, one line. */
int event_lines_name(const Letter *letter, const Item *item, Buffer *out);

/** event_lines_date() - append the day that it starts on, by the reader's clock: "24 июня". event_lines_days() - how many days there are until then; negative when it has begun on an earlier day. */
int event_lines_date(const Letter *letter, const Item *item, Buffer *out);
int64_t event_lines_days(const Letter *letter, const Item *item);

/** event_lines_when() - rows that say when: on the event's clock, and on the reader's where that shows another time. */
int event_lines_when(Letter *letter, const Item *item, const char *label);

/** event_lines_text() - a row of a text that is shortened. */
int event_lines_text(Letter *letter, const char *label, const char *text);

/** event_lines_place() - a row that says where. event_lines_particulars() - organisers, how well the date is known, what it is about. */
int event_lines_place(Letter *letter, const Item *item);
int event_lines_particulars(Letter *letter, const Item *item);

/** event_lines_link() - a row with the event's address; what is not public has none. */
int event_lines_link(Letter *letter, const Item *item);

/** event_lines_attach() - the event as it is published to contacts becomes the letter's calendar part, unless it is too big or hidden. */
int event_lines_attach(Letter *letter, const Item *item);
