#include "office/collections.h"

typedef struct Search {
        OfficeCall *call;
        bool is_cards;
        Buffer *out;
        AccountAccess needed;
        bool misses; /* one of them */
} Search;

static int add_collection(const Collection *collection, void *userdata)
{
        Search *search = userdata;
        AccountAccess access = ACCOUNT_NO_ACCESS;
        if (collection->is_cards != search->is_cards || collection->owner[0])
                return 0;
        int r = account_access_to(search->call->store, &search->call->account, collection, &access);
        if (r == 0 && access >= search->needed)
                buffer_printf(search->out, "%s,", collection->name);
        search->misses |= access < search->needed;
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
        return find(&(Search){ call, is_cards, out, ACCOUNT_READ, false });
}

int collections_writable(OfficeCall *call, bool is_cards, Buffer *out)
{
        return find(&(Search){ call, is_cards, out, ACCOUNT_WRITE, false });
}

int collections_find(OfficeCall *call, bool is_cards, AccountAccess needed, Buffer *out, bool *ret_all)
{
        Search search = { call, is_cards, out, needed, false };
        int r = find(&search);
        *ret_all = !search.misses;
        return r;
}
