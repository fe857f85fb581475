#pragma once

/*
 * The contacts of the office in the order of their names, with the words by which they are searched. The
 * table is derived from the cards; it has no row for cards of accounts.
 */

#include "contact/card.h"
#include "store/store.h"

/** One contact; borrowed for the callback. */
typedef struct Person {
        int64_t contact;          /* object id */
        const char *uid;          /* of the card */
        const char *name;         /* FN, as ObjectRecord.name */
        const char *address;      /* as ObjectRecord.address */
        const char *organisation; /* as in the card; "" for none */
        const char *sort;         /* key of the order, folded: "иванов иван петрович" */
} Person;

enum { PERSON_WORDS_MAX = 4, PERSON_SORT_SIZE = 256 };

/** Which contacts are listed. */
typedef struct PersonSearch {
        const char *words; /* each of the first PERSON_WORDS_MAX words must occur; NULL or "" for all */
        const char *collections; /* only contacts of these: ",contacts,"; NULL for all */
        bool only_people;        /* no places and no bodies */
        int64_t after;           /* the page begins after this contact; 0: at the start */
        int limit;
} PersonSearch;

/**
 * person_put() - derive the row of a contact, in the current transaction
 * person_fill() - derive the rows of all contacts
 */
int person_put(Store *store, const Card *card, int64_t contact);
int person_fill(Store *store);

/**
 * person_sort_key() - make the key of the order from the parts of N; from FN if N has no family name
 * @ret: NUL-terminated; a longer key is cut
 */
int person_sort_key(const Card *card, char ret[static PERSON_SORT_SIZE]);

/** person_each() - call @on_person for the contacts that are searched for, in order of their keys */
int person_each(Store *store, const PersonSearch *search,
                int (*on_person)(const Person *person, void *userdata), void *userdata);

/** person_count() - the number of contacts that are searched for, on all pages */
int person_count(Store *store, const PersonSearch *search, int64_t *ret);

/**
 * person_same() - call @on_person for the contacts that have the name and organisation of a card, without
 * regard to case. A card without an organisation matches contacts without one.
 * @collections: only contacts of these, as in PersonSearch; NULL for all
 */
int person_same(Store *store, const Card *card, const char *collections,
                int (*on_person)(const Person *person, void *userdata), void *userdata);
