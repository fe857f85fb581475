#pragma once

/* Reads dates and times of the command line. */

#include "calendar/when.h"
#include "cli/command.h"

/**
 * input_when() - read `2026-12-01` as WHEN_DATE, or `2026-12-01T10:00[:00]` as WHEN_FLOATING; a blank may
 * replace the T. Also reads what people write (draft/written-date.h); today is the day in the
 * configuration's time zone. For a text that people understand differently, cli_usage() then tells what is
 * unclear.
 *
 * Return: 0 or -EINVAL.
 */
int input_when(Cli *cli, const char *text, When *ret);

/**
 * input_end() - read an end: as input_when(), or `12:00` alone, on the day of a start that has a time
 * Return: 0 or -EINVAL, also if start and end are not of one form.
 */
int input_end(Cli *cli, const char *text, const When *start, When *ret);

/**
 * input_moment() - read a time with a UTC offset (RFC 3339), or one of input_when() by the clock of @zone
 * Return: 0 or -EINVAL.
 */
int input_moment(Cli *cli, const char *text, const Zone *zone, usec_t *ret);

/**
 * input_day_option() - read an option whose value is a day, `2026-12-01`, in the configuration's time zone
 * @later: the number of days to add: 1 for the exclusive end of the day
 * @ret:   the midnight at which the resulting day begins; unchanged if the option is not given
 * Return: CLI_DONE, or an exit code after a message.
 */
int input_day_option(Cli *cli, const char *option, int later, usec_t *ret);

/**
 * input_limit_option() - read --limit, the largest number of rows that a command lists
 * @fallback: for a command without the option
 * @ret: 1 or more
 *
 * Return: CLI_DONE, or an exit code after a message.
 */
int input_limit_option(const Cli *cli, int fallback, int *ret);
