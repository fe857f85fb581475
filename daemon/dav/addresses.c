#include "dav/addresses.h"

#include "dav/collection-title.h"
#include "dav/home.h"

#include <stdio.h>
#include <string.h>

enum { URL_MAX_BYTES = 8192, TITLE_MAX_BYTES = 64 * 1024 };

typedef struct AddressWalk {
        Store *store;
        const Account *account;
        const char *base_url;
        Language language;
        char login[ACCOUNT_NAME_SIZE];
        int (*on_address)(const DavAddress *address, void *userdata);
        void *userdata;
} AddressWalk;

/* Calls on_address() for one collection. @segment: the last part of its path */
static int pass(const AddressWalk *walk, DavAddress *address, const char *segment)
{
        CLEANUP(buffer_done)
        Buffer url = BUFFER_INIT(URL_MAX_BYTES), title = BUFFER_INIT(TITLE_MAX_BYTES);
        DavResource resource = { .kind = address->collection->is_cards ? DAV_ADDRESSBOOK : DAV_CALENDAR };
        strcpy(resource.account, walk->account->name);
        snprintf(resource.collection, sizeof(resource.collection), "%s", segment);
        dav_resource_href(&resource, walk->base_url, &url);
        int r = collection_title(walk->store, walk->login, address->collection,
                        address->is_drafts ? segment : NULL, walk->language, &title);
        if (r == 0)
                r = buffer_error(&url) ? buffer_error(&url) : buffer_error(&title);
        address->url = buffer_text(&url);
        address->title = buffer_text(&title);
        return r != 0 ? r : walk->on_address(address, walk->userdata);
}

/*
 * Calls on_address() for the drafts of a calendar that has drafts and that the account may write, unless the
 * name is too long or the account has a calendar of that name.
 */
static int pass_drafts(const AddressWalk *walk, const DavAddress *calendar, const char *segment)
{
        DavAddress address = { calendar->collection, calendar->access, .is_drafts = true };
        char drafts[COLLECTION_SEGMENT_SIZE + sizeof(COLLECTION_DRAFTS)];
        Collection own;
        if (!home_has_drafts(calendar->collection) || calendar->access != ACCOUNT_WRITE ||
                        strlen(segment) + strlen(COLLECTION_DRAFTS) >= COLLECTION_SEGMENT_SIZE)
                return 0;
        snprintf(drafts, sizeof(drafts), "%s" COLLECTION_DRAFTS, segment);
        int r = home_find(walk->store, walk->login, false, drafts, &own);
        return r == STORE_E_NOT_FOUND ? pass(walk, &address, drafts) : r;
}

static int take_collection(const Collection *collection, void *userdata)
{
        const AddressWalk *walk = userdata;
        char segment[COLLECTION_SEGMENT_SIZE];
        DavAddress address = { .collection = collection };
        int r = account_access_to(walk->store, walk->account, collection, &address.access);
        if (r != 0 || address.access == ACCOUNT_NO_ACCESS || collection->scheduling == COLLECTION_INBOX)
                return r;
        r = home_segment(walk->store, walk->account->name, collection, segment);
        if (r == 0)
                r = pass(walk, &address, segment);
        return r != 0 ? r : pass_drafts(walk, &address, segment);
}

int addresses_each(Store *store, const Account *account, const char *base_url, Language language,
                int (*on_address)(const DavAddress *address, void *userdata), void *userdata)
{
        AddressWalk walk = { store, account, base_url, language, "", on_address, userdata };
        account_login(account->name, walk.login);
        return collection_each(store, take_collection, &walk);
}

void addresses_root(const char *base_url, Buffer *out)
{
        dav_resource_href(&(DavResource){ .kind = DAV_ROOT }, base_url, out);
}

void addresses_principal(const char *base_url, const char *account, Buffer *out)
{
        DavResource resource = { .kind = DAV_PRINCIPAL };
        snprintf(resource.account, sizeof(resource.account), "%s", account);
        dav_resource_href(&resource, base_url, out);
}
