#include "meet/host.h"

#include "store/address-fold.h"
#include "store/object.h"

#include <ctype.h>
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

/* Whether a character can be a part of an address or UID. */
static bool is_part(char c)
{
        return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 || (c && strchr("@._+-", c));
}

/* Whether a text has a word that is not a part of a longer one: ann@x.org is not in joann@x.org. */
static bool has_word(const char *text, const char *word, char *(*find)(const char *, const char *))
{
        size_t len = strlen(word);
        for (const char *at = text; len > 0 && (at = find(at, word)); at++) {
                const char *after = at + len;
                bool is_stop = *after == '.' && !is_part(after[1]); /* the point that ends a sentence */
                if ((at == text || !is_part(at[-1])) && (is_stop || !is_part(*after)))
                        return true;
        }
        return false;
}

/* A UID that could be a common word or number must be the whole text. */
static bool has_uid(const char *text, const char *uid)
{
        return strcmp(text, uid) == 0 || (strpbrk(uid, "@-") && has_word(text, uid, strstr));
}

bool host_is_named(const Host *host, const char *text)
{
        const ContentLine *line = NULL;
        if (has_uid(text, card_uid(host->card)))
                return true;
        while ((line = card_property_next(host->card, "EMAIL", line)))
                if (has_word(text, line->value, strcasestr))
                        return true;
        return false;
}

bool host_has_calendar(const Host *host, const char *collection)
{
        const ContentLine *line = NULL;
        while ((line = card_property_next(host->card, "X-CONVENED-CALENDAR", line)))
                if (strcmp(line->value, collection) == 0)
                        return true;
        return false;
}
