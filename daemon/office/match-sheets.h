#pragma once

/* The timetable of an event's wishes for print: by hour, or a sheet for each table or participant. */

#include "meet/timetable-sheets.h"
#include "office/call.h"

typedef struct MatchSheets MatchSheets;

/** match_sheets_find() - find the sheets by the value of the query's `by`. Return: NULL for none. */
const MatchSheets *match_sheets_find(const char *name);

/** match_sheets_write_links() - write a link to each kind of sheets of an event */
void match_sheets_write_links(OfficeCall *call, const char *event);

/**
 * match_sheets_write() - write the sheets
 * @title: of the event
 * @zone:  in which the times are written
 * Return: 0 or negative errno.
 */
int match_sheets_write(OfficeCall *call, const char *title, const Zone *zone, const Timetable *timetable,
                const MatchSheets *sheets);
