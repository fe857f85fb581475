#pragma once

/*
 * Warns of a series whose occurrences were made longer than a day, or so long that they overlap: the end of
 * one occurrence is easily taken for the end of the series.
 */

#include "calendar/event.h"
#include "cli/command.h"

/**
 * series_check() - warn if a new version of a series has long occurrences, and the kept version has not
 * @event: not stored yet
 * Return: 0, a condition of the store, or negative errno.
 */
int series_check(Cli *cli, const Event *event);
