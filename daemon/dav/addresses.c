#include "dav/addresses.h"

#include "dav/home.h"

#include <string.h>

enum { URL_MAX_BYTES = 8192 };

typedef struct AddressWalk {
        Store *store;
        const Account *account;
        const char *base_url;
        int (*on_address)(const DavAddress *address, void *userdata);
        void *userdata;
} AddressWalk;

static int write_url(const AddressWalk *walk, const Collection *collection, Buffer *out)
{
        DavResource resource = { .kind = collection->is_cards ? DAV_ADDRESSBOOK : DAV_CALENDAR };
        strcpy(resource.account, walk->account->name);
        int r = home_segment(walk->store, walk->account->name, collection, resource.collection);
        if (r == 0)
                dav_resource_href(&resource, walk->base_url, out);
        return r != 0 ? r : buffer_error(out);
}

static int take_collection(const Collection *collection, void *userdata)
{
        const AddressWalk *walk = userdata;
        CLEANUP(buffer_done) Buffer url = BUFFER_INIT(URL_MAX_BYTES);
        DavAddress address = { .collection = collection };
        int r = account_access_to(walk->store, walk->account, collection, &address.access);
        if (r != 0 || address.access == ACCOUNT_NO_ACCESS)
                return r;
        r = write_url(walk, collection, &url);
        address.url = buffer_text(&url);
        return r != 0 ? r : walk->on_address(&address, walk->userdata);
}

int addresses_each(Store *store, const Account *account, const char *base_url,
                int (*on_address)(const DavAddress *address, void *userdata), void *userdata)
{
        AddressWalk walk = { store, account, base_url, on_address, userdata };
        return collection_each(store, take_collection, &walk);
}

void addresses_root(const char *base_url, Buffer *out)
{
        dav_resource_href(&(DavResource){ .kind = DAV_ROOT }, base_url, out);
}
