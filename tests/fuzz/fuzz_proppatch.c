/* The content of a PROPPATCH, MKCALENDAR or MKCOL request: a value that is kept can be read again. */

#include "base/cleanup.h"
#include "dav/properties.h"
#include "dav/property-update.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const roots[][2] = { { XML_DAV, "propertyupdate" }, { XML_CALDAV, "mkcalendar" },
        { XML_DAV, "mkcol" } };

/* A kept value is an element of the same name, and is the same when it is copied once more. */
static void check_value(const PropertyChange *change)
{
        CLEANUP(xml_reader_done) XmlReader reader = { .stream = NULL };
        CLEANUP(buffer_done) Buffer again = BUFFER_INIT(4 * PROPERTY_UPDATE_MAX_BYTES);
        assert(xml_reader_init(&reader, change->value, change->len) == 0);
        assert(xml_is(&reader, change->name.space, change->name.local));
        assert(xml_copy(&reader, &again) == 0);
        assert(again.len == change->len && memcmp(buffer_text(&again), change->value, again.len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static PropertyUpdate update;
        CLEANUP(cleanup_free) char *text = malloc(size + 1);
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4 * PROPERTY_UPDATE_MAX_BYTES);
        if (!text)
                return 0;
        memcpy(text, data, size);
        text[size] = '\0';
        for (size_t root = 0; root < sizeof(roots) / sizeof(roots[0]); root++) {
                int r = property_update_read(text, size, roots[root][0], roots[root][1], &update);
                for (size_t i = 0; r == 0 && i < update.n; i++)
                        if (update.changes[i].value)
                                check_value(&update.changes[i]);
                if (r == 0) {
                        property_update_settle(&update);
                        property_update_write(&update, &out);
                }
                property_update_done(&update);
        }
        return 0;
}
