#pragma once

/* Finds out why an offer has no free slot, for the office. Pure. */

#include "meet/slot.h"

typedef enum SlotWhy {
        SLOT_WHY_NONE,     /* there are free slots */
        SLOT_WHY_ENDED,    /* the offer has ended */
        SLOT_WHY_LATER,    /* the offer begins after the horizon */
        SLOT_WHY_NOTICE,   /* the notice is longer than the horizon */
        SLOT_WHY_NO_HOURS, /* there are no hours between now and the horizon */
        SLOT_WHY_SHORT,    /* the hours, or what notice and horizon leave of them, are too short */
        SLOT_WHY_NO_EVENT, /* the event is gone, cancelled or over */
        SLOT_WHY_OUTSIDE,  /* no hours are within the event */
        SLOT_WHY_TAKEN,    /* all slots are taken */
        SLOT_WHY_N,
} SlotWhy;

/**
 * slots_why() - find out why there are no slots from now to the horizon
 * @query: its range is ignored
 * Return: 0, -ENOMEM.
 */
int slots_why(const SlotQuery *query, SlotWhy *ret);
