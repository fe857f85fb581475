#pragma once

/*
 * The rows of `convene list` about events. Without limits, a series has one row. Between two days it has a
 * row for each occurrence, and the rows of all events are in order of their starts.
 */

#include "cli/command.h"
#include "store/object.h"

typedef struct ListRow ListRow;

typedef struct ListEvents {
        Cli *cli;
        bool json;
        usec_t from, to; /* as in ObjectFilter. If `to` is USEC_INFINITY, a series has only its first row. */
        ListRow *rows;   /* with limits: the rows to sort and print */
        size_t n;
        size_t n_damaged; /* objects whose text is damaged; each was named and is left out */
        size_t n_printed;
} ListEvents;

/**
 * list_events_add() - print the row of an event or draft; with limits, keep its rows instead
 * Return: 0 or negative errno.
 */
int list_events_add(ListEvents *list, const ObjectRecord *record);

/** list_events_print() - sort and print the rows that were kept */
void list_events_print(ListEvents *list);

void list_events_done(ListEvents *list);
