#pragma once

/*
 * The parts of an event (edit/parts.h) on the command line. With --with-parts, a command that changes the
 * event changes its parts in the same way; without it, the command names the parts that no longer fit.
 */

#include "cli/command.h"
#include "edit/parts.h"

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
