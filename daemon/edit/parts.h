#pragma once

/*
 * The parts of an event (RELATED-TO;RELTYPE=PARENT), and the parts of these: found, and moved with their
 * parent.
 */

#include "calendar/edit.h"
#include "calendar/event.h"
#include "store/object.h"

typedef struct Part {
        char *uid, *name;
        Event *event;
} Part;

typedef struct Parts {
        Part *items; /* a part comes after its parent */
        size_t n;
} Parts;

void parts_done(Parts *parts);

/**
 * parts_add() - add a part at the end
 * @uid, @name: copied
 * @event:      owned by @parts if 0 is returned
 *
 * Return: 0 or -ENOMEM.
 */
int parts_add(Parts *parts, const char *uid, const char *name, Event *event);

/**
 * parts_find() - find all parts of an event, drafts included. Return: 0, a condition of the store, or
 * negative errno.
 */
int parts_find(Store *store, const char *uid, Parts *ret);

/** parts_keep() - remove the parts for which @is_wanted returns false */
void parts_keep(Parts *parts, bool (*is_wanted)(const Part *part, const void *userdata),
                const void *userdata);

/** How far a parent was moved, by its wall clock. */
typedef struct PartShift {
        int64_t days;    /* for parts that take whole days */
        int64_t seconds; /* for all other parts */
} PartShift;

/** parts_shift() - find the distance from one start to another; 0 if one of them is WHEN_NONE */
PartShift parts_shift(const When *from, const When *to);

/** parts_shifted() - a time of a part after the move of its parent */
When parts_shifted(When when, const PartShift *shift);

/** parts_is_movable() - whether all dates of a part follow from its start, so that it can be moved */
bool parts_is_movable(const Part *part);

/** The new dates of a part, with the memory for their texts. It must not be moved. */
typedef struct PartDates {
        struct {
                char value[17], params[WHEN_PARAMS_SIZE];
        } start, end;
        EditProperty properties[3]; /* for edit_event() */
} PartDates;

/** parts_move_dates() - make the dates of a part after the move of its parent. Return: as when_params(). */
int parts_move_dates(const Event *event, const PartShift *shift, PartDates *ret);
