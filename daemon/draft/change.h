#pragma once

/* A change that a text tells about an event that is kept already: a proposal for a person, as a command. */

#include "base/buffer.h"
#include "calendar/event.h"
#include "draft/model.h"

enum { DRAFT_WHEN_SIZE = 24 };

typedef struct DraftChange {
        /*
         * As `convene date` takes them; "" if the text tells nothing else. The end is the last day or a
         * time.
         */
        char start[DRAFT_WHEN_SIZE], end[DRAFT_WHEN_SIZE];
        char old_start[DRAFT_WHEN_SIZE], old_end[DRAFT_WHEN_SIZE];
        Buffer place;          /* empty if the text tells no other place */
        const char *old_place; /* borrowed from the event; "" for none */
} DraftChange;

/**
 * draft_change_init() - compare a draft with a kept event. A time or a place that the text does not tell
 * is no change. Return: 0 or -ENOMEM; draft_change_done() is due in both cases.
 */
int draft_change_init(const DraftSet *set, size_t event, const Event *known, DraftChange *ret);
void draft_change_done(DraftChange *change);

bool draft_change_is_empty(const DraftChange *change);

/** draft_change_is_same_place() - whether the draft's town may be the event's: it has no other place */
bool draft_change_is_same_place(const DraftSet *set, size_t event, const Event *known);

/** draft_place_text() - append a draft's town and venue, as LOCATION has them */
void draft_place_text(const DraftEvent *event, Buffer *out);
