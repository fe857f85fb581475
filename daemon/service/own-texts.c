#include "service/own-texts.h"

#include "base/log.h"
#include "edit/office-texts.h"
#include "store/office-text.h"

static void log_fault(const char *name, const InputError *fault, void *userdata)
{
        (void)userdata;
        log_warning("the office's text %s is not used: %s", name, fault->message);
}

int own_texts_apply(Store *store, Config *file, Config **ret, int64_t *ret_last)
{
        return office_texts_apply(store, file, log_fault, NULL, ret, ret_last);
}

bool own_texts_have_changed(Store *store, int64_t last)
{
        int64_t now = 0;
        return office_text_last(store, &now) == 0 && now != last;
}
