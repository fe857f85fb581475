#include "store/object.h"

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
