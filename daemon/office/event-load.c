#include "office/event-load.h"

int event_load_record(const OfficeCall *call, const char *uid, ObjectRecord **ret)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = object_find(call->store, uid, &record);
        if (r == 0 && record->kind != OBJECT_EVENT && record->kind != OBJECT_DRAFT)
                r = STORE_E_NOT_FOUND;
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? OFFICE_E_NOT_FOUND : r;
        *ret = TAKE_PTR(record);
        return 0;
}

int event_load(const OfficeCall *call, const char *uid, ObjectRecord **ret_record, Event **ret)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = event_load_record(call, uid, &record);
        if (r == 0)
                r = office_may_read(call, record->collection);
        if (r == 0)
                r = event_parse(call->parts->zones, record->text, record->len, ret, NULL);
        if (r == 0)
                *ret_record = TAKE_PTR(record);
        return r;
}
