/* A configuration is either read or refused with the position of each error. */

#include "config/config.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_error(const char *file, const InputError *error, void *userdata)
{
        (void)file;
        assert(error->message[0]);
        ++*(int *)userdata;
}

static void check(const Config *config)
{
        assert(config->time_zone && config->store[0] && config->http.n_listen > 0);
        for (size_t i = 0; i < config->n_kinds; i++)
                assert(config_kind(config, config->kinds[i].name));
        (void)config_text(&config->feed.title, config->language);
}

/* Returns whether the input includes other files, which are not part of the test. */
static bool includes(const uint8_t *data, size_t size)
{
        return memmem(data, size, "@include", strlen("@include")) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static ZoneTable *zones;
        char path[64];
        int n_errors = 0;
        if (includes(data, size) || (!zones && zone_table_new(NULL, &zones) != 0))
                return 0;
        CLEANUP(cleanup_close) int fd = memfd_create("configuration", MFD_CLOEXEC);
        if (fd < 0 || write(fd, data, size) != (ssize_t)size)
                return 0;
        snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
        CLEANUP(config_unrefp) Config *config = NULL;
        int r = config_read(path, zones, on_error, &n_errors, &config);
        assert(r == 0 ? config != NULL && n_errors == 0 : config == NULL);
        assert(r != CONFIG_E_INVALID || n_errors > 0);
        if (config)
                check(config);
        return 0;
}
