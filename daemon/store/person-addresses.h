#pragma once

/*
 * The addresses by which the office knows a person: those of the card and of its earlier texts, but not of a
 * card with its UID in another address book. They find what the person has asked for under an earlier or a
 * second address.
 */

#include "base/cleanup.h"
#include "store/object.h"

typedef struct PersonAddresses {
        char **folded; /* as address_fold() makes them */
        size_t n;
} PersonAddresses;

/**
 * person_addresses_read() - collect the addresses of a contact of the office
 * @contact: borrowed
 * @ret:     call person_addresses_done(), also after a failure
 *
 * Return: 0, a condition of the store, negative errno.
 */
int person_addresses_read(Store *store, const ObjectRecord *contact, PersonAddresses *ret);
void person_addresses_done(PersonAddresses *addresses);

/** person_addresses_have() - whether an address is one of them; NULL and "" are none */
bool person_addresses_have(const PersonAddresses *addresses, const char *address);

/** person_addresses_have_one_of() - whether one of a card's addresses is among them */
bool person_addresses_have_one_of(const PersonAddresses *addresses, const char *card, size_t len);
