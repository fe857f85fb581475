#pragma once

/*
 * A directory for one test, with a configuration and a store in it. If CONVENED_POSTGRESQL has the URL of a
 * PostgreSQL server (tests/postgresql.py), the store is a database of its own there.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <libpq-fe.h>

#include "config/config.h"
#include "store/store.h"

enum {
        SCRATCH_DIRECTORY_SIZE = 64,
        SCRATCH_URL_SIZE = 192,
};

/* The URL of the store that was made last, for scratch_config(). */
static char scratch_url[SCRATCH_URL_SIZE] __attribute__((unused));

/* Makes an empty database, which is not removed: the server of a test is removed with all databases. */
static inline void scratch_database(const char *server, char url[static SCRATCH_URL_SIZE])
{
        static int n_made;
        char name[64], sql[96];
        const char *path = strstr(server, "/postgres?");
        assert_non_null(path);
        snprintf(name, sizeof(name), "u%ld_%d", (long)getpid(), n_made++);
        snprintf(sql, sizeof(sql), "CREATE DATABASE %s", name);
        PGconn *link = PQconnectdb(server);
        PGresult *result = PQexec(link, sql);
        assert_int_equal(PQresultStatus(result), PGRES_COMMAND_OK);
        PQclear(result);
        PQfinish(link);
        snprintf(url, SCRATCH_URL_SIZE, "%.*s/%s%s", (int)(path - server), server, name, strchr(path, '?'));
}

/** scratch_open() - make the directory; @url: set to the URL of a store in it, which does not exist yet */
static inline void scratch_open(
                char directory[static SCRATCH_DIRECTORY_SIZE], char url[static SCRATCH_URL_SIZE])
{
        strcpy(directory, "/tmp/convened-test.XXXXXX");
        assert_non_null(mkdtemp(directory));
        const char *server = getenv("CONVENED_POSTGRESQL");
        if (server)
                scratch_database(server, url);
        else
                snprintf(url, SCRATCH_URL_SIZE, "sqlite:%s/db", directory);
        strcpy(scratch_url, url);
}

/** scratch_store() - create the store @url, and a zone table for it */
static inline void scratch_store(const char *url, ZoneTable **ret_zones, Store **ret_store)
{
        assert_int_equal(zone_table_new(NULL, ret_zones), 0);
        assert_int_equal(store_open(url, STORE_CREATE, *ret_zones, ret_store, NULL), 0);
}

/** scratch_needs_file() - skip the rest of a test about the file of a store, with an engine that has none */
static inline void scratch_needs_file(Store *store)
{
        if (!db_file(store_db(store)))
                skip();
}

/** scratch_config() - read a configuration that names the last store and sets @format besides */
__attribute__((format(printf, 3, 4))) static inline Config *scratch_config(
                const char *directory, ZoneTable *zones, const char *format, ...)
{
        Config *config = NULL;
        char path[SCRATCH_DIRECTORY_SIZE + 8];
        va_list args;
        snprintf(path, sizeof(path), "%s/conf", directory);
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fprintf(file, "store = \"%s\";\n", scratch_url);
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
