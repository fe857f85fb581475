#include "office/collections.h"

#include "store/account-right.h"

typedef struct Readable {
        OfficeCall *call;
        bool is_cards;
        Buffer *out;
} Readable;

static int add_collection(const Collection *collection, void *userdata)
{
        const Readable *readable = userdata;
        AccountAccess access;
        if (collection->is_cards != readable->is_cards || collection->owner[0])
                return 0;
        int r = account_access_to(readable->call->store, &readable->call->account, collection, &access);
        if (r == 0 && access >= ACCOUNT_READ)
                buffer_printf(readable->out, "%s,", collection->name);
        return r;
}

int collections_readable(OfficeCall *call, bool is_cards, Buffer *out)
{
        Readable readable = { call, is_cards, out };
        buffer_puts(out, ",");
        int r = collection_each(call->store, add_collection, &readable);
        return r != 0 ? r : buffer_error(out);
}
