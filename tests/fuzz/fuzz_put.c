/* The content of a PUT into a calendar and into an address book: it is taken as it is, or refused with a reason. */

#include "dav/object-check.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_fault(int r, const ObjectFault *fault)
{
        assert(r == 0 || (r == OBJECT_CHECK_E_REFUSED && fault->element[0]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static ZoneTable *zones;
        const ObjectContent content = { .bytes = (const char *)data, .len = size };
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(card_freep) Card *card = NULL;
        ObjectFault fault = { .element = "" };
        size_t len;
        if (!zones && zone_table_new(NULL, &zones) != 0)
                return 0;
        int r = object_check_event(zones, &content, 1U << OBJECT_EVENT | 1U << OBJECT_DRAFT, &event, &fault);
        check_fault(r, &fault);
        if (r == 0) {
                const char *text = event_text(event, &len);
                assert(len == size && memcmp(text, data, size) == 0);
        }
        r = object_check_card(&content, &card, &fault);
        check_fault(r, &fault);
        if (r == 0) {
                const char *text = card_text(card, &len);
                assert(len == size && memcmp(text, data, size) == 0);
        }
        return 0;
}
