#pragma once

/* Prints the timetable of `convene match`. */

#include "calendar/zone.h"
#include "cli/command.h"
#include "meet/timetable-sheets.h"

/** The data to print; borrowed. */
typedef struct MatchPrint {
        Cli *cli;
        const char *event;
        const Zone *zone; /* in which the times are printed */
        const Timetable *timetable;
        TimetableSheets by;
} MatchPrint;

/**
 * match_print() - print the meetings grouped by start time, table or participant. The groups by start time
 * are followed by the wishes without a meeting, and by how many of all wishes are granted.
 *
 * With the option --pages a form feed precedes each group but the first.
 * Return: 0 or negative errno.
 */
int match_print(const MatchPrint *print);

/** match_print_json() - print the timetable as one JSON object, on one line. Return: 0 or negative errno. */
int match_print_json(const MatchPrint *print);
