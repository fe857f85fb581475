#pragma once

/*
 * The lines of `convene check` about meetings. They do not count as faults of the store, but the office
 * should know of them.
 */

#include "cli/command.h"

/**
 * meeting_check_all() - print bookings of one host that overlap, as imported ones may, and offers without a
 * free time, with the reason
 *
 * Return: 0, a condition of the store, negative errno.
 */
int meeting_check_all(Cli *cli);
