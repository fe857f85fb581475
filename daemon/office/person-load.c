#include "office/person-load.h"

int person_load(OfficeCall *call, const char *uid, ObjectRecord **ret_record, Card **ret_card)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = object_find(call->store, uid, &record);
        if (r == STORE_E_NOT_FOUND || (r == 0 && record->kind != OBJECT_CARD))
                return OFFICE_E_NOT_FOUND;
        if (r == 0)
                r = office_may_read(call, record->collection);
        if (r == 0)
                r = card_parse(record->text, record->len, ret_card, NULL);
        if (r != 0)
                return r == CARD_E_INVALID ? OFFICE_E_NOT_FOUND : r;
        *ret_record = TAKE_PTR(record);
        return 0;
}
