#include "meet/host.h"

#include "base/text.h"
#include "store/address-fold.h"
#include "store/calendar.h"
#include "store/object.h"

#include <string.h>

void host_done(Host *host)
{
        card_free(host->card);
}

int host_load(Store *store, const char *uid, Host *ret)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        *ret = (Host){ NULL };
        int r = object_find(store, uid, &record);
        if (r != 0)
                return r;
        if (record->kind != OBJECT_CARD)
                return STORE_E_NOT_FOUND;
        r = card_parse(record->text, record->len, &ret->card, NULL);
        return r == CARD_E_INVALID ? STORE_E_NOT_FOUND : r;
}

bool host_has_mailbox(const Host *host, const char *address)
{
        const ContentLine *line = NULL;
        while ((line = card_property_next(host->card, "EMAIL", line)))
                if (address_is_same(line->value, address))
                        return true;
        return false;
}

bool host_has_address(const Host *host, const char *uri)
{
        return strncasecmp(uri, "mailto:", 7) == 0 && host_has_mailbox(host, uri + 7);
}

/* A UID that could be a common word or number must be the whole text. */
static bool has_uid(const char *text, const char *uid)
{
        return strcmp(text, uid) == 0 || (strpbrk(uid, "@-") && text_has_word(text, uid, strstr));
}

bool host_is_named(const Host *host, const char *text)
{
        const ContentLine *line = NULL;
        if (has_uid(text, card_uid(host->card)))
                return true;
        while ((line = card_property_next(host->card, "EMAIL", line)))
                if (text_has_word(text, line->value, strcasestr))
                        return true;
        return false;
}

bool host_has_calendar(const Host *host, const char *collection)
{
        return calendar_is_of_host(host->card, collection);
}
