/* Tests the repair of a store while memory is short. */

#include "store/repair.h"

#include <sqlite3.h>

#include "scratch.h"

enum { ALLOCATIONS_MAX = 5000 };

static sqlite3_mem_methods memory; /* SQLite's own */

/* The allocation of SQLite that fails, counted from 1; 0: none */
static struct {
        int number, n;
} failing;

static void *allocate_or_fail(int size)
{
        return ++failing.n == failing.number ? NULL : memory.xMalloc(size);
}

static void on_loss(const DbLoss *loss, void *userdata)
{
        (void)loss, (void)userdata;
}

/* Its tables differ from ours, so a repair would copy the wrong ones. */
static void test_repair_store__leaves_another_version_alone_if_that_cannot_be_read(void **state)
{
        (void)state;
        char directory[SCRATCH_DIRECTORY_SIZE], url[SCRATCH_URL_SIZE];
        ZoneTable *zones;
        Store *store;
        scratch_open(directory, url);
        scratch_store(url, &zones, &store);
        assert_int_equal(store_meta_set(store, "schema", "7"), 0);
        store_close(store);
        const RepairOptions options = { .zones = zones, .now = 1, .on_loss = on_loss };
        for (failing.number = 1; failing.number <= ALLOCATIONS_MAX; failing.number++) {
                RepairReport report;
                failing.n = 0;
                int r = repair_store(url, &options, &report);
                if (r == 0)
                        fail_msg("the store was repaired when allocation %d failed", failing.number);
                if (failing.n < failing.number) {
                        assert_int_equal(r, STORE_E_NOT_FOUND);
                        break;
                }
        }
        assert_in_range(failing.number, 2, ALLOCATIONS_MAX);
        failing.number = 0;
        scratch_close(directory, NULL, NULL, zones);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_repair_store__leaves_another_version_alone_if_that_cannot_be_read),
        };
        sqlite3_config(SQLITE_CONFIG_GETMALLOC, &memory);
        sqlite3_mem_methods own = memory;
        own.xMalloc = allocate_or_fail;
        sqlite3_config(SQLITE_CONFIG_MALLOC, &own);
        return cmocka_run_group_tests(tests, NULL, NULL);
}
