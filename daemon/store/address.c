#include "store/address.h"

#include "store/collection.h"
#include "store/object-internal.h"
#include "store/query.h"

typedef struct FoundContacts {
        int64_t contact, n;
} FoundContacts;

static int read_found(DbStatement *row, void *userdata)
{
        FoundContacts *found = userdata;
        if (found->n++ == 0)
                found->contact = db_int(row, 0);
        return 0;
}

int address_find(Store *store, const char *address, int64_t *ret_contact, int64_t *ret_n)
{
        char folded[ADDRESS_SIZE];
        FoundContacts found = { 0 };
        address_fold(address, folded);
        int r = QUERY_EACH(store, read_found, &found,
                        "SELECT id FROM object"
                        " WHERE address = $1 AND address <> ''"
                        " ORDER BY uid",
                        BIND_T(folded));
        if (r != 0)
                return r;
        *ret_contact = found.contact;
        if (ret_n)
                *ret_n = found.n;
        return 0;
}

int address_find_in(Store *store, const char *address, const char *collections, int64_t *ret)
{
        char folded[ADDRESS_SIZE];
        address_fold(address, folded);
        return QUERY_NUMBER(store, ret, 0,
                        "SELECT id FROM object"
                        " WHERE address = $1 AND address <> '' AND " SQL_IN_COLLECTIONS(
                                        "$2") " ORDER BY uid, id LIMIT 1",
                        BIND_T(folded), BIND_T(collections ? collections : ""));
}

int address_changed(Store *store, int64_t contact, usec_t *ret)
{
        return QUERY_NUMBER(store, ret, 0,
                        "SELECT at FROM object JOIN stamp ON stamp.collection = object.collection"
                        " AND category = $2 || uid"
                        " WHERE object.id = $1",
                        BIND_I(contact), BIND_T(CHANGES_ADDRESS));
}
