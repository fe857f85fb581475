#pragma once

/* The meetings of a timetable on sheets for print: by hour, or a sheet for each table or participant. */

#include "meet/timetable.h"

typedef enum TimetableSheets {
        SHEETS_BY_HOUR,
        SHEETS_BY_TABLE,
        SHEETS_BY_PARTICIPANT,
} TimetableSheets;

/* A meeting on a sheet. All strings are borrowed from the timetable. */
typedef struct SheetEntry {
        const char *key;     /* distinguishes sheets that have the same heading */
        const char *heading; /* of the sheet; NULL: the time of the meeting */
        const char *other;   /* the person whom the participant of the sheet meets; NULL: print both names */
        const TimetableRow *row;
} SheetEntry;

/**
 * sheets_list() - list the meetings of a timetable in the order in which they are printed
 * @no_place: the heading of meetings without a place; borrowed
 * @ret:      the caller frees it; borrows from @timetable and @no_place
 * Return: 0 or -ENOMEM.
 */
int sheets_list(const Timetable *timetable, TimetableSheets by, const char *no_place, SheetEntry **ret,
                size_t *ret_n);

/** sheets_begin() - whether an entry begins a sheet; @before: the entry before it, NULL for none */
bool sheets_begin(const SheetEntry *entry, const SheetEntry *before);
