#include "dav/privacy.h"

#include "calendar/object-mask.h"

int privacy_hide(const ObjectRecord *record, Buffer *text, ObjectRecord *ret)
{
        buffer_reset(text);
        int r = object_mask(record->text, record->len, text);
        if (r == OBJECT_TREE_E_INVALID)
                return DB_E_CORRUPT;
        if (r != 0)
                return r;
        *ret = *record;
        if (text->len == 0)
                return 0;
        ret->text = buffer_text(text);
        ret->len = text->len;
        ret->name = "";
        ret->categories = ",";
        return 0;
}
