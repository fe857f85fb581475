#include "meet/timetable-sheets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
        const SheetEntry *left = a, *right = b;
        int r = left->heading ? strverscmp(left->heading, right->heading) : 0;
        if (r == 0 && left->heading)
                r = strcmp(left->key, right->key);
        if (r != 0)
                return r;
        if (left->row->start != right->row->start)
                return left->row->start < right->row->start ? -1 : 1;
        r = strverscmp(left->row->place, right->row->place);
        return r != 0 ? r : strcmp(left->row->host, right->row->host);
}

static size_t add_entries(TimetableSheets by, const char *no_place, const TimetableRow *row, SheetEntry *ret)
{
        const char *visitor = row->visitor[0] ? row->visitor : row->address ? row->address : row->names[1];
        switch (by) {
        case SHEETS_BY_TABLE:
                ret[0] = (SheetEntry){ row->place, row->place[0] ? row->place : no_place, NULL, row };
                return 1;
        case SHEETS_BY_PARTICIPANT:
                ret[0] = (SheetEntry){ row->host, row->names[0], row->names[1], row };
                ret[1] = (SheetEntry){ visitor, row->names[1], row->names[0], row };
                return 2;
        case SHEETS_BY_HOUR:
                break;
        }
        ret[0] = (SheetEntry){ "", NULL, NULL, row };
        return 1;
}

int sheets_list(const Timetable *timetable, TimetableSheets by, const char *no_place, SheetEntry **ret,
                size_t *ret_n)
{
        SheetEntry *entries = calloc(2 * timetable->n + 1, sizeof(*entries));
        size_t n = 0;
        if (!entries)
                return -ENOMEM;
        for (size_t i = 0; i < timetable->n; i++)
                if (timetable->rows[i].host[0])
                        n += add_entries(by, no_place, &timetable->rows[i], entries + n);
        qsort(entries, n, sizeof(*entries), compare);
        *ret = entries;
        *ret_n = n;
        return 0;
}

bool sheets_begin(const SheetEntry *entry, const SheetEntry *before)
{
        if (!before)
                return true;
        if (!entry->heading)
                return entry->row->start != before->row->start;
        return strcmp(entry->heading, before->heading) != 0 || strcmp(entry->key, before->key) != 0;
}
