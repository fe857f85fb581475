/* Reading the objects of a damaged store. */

#include "base/array.h"
#include "store/object.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CATEGORY_BYTES = 256 };

static int lose(const DbSalvagedRow *row, int (*on_loss)(const ObjectLoss *loss, void *userdata),
                void *userdata)
{
        return on_loss(&(ObjectLoss){ .uid = row->name ? row->name : "",
                                       .first = row->row,
                                       .last = row->row },
                        userdata);
}

/*
 * Reads one row and reports it as an object or as a loss. If only a damaged index has a row number, the row
 * may be reported as lost although there never was such an object.
 */
static int take_row(Store *store, const DbSalvagedRow *row,
                int (*on_object)(const ObjectRecord *record, void *userdata),
                int (*on_loss)(const ObjectLoss *loss, void *userdata), void *userdata)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = object_get_by_id(store, row->row, &record);
        if (r == DB_E_CORRUPT || r == DB_E_IO || (r == STORE_E_NOT_FOUND && row->name))
                return lose(row, on_loss, userdata);
        return r == 0 ? on_object(record, userdata) : r == STORE_E_NOT_FOUND ? 0 : r;
}

int object_salvage(Store *store, int (*on_object)(const ObjectRecord *record, void *userdata),
                int (*on_loss)(const ObjectLoss *loss, void *userdata), void *userdata)
{
        CLEANUP(db_salvage_done) DbSalvage found = { .n = 0 };
        int r = db_salvage(store_db(store), "object", "uid", &found);
        for (size_t i = 0; r == 0 && i < found.n; i++)
                r = take_row(store, &found.rows[i], on_object, on_loss, userdata);
        if (r == 0 && found.has_hole)
                r = on_loss(&(ObjectLoss){ .uid = "", .first = found.first, .last = found.last }, userdata);
        return r;
}

/* The state of one call of object_each_readable(). */
typedef struct Reading {
        const ObjectFilter *filter;
        int (*on_object)(const ObjectRecord *record, void *userdata);
        int (*on_loss)(const ObjectLoss *loss, void *userdata);
        void *userdata;
        int64_t *read; /* the numbers of the objects that @on_object got */
        size_t n;
        bool has_loss;
        bool is_ended; /* by a callback */
} Reading;

static int give(Reading *reading, const ObjectRecord *record)
{
        int64_t *read = array_grow(reading->read, reading->n, sizeof(*read));
        if (!read)
                return -ENOMEM;
        reading->read = read;
        reading->read[reading->n++] = record->id;
        int r = reading->on_object(record, reading->userdata);
        reading->is_ended = r != 0;
        return r;
}

static int on_read(const ObjectRecord *record, void *userdata)
{
        return give(userdata, record);
}

static bool has_category(const ObjectRecord *record, const char *category)
{
        char wanted[CATEGORY_BYTES];
        snprintf(wanted, sizeof(wanted), ",%s,", category);
        return strstr(record->categories, wanted);
}

static bool is_timed(const ObjectRecord *record)
{
        return record->kind == OBJECT_EVENT || record->kind == OBJECT_OWN_EVENT;
}

/* The conditions of the statement of object_each(). */
static bool matches(const ObjectFilter *filter, const ObjectRecord *record)
{
        bool is_bounded = (filter->from != 0 || filter->to != 0) && is_timed(record);
        return (!filter->collection || strcmp(filter->collection, record->collection) == 0) &&
               (!filter->category || has_category(record, filter->category)) &&
               (!filter->parent || strcmp(filter->parent, record->parent) == 0) &&
               (filter->kinds == 0 || filter->kinds & 1U << record->kind) &&
               (!is_bounded || (record->start < filter->to &&
                                               (record->end > filter->from ||
                                                               record->start >= filter->from)));
}

static int by_number(const void *a, const void *b)
{
        const int64_t *left = a, *right = b;
        return *left < *right ? -1 : *left > *right;
}

/* The first @n_before numbers are sorted, and are those that were read before the damage. */
typedef struct Rest {
        Reading *reading;
        size_t n_before;
} Rest;

static int on_rest(const ObjectRecord *record, void *userdata)
{
        const Rest *rest = userdata;
        Reading *reading = rest->reading;
        bool is_read = rest->n_before > 0 &&
                       bsearch(&record->id, reading->read, rest->n_before, sizeof(record->id), by_number);
        return is_read || !matches(reading->filter, record) ? 0 : give(reading, record);
}

static int on_lost(const ObjectLoss *loss, void *userdata)
{
        Reading *reading = ((const Rest *)userdata)->reading;
        reading->has_loss = true;
        return reading->on_loss ? reading->on_loss(loss, reading->userdata) : 0;
}

static int read_rest(Store *store, Reading *reading)
{
        Rest rest = { reading, reading->n };
        if (reading->n > 0)
                qsort(reading->read, reading->n, sizeof(*reading->read), by_number);
        int r = object_salvage(store, on_rest, on_lost, &rest);
        return r == 0 && reading->has_loss && reading->n == 0 ? DB_E_CORRUPT : r;
}

int object_each_readable(Store *store, const ObjectFilter *filter,
                int (*on_object)(const ObjectRecord *record, void *userdata),
                int (*on_loss)(const ObjectLoss *loss, void *userdata), void *userdata)
{
        Reading reading = {
                .filter = filter, .on_object = on_object, .on_loss = on_loss, .userdata = userdata
        };
        int r = object_each(store, filter, on_read, &reading);
        if (r == DB_E_CORRUPT && !reading.is_ended)
                r = read_rest(store, &reading);
        free(reading.read);
        return r;
}
