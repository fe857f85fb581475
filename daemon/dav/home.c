#include "dav/home.h"

#include "dav/resource.h"

#include <stdio.h>
#include <string.h>

enum { OTHER_MARK = '~' };

static bool is_owner(const char *account, const Collection *collection)
{
        char login[ACCOUNT_NAME_SIZE];
        account_login(account, login);
        return strcmp(login, collection->owner) == 0;
}

static int find_own(Store *store, const char *account, bool is_cards, const char *segment, Collection *ret)
{
        char name[COLLECTION_NAME_SIZE];
        collection_own_name(account, is_cards, segment, name);
        return collection_get(store, name, ret);
}

/*
 * Without the mark, no collection of the account has the name; with it, one has the key of the collection.
 */
int home_find(Store *store, const char *account, bool is_cards, const char *segment, Collection *ret)
{
        Collection found, own;
        bool is_marked = segment[0] == OTHER_MARK;
        bool is_reserved = is_marked && !is_cards && dav_name_is_reserved(segment + 1);
        int r = find_own(store, account, is_cards, segment + is_reserved, ret);
        if (r != STORE_E_NOT_FOUND)
                return r;
        r = collection_get(store, segment + is_marked, &found);
        if (r == 0 && (found.is_cards != is_cards || is_owner(account, &found)))
                r = STORE_E_NOT_FOUND;
        if (r == 0 && is_marked)
                r = find_own(store, account, is_cards, found.name, &own);
        if (r == 0)
                *ret = found;
        return r;
}

int home_segment(Store *store, const char *account, const Collection *collection,
                char ret[static COLLECTION_SEGMENT_SIZE])
{
        Collection own;
        bool is_own = is_owner(account, collection);
        const char *name = is_own ? collection->segment : collection->name;
        bool is_reserved = !collection->is_cards && dav_name_is_reserved(name);
        if (is_own || is_reserved) {
                snprintf(ret, COLLECTION_SEGMENT_SIZE, is_reserved ? COLLECTION_BESIDE "%.16s" : "%s", name);
                return 0;
        }
        int r = find_own(store, account, collection->is_cards, collection->name, &own);
        if (r != 0 && r != STORE_E_NOT_FOUND)
                return r;
        snprintf(ret, COLLECTION_SEGMENT_SIZE, "%s%s", r == 0 ? COLLECTION_BESIDE : "", collection->name);
        return 0;
}

bool home_drafts_of(const char *segment, char ret[static COLLECTION_SEGMENT_SIZE])
{
        size_t len = strlen(segment), end = strlen(COLLECTION_DRAFTS);
        if (len <= end || strcmp(segment + len - end, COLLECTION_DRAFTS) != 0)
                return false;
        snprintf(ret, COLLECTION_SEGMENT_SIZE, "%.*s", (int)(len - end), segment);
        return true;
}

bool home_has_drafts(const Collection *collection)
{
        return !collection->is_cards && !collection->owner[0] &&
               (collection->components & (COLLECTION_VEVENT | COLLECTION_VJOURNAL)) == COLLECTION_VEVENT &&
               strcmp(collection->name, COLLECTION_MEETINGS) != 0;
}

unsigned home_kinds(const Collection *collection)
{
        bool is_own = collection->owner[0];
        if (collection->scheduling == COLLECTION_INBOX)
                return 1U << OBJECT_MESSAGE;
        if (collection->is_cards)
                return 1U << (is_own ? OBJECT_OWN_CARD : OBJECT_CARD);
        unsigned kinds = 0;
        if (collection->components & COLLECTION_VEVENT)
                kinds |= 1U << (is_own ? OBJECT_OWN_EVENT : OBJECT_EVENT);
        if (collection->components & COLLECTION_VAVAILABILITY && !is_own)
                kinds |= 1U << OBJECT_OFFER;
        if (collection->components & COLLECTION_VTODO)
                kinds |= 1U << OBJECT_TODO;
        if (collection->components & COLLECTION_VJOURNAL)
                kinds |= 1U << OBJECT_JOURNAL | (is_own ? 0 : 1U << OBJECT_DRAFT);
        return kinds;
}
