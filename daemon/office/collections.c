#include "office/collections.h"

#include "store/account-right.h"

typedef struct Search {
        OfficeCall *call;
        bool is_cards;
        Buffer *out;
        AccountAccess needed;
} Search;

static int add_collection(const Collection *collection, void *userdata)
{
        const Search *search = userdata;
        AccountAccess access;
        if (collection->is_cards != search->is_cards || collection->owner[0])
                return 0;
        int r = account_access_to(search->call->store, &search->call->account, collection, &access);
        if (r == 0 && access >= search->needed)
                buffer_printf(search->out, "%s,", collection->name);
        return r;
}

static int find(Search *search)
{
        buffer_puts(search->out, ",");
        int r = collection_each(search->call->store, add_collection, search);
        return r != 0 ? r : buffer_error(search->out);
}

int collections_readable(OfficeCall *call, bool is_cards, Buffer *out)
{
        return find(&(Search){ call, is_cards, out, ACCOUNT_READ });
}

int collections_writable(OfficeCall *call, bool is_cards, Buffer *out)
{
        return find(&(Search){ call, is_cards, out, ACCOUNT_WRITE });
}
