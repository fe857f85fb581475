#pragma once

#include <stdbool.h>

/** The way in which contacts hear of the last change of an event. The numbers are stored. */
typedef enum DueNotify {
        DUE_NOTIFY_SETTLED = 0, /* by a notice after the settling time */
        DUE_NOTIFY_NOW = 1,     /* by a notice at once */
        DUE_NOTIFY_NONE = 2,    /* not at all: the current state counts as told */
        DUE_NOTIFY_DELETE = 3,  /* by a notice at once; when none waits any more, the event is deleted */
        DUE_NOTIFY_DELETE_SETTLED = 4, /* the same, but by a notice after the settling time */
} DueNotify;

/** due_notify_deletes() - whether the event is deleted when contacts have heard of its last change */
static inline bool due_notify_deletes(DueNotify notify)
{
        return notify == DUE_NOTIFY_DELETE || notify == DUE_NOTIFY_DELETE_SETTLED;
}
