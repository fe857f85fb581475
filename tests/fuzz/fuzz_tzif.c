/* A TZif file: an accepted zone has an offset for any year and can be written as a VTIMEZONE. */

#include "base/buffer.h"
#include "base/cleanup.h"
#include "calendar/zone-data.h"

#include <assert.h>
#include <stdint.h>

enum { OUT_BYTES = 4 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        Zone *zone = NULL;
        if (zone_new("Test/Zone", &zone) != 0)
                return 0;
        if (tzif_read(data, size, zone) == 0) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(OUT_BYTES);
                for (int year = -1000; year < 12000; year += 97) {
                        CivilTime civil = { .year = year, .month = 3, .day = 31, .hour = 2, .minute = 30 };
                        CivilTime back = zone_to_civil(zone, zone_to_instant(zone, &civil));
                        assert(back.year >= year - 1 && back.year <= year + 1);
                }
                zone_write_vtimezone(zone, 0, 2000000000, &out);
        }
        zone_unref(zone);
        return 0;
}
