#pragma once

/*
 * Checks that each part of an event is within its parent. A part that is outside is stored too, with a
 * warning on standard error, because either date may be wrong.
 */

#include "calendar/event.h"
#include "cli/command.h"
#include "store/object.h"

/**
 * parent_check_within() - whether the dates of a part are within those of its parent; false if only one of
 * the two has dates
 */
bool parent_check_within(const Cli *cli, const Event *part, const Event *parent);

/**
 * parent_check_new() - refuse a parent that is not stored, or that is the event itself or one of its parts
 * @uid: of the event that becomes a part
 * Return: CLI_DONE, or an exit code after a message.
 */
int parent_check_new(Cli *cli, const char *parent_uid, const char *uid);

/**
 * parent_check() - warn if an event is not within its parent
 * @ret_outside: whether it is outside; may be NULL
 * Return: 0, a condition of the store, or negative errno.
 */
int parent_check(Cli *cli, const ObjectRecord *record, bool *ret_outside);

/** parent_check_parts() - as parent_check(), for each part of the event @uid */
int parent_check_parts(Cli *cli, const char *uid);

/**
 * parent_check_all() - as parent_check(), for every event; also warn of parts whose parent is not stored
 * @ret_n: increased by the number of parts that are outside of their parents
 */
int parent_check_all(Cli *cli, int *ret_n);
