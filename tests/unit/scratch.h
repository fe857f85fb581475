#pragma once

/* A directory for one test, with a store and a configuration in it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/config.h"
#include "store/store.h"

enum {
        SCRATCH_DIRECTORY_SIZE = 64,
        SCRATCH_URL_SIZE = 96,
};

/** scratch_open() - make the directory; @url: set to the URL of a store in it, which does not exist yet */
static inline void scratch_open(
                char directory[static SCRATCH_DIRECTORY_SIZE], char url[static SCRATCH_URL_SIZE])
{
        strcpy(directory, "/tmp/convened-test.XXXXXX");
        assert_non_null(mkdtemp(directory));
        snprintf(url, SCRATCH_URL_SIZE, "sqlite:%s/db", directory);
}

/** scratch_store() - create the store @url, and a zone table for it */
static inline void scratch_store(const char *url, ZoneTable **ret_zones, Store **ret_store)
{
        assert_int_equal(zone_table_new(NULL, ret_zones), 0);
        assert_int_equal(store_open(url, STORE_CREATE, *ret_zones, ret_store, NULL), 0);
}

/** scratch_config() - read a configuration that names the store of @directory and sets @format besides */
__attribute__((format(printf, 3, 4))) static inline Config *scratch_config(
                const char *directory, ZoneTable *zones, const char *format, ...)
{
        Config *config = NULL;
        char path[SCRATCH_DIRECTORY_SIZE + 8];
        va_list args;
        snprintf(path, sizeof(path), "%s/conf", directory);
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fprintf(file, "store = \"sqlite:%s/db\";\n", directory);
        va_start(args, format);
        vfprintf(file, format, args);
        va_end(args);
        fclose(file);
        assert_int_equal(config_read(path, zones, NULL, NULL, &config), 0);
        return config;
}

/** scratch_close() - free everything and remove the directory; @config may be NULL */
static inline void scratch_close(const char *directory, Store *store, Config *config, ZoneTable *zones)
{
        char command[SCRATCH_DIRECTORY_SIZE + 16];
        store_close(store);
        config_unref(config);
        zone_table_free(zones);
        snprintf(command, sizeof(command), "rm -r %s", directory);
        assert_int_equal(system(command), 0);
}
