#pragma once

/*
 * The parts of an event (RELATED-TO;RELTYPE=PARENT), and the parts of these. With --with-parts, a command
 * that changes the event changes its parts in the same way; without it, the command names the parts that no
 * longer fit.
 */

#include "calendar/edit.h"
#include "calendar/event.h"
#include "cli/command.h"

typedef struct Part {
        char *uid, *name;
        Event *event;
} Part;

typedef struct Parts {
        Part *items; /* a part comes after its parent */
        size_t n, allocated;
} Parts;

void parts_done(Parts *parts);

/**
 * parts_find() - find all parts of an event, drafts included. Return: 0, a condition of the store, or
 * negative errno.
 */
int parts_find(Cli *cli, const char *uid, Parts *ret);

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

/**
 * parts_move() - move the parts, in an open transaction. A series is moved only if all its dates follow
 * from its start; otherwise it is reported. Drafts stay as they are.
 * Return: CLI_DONE, or an exit code after a message.
 */
int parts_move(Cli *cli, const Parts *parts, const PartShift *shift);

/**
 * parts_tell_left() - print how many of the parts could be moved with their parent, and the commands that
 * would move them
 * @shift: of their parent; if it is 0, nothing is printed
 * Return: 0 or negative errno.
 */
int parts_tell_left(Cli *cli, const Parts *parts, const PartShift *shift);

/**
 * parts_tell() - name the parts on standard error; if there are none, print nothing
 * @pattern: with {n}, {name}: of the parent, {parts}, {command}: the command as it was typed, with
 *           --with-parts
 */
void parts_tell(Cli *cli, const char *pattern, const Parts *parts);

/** parts_tell_changed() - name a part that was changed with its parent, on standard output */
void parts_tell_changed(Cli *cli, const Part *part);
