/*
 * The content of a PUT into a calendar and into an address book: it is taken as it is, or refused with a
 * reason.
 */

#include "dav/object-check.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_fault(int r, const ObjectFault *fault)
{
        assert(r == 0 || (r == OBJECT_CHECK_E_REFUSED && fault->element[0]));
}

static void check_kept(const CheckedObject *object, const ObjectContent *content)
{
        size_t len;
        const char *text = object->event   ? event_text(object->event, &len)
                           : object->plain ? plain_text(object->plain, &len)
                                           : card_text(object->card, &len);
        assert(len == content->len && memcmp(text, content->bytes, len) == 0);
        assert(checked_object_uid(object)[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static const unsigned all_kinds[] = { 1U << OBJECT_EVENT | 1U << OBJECT_DRAFT,
                1U << OBJECT_OWN_EVENT | 1U << OBJECT_TODO | 1U << OBJECT_JOURNAL };
        static ZoneTable *zones;
        const ObjectContent content = { .bytes = (const char *)data, .len = size };
        ObjectFault fault = { .element = "" };
        CheckedObject object;
        if (!zones && zone_table_new(NULL, &zones) != 0)
                return 0;
        for (int i = 0; i <= 2; i++) {
                int r = i < 2 ? object_check_calendar(zones, &content, all_kinds[i], &object, &fault)
                              : object_check_card(&content, &object, &fault);
                check_fault(r, &fault);
                if (r == 0)
                        check_kept(&object, &content);
                checked_object_done(&object);
        }
        return 0;
}
