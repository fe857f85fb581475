#pragma once

/*
 * A part of an event lies within its parent. One that does not is kept all the same, since either date may
 * be the wrong one, with a warning on standard error.
 */

#include "cli/command.h"
#include "store/object.h"

/**
 * parent_check() - warn when an event lies outside of its parent. @ret_outside: may be NULL. Return: 0, a
 * condition, negative errno.
 */
int parent_check(Cli *cli, const ObjectRecord *record, bool *ret_outside);

/** parent_check_parts() - the same for each part of the event @uid. */
int parent_check_parts(Cli *cli, const char *uid);

/** parent_check_all() - the same for every event; adds to @ret_n how many lie outside. */
int parent_check_all(Cli *cli, int *ret_n);
