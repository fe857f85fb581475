#pragma once

/* Inside of remind/ only: an occurrence in words, as lines of a letter: its name, when in whose clock, where, and what more is known. */

#include "calendar/event.h"
#include "remind/letter.h"
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

/** describe_days_of() - append the dates of an all-day item: "24–25 июня 2021 г.". */
int describe_days_of(const Letter *letter, const Item *item, Buffer *out);

/** describe_name() - append its name in the reader's language, one line. */
int describe_name(const Letter *letter, const Item *item, Buffer *out);

/** describe_date() - append the day that it starts on, by the reader's clock: "24 июня". describe_days() - how many days there are until then; negative when it has begun on an earlier day. */
int describe_date(const Letter *letter, const Item *item, Buffer *out);
int64_t describe_days(const Letter *letter, const Item *item);

/** describe_when() - rows that say when: on the event's clock, and on the reader's where that shows another time. */
int describe_when(Letter *letter, const Item *item, const char *label);

/** describe_text() - a row of a text that is shortened. */
int describe_text(Letter *letter, const char *label, const char *text);

/** describe_place() - a row that says where. describe_particulars() - organisers, how well the date is known, what it is about. */
int describe_place(Letter *letter, const Item *item);
int describe_particulars(Letter *letter, const Item *item);

/** describe_link() - a row with the event's address; what is not public has none. */
int describe_link(Letter *letter, const Item *item);

/** describe_attach() - the event as it is published to contacts becomes the letter's calendar part, unless it is too big or hidden. */
int describe_attach(Letter *letter, const Item *item);
