#pragma once

/*
 * The notices of one event to one contact that wait for the settling time. A change that is undone, or that
 * is changed further, needs its notice no longer.
 */

#include "store/ledger.h"

typedef struct SettlingRow {
        int64_t id;
        char key[HASH_HEX_SIZE];
        bool is_wanted;
} SettlingRow;

typedef struct Settling {
        SettlingRow *rows;
        size_t n;
} Settling;

void settling_done(Settling *settling);

/**
 * settling_load() - find the rows that wait for the settling time
 * @ret: zeroed before the call; the caller must release it in every case
 * Return: 0, a condition of the store, negative errno.
 */
int settling_load(Store *store, int64_t contact, const char *uid, usec_t now, Settling *ret);

/** settling_keep() - keep the row with a key, if there is one: its change is still there */
void settling_keep(Settling *settling, const char *key);

/** settling_close() - close the other rows. Return: 0, a condition of the store, negative errno. */
int settling_close(Store *store, const Settling *settling, usec_t now);
