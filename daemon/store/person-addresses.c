#include "store/person-addresses.h"

#include "base/array.h"
#include "contact/card.h"
#include "store/address-fold.h"
#include "store/history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct AddressReading {
        Store *store;
        const ObjectRecord *contact;
        PersonAddresses *addresses;
} AddressReading;

void person_addresses_done(PersonAddresses *addresses)
{
        for (size_t i = 0; i < addresses->n; i++)
                free(addresses->folded[i]);
        free(addresses->folded);
        *addresses = (PersonAddresses){ .n = 0 };
}

static bool have_folded(const PersonAddresses *addresses, const char *folded)
{
        for (size_t i = 0; i < addresses->n; i++)
                if (strcmp(addresses->folded[i], folded) == 0)
                        return true;
        return false;
}

bool person_addresses_have(const PersonAddresses *addresses, const char *address)
{
        char folded[ADDRESS_SIZE];
        address_fold(address, folded);
        return folded[0] && have_folded(addresses, folded);
}

static int add(PersonAddresses *addresses, const char *address)
{
        char folded[ADDRESS_SIZE];
        address_fold(address, folded);
        if (!folded[0] || have_folded(addresses, folded))
                return 0;
        char **grown = array_grow(addresses->folded, addresses->n, sizeof(*grown));
        if (!grown)
                return -ENOMEM;
        addresses->folded = grown;
        grown[addresses->n] = strdup(folded);
        if (!grown[addresses->n])
                return -ENOMEM;
        addresses->n++;
        return 0;
}

/* A text that is no card has no address. */
static int add_card(PersonAddresses *addresses, const char *text, size_t len)
{
        CLEANUP(card_freep) Card *card = NULL;
        const ContentLine *line = NULL;
        int r = text ? card_parse(text, len, &card, NULL) : 0;
        while (r == 0 && card && (line = card_property_next(card, "EMAIL", line)))
                r = add(addresses, line->value);
        return r == CARD_E_INVALID ? 0 : r;
}

bool person_addresses_have_one_of(const PersonAddresses *addresses, const char *card, size_t len)
{
        CLEANUP(card_freep) Card *parsed = NULL;
        const ContentLine *line = NULL;
        if (card_parse(card, len, &parsed, NULL) != 0)
                return false;
        while ((line = card_property_next(parsed, "EMAIL", line)))
                if (person_addresses_have(addresses, line->value))
                        return true;
        return false;
}

/* A card with the UID in another address book may be that of another person. */
static bool is_of(const HistoryEntry *entry, const ObjectRecord *contact)
{
        return entry->object == contact->id || strcmp(entry->collection, contact->collection) == 0;
}

static int add_earlier(const HistoryEntry *entry, void *userdata)
{
        const AddressReading *reading = userdata;
        CLEANUP(history_row_done) HistoryRow row = { .text = NULL };
        if (!entry->has_text || entry->kind != OBJECT_CARD || !is_of(entry, reading->contact))
                return 0;
        int r = history_get(reading->store, entry->id, &row);
        return r == 0 ? add_card(reading->addresses, row.text, row.len) : r;
}

int person_addresses_read(Store *store, const ObjectRecord *contact, PersonAddresses *ret)
{
        AddressReading reading = { store, contact, ret };
        *ret = (PersonAddresses){ .n = 0 };
        int r = add(ret, contact->address);
        if (r == 0)
                r = add_card(ret, contact->text, contact->len);
        return r == 0 ? history_each(store, &(HistoryFilter){ .uid = contact->uid }, add_earlier, &reading)
                      : r;
}
