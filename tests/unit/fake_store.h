#pragma once

/* A store that opens, fails and closes as a test wants, in place of store/store.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "store/history-set.h"
#include "store/store.h"

#define FAKE_STORE_URL "sqlite:test"

struct Store {
        int number;
};

static struct FakeStores {
        _Atomic int fails;    /* what store_open() returns when not 0 */
        _Atomic int n_open;   /* now */
        _Atomic int n_opened; /* ever */
} fake_stores;

int store_open(const char *url, StoreMode mode, ZoneTable *zones, Store **ret, InputError *ret_error)
{
        (void)zones;
        assert_string_equal(url, FAKE_STORE_URL);
        assert_int_equal(mode, STORE_READ_ONLY);
        *ret = NULL;
        if (fake_stores.fails) {
                input_error_set(ret_error, 0, url, "no such file");
                return fake_stores.fails;
        }
        *ret = calloc(1, sizeof(**ret));
        fake_stores.n_open++;
        fake_stores.n_opened++;
        return 0;
}

Store *store_close(Store *store)
{
        if (store)
                fake_stores.n_open--;
        free(store);
        return NULL;
}

bool store_has_moved(Store *store)
{
        (void)store;
        return false;
}

bool store_found_damage(Store *store)
{
        (void)store;
        return false;
}

void store_rollback(Store *store)
{
        (void)store;
}

const char *store_explain(Store *store, int condition)
{
        (void)store, (void)condition;
        return "the disk is gone";
}

void history_set_author(Store *store, HistoryWay way, const char *name)
{
        (void)store, (void)way, (void)name;
}
