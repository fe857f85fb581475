#pragma once

/* For the tests of the configuration: a directory for its files. */

#include "base/file.h"
#include "config/config.h"
#include "config/keys.h"
#include "config/template.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static inline void cleanup_buffer(Buffer *buffer)
{
        buffer_done(buffer);
}

/* A temporary directory and the time zones. */
typedef struct Fixture {
        char directory[32];
        ZoneTable *zones;
} Fixture;

static inline int set_up(void **state)
{
        static Fixture fixture;
        fixture = (Fixture){ .directory = "/tmp/test_config.XXXXXX" };
        *state = &fixture;
        return mkdtemp(fixture.directory) && zone_table_new(NULL, &fixture.zones) == 0 ? 0 : -1;
}

static inline int tear_down(void **state)
{
        Fixture *fixture = *state;
        glob_t files = { 0 };
        char pattern[PATH_MAX];
        snprintf(pattern, sizeof(pattern), "%s/*", fixture->directory);
        glob(pattern, 0, NULL, &files);
        for (size_t i = 0; i < files.gl_pathc; i++)
                remove(files.gl_pathv[i]);
        globfree(&files);
        zone_table_free(fixture->zones);
        return remove(fixture->directory);
}

static inline void write_file(
                const Fixture *fixture, const char *name, const char *text, char path[static PATH_MAX])
{
        snprintf(path, PATH_MAX, "%s/%s", fixture->directory, name);
        assert_int_equal(file_write_atomic(path, text, strlen(text), 0600), 0);
}

static inline void tell(const char *file, const InputError *error, void *userdata)
{
        char line[1024];
        assert_non_null(file);
        input_error_format(error, NULL, line, sizeof(line));
        buffer_printf(userdata, "%s\n", line);
}
