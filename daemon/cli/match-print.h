#pragma once

/* Prints the timetable of `convene match`. */

#include "calendar/zone.h"
#include "cli/command.h"
#include "meet/timetable.h"

typedef enum MatchPrintBy {
        MATCH_PRINT_HOUR,
        MATCH_PRINT_TABLE,
        MATCH_PRINT_PARTICIPANT,
} MatchPrintBy;

/** The data to print; borrowed. */
typedef struct MatchPrint {
        Cli *cli;
        const char *event;
        const Zone *zone; /* of the times */
        const Timetable *timetable;
        MatchPrintBy by;
} MatchPrint;

/**
 * match_print() - print the meetings of each hour, table or participant; after those of the hours also the
 * wishes that are not granted, and their number
 *
 * With the option --pages a form feed is before each hour, table or participant but the first.
 */
int match_print(const MatchPrint *print);

/** match_print_json() - print the timetable as one object */
int match_print_json(const MatchPrint *print);
