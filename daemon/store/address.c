#include "store/address.h"

#include "contact/address.h"
#include "store/object-internal.h"
#include "store/query.h"

#include <string.h>

/*
 * Most addresses are in ASCII and have no A-label. For the others the domain is compared as U-labels, so
 * that `пример.рф` and `xn--e1afmkfd.xn--p1ai` are the same.
 */
static const char *as_shown(const char *address, char shown[static ADDRESS_WIRE_SIZE])
{
        const char *c = address;
        while (*c && (unsigned char)*c < 0x80)
                c++;
        if (*c == '\0' && !strcasestr(address, "xn--"))
                return address;
        address_to_show(address, shown);
        return strlen(shown) < ADDRESS_SIZE ? shown : address;
}

void address_fold(const char *address, char ret[static ADDRESS_SIZE])
{
        char shown[ADDRESS_WIRE_SIZE];
        size_t n = 0;
        for (const char *c = address ? as_shown(address, shown) : ""; *c && n < ADDRESS_SIZE - 1; c++)
                ret[n++] = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
        ret[n] = '\0';
}

void address_mailbox(const char *address, char ret[static ADDRESS_SIZE])
{
        char folded[ADDRESS_SIZE];
        address_fold(address, folded);
        const char *at = strrchr(folded, '@');
        size_t n = 0;
        for (const char *c = folded; at && c < at && *c != '+'; c++)
                if (*c != '.')
                        ret[n++] = *c;
        strcpy(ret + n, at ? at : folded);
}

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

int address_changed(Store *store, int64_t contact, usec_t *ret)
{
        return QUERY_NUMBER(store, ret, 0,
                        "SELECT at FROM object JOIN stamp ON stamp.collection = object.collection"
                        " AND category = $2 || uid"
                        " WHERE object.id = $1",
                        BIND_I(contact), BIND_T(CHANGES_ADDRESS));
}
