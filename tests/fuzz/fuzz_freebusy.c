/*
 * A file of busy times that a host publishes elsewhere. The times that are read are in order and not
 * empty, overlap the range, and are not more than the maximum.
 */

#include "meet/freebusy-read.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static ZoneTable *zones;
        const usec_t from = 1781481600 * USEC_PER_SEC, to = from + 30 * USEC_PER_DAY;
        CLEANUP(busy_done) BusyList list = { 0 };
        const Zone *zone;
        size_t n_unread;
        if (!zones && zone_table_new(NULL, &zones) != 0)
                return 0;
        if (zone_table_get(zones, "Europe/Moscow", &zone) != 0 ||
                        freebusy_read(zones, zone, (const char *)data, size, from, to, &list, &n_unread) !=
                                        0)
                return 0;
        assert(list.n <= FREEBUSY_TIMES_MAX);
        for (size_t i = 0; i < list.n; i++) {
                const Busy *busy = &list.items[i];
                assert(busy->start < busy->end && busy->end > from && busy->start < to);
                assert(busy->kind == BUSY_FETCHED && (i == 0 || list.items[i - 1].start <= busy->start));
        }
        return 0;
}
