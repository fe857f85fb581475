#pragma once

/*
 * The parts of an event (RELATED-TO;RELTYPE=PARENT), and their parts. A command that changes their parent
 * does the same to them with --with-parts; without it, the command tells which of them no longer fit.
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

/** parts_keep() - forget the parts that @is_wanted refuses */
void parts_keep(Parts *parts, bool (*is_wanted)(const Part *part, const void *userdata),
                const void *userdata);

/** The distance of a parent's move, by the clock. */
typedef struct PartShift {
        int64_t days;    /* of parts that take whole days */
        int64_t seconds; /* of all others */
} PartShift;

/** parts_shift() - find the distance from one start to another; 0 if one of them is WHEN_NONE */
PartShift parts_shift(const When *from, const When *to);

/**
 * parts_move() - move the parts, in an open transaction. A series is not moved but reported, a draft is
 * not moved.
 * Return: CLI_DONE, or an exit code after a message.
 */
int parts_move(Cli *cli, const Parts *parts, const PartShift *shift);

/**
 * parts_tell_left() - tell how many parts were left behind, and the commands that would move them
 * @shift: of their parent
 * Return: 0 or negative errno.
 */
int parts_tell_left(Cli *cli, const Parts *parts, const PartShift *shift);

/**
 * parts_tell() - name the parts on standard error
 * @pattern: with {n}, {name}: of the parent, {parts}, {command}: the command as it was typed, with
 *           --with-parts
 */
void parts_tell(Cli *cli, const char *pattern, const Parts *parts);

/** parts_tell_changed() - name a part that was changed with its parent, on standard output */
void parts_tell_changed(Cli *cli, const Part *part);
