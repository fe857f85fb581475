#pragma once

/*
 * Warns of a series whose occurrences are longer than a day, or so long that they overlap: people easily
 * enter the end of the series as the end of its first occurrence.
 */

#include "calendar/event.h"
#include "cli/command.h"

/**
 * series_check() - warn if a new version of a series has long occurrences, except if the stored version has
 * the same length and overlap
 * @event: the new version, before it is stored
 * Return: 0, a condition of the store, or negative errno.
 */
int series_check(Cli *cli, const Event *event);
