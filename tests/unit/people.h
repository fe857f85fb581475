#pragma once

/* A store with contacts, for the tests of people. */

#include "contact/card.h"
#include "store/object.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scratch.h"

#define PEOPLE_NOW (20000 * USEC_PER_DAY)

typedef struct People {
        char directory[SCRATCH_DIRECTORY_SIZE];
        ZoneTable *zones;
        Store *store;
} People;

static inline int people_set_up(void **state)
{
        People *f = calloc(1, sizeof(*f));
        char url[SCRATCH_URL_SIZE];
        assert_non_null(f);
        scratch_open(f->directory, url);
        scratch_store(url, &f->zones, &f->store);
        assert_int_equal(collection_ensure(f->store, COLLECTION_EVENTS, false, "Europe/Moscow"), 0);
        assert_int_equal(collection_ensure(f->store, COLLECTION_CONTACTS, true, NULL), 0);
        *state = f;
        return 0;
}

static inline int people_tear_down(void **state)
{
        People *f = *state;
        scratch_close(f->directory, f->store, NULL, f->zones);
        free(f);
        return 0;
}

/** people_card() - make a card with further lines */
static inline Card *people_card(const char *uid, const char *lines, const char *name, const char *address)
{
        Card *card = NULL;
        char text[4096];
        snprintf(text, sizeof(text),
                        "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:%s\r\nFN:%s\r\n%sEMAIL:%s\r\nEND:VCARD\r\n", uid,
                        name, lines, address);
        assert_int_equal(card_parse(text, strlen(text), &card, NULL), 0);
        return card;
}

/** people_add() - store a card; one with the same UID is replaced */
static inline void people_add(
                People *f, const char *uid, const char *lines, const char *name, const char *address)
{
        CLEANUP(card_freep) Card *card = people_card(uid, lines, name, address);
        ObjectOutcome outcome;
        assert_int_equal(
                        object_put_card(f->store, card,
                                        &(ObjectPut){ .collection = COLLECTION_CONTACTS, .now = PEOPLE_NOW },
                                        &outcome),
                        0);
}

/** people_id() - the id of a contact */
static inline int64_t people_id(People *f, const char *uid)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        assert_int_equal(object_find(f->store, uid, &record), 0);
        return record->id;
}
