#pragma once

/* Private to config/: a Config with the memory that it owns. */

#include "base/arena.h"
#include "config/config.h"

#include <stdatomic.h>

/* libconfig has a function of the same name, for streams; it is not used. */
#define config_read libconfig_read_stream
#include <libconfig.h>
#undef config_read

/**
 * The Config's strings belong to the two trees, which live as long as the Config; all other data is in the
 * arena.
 */
typedef struct OwnedConfig {
        Config config; /* the first member: a Config is the beginning of its OwnedConfig */
        atomic_uint references;
        config_t given, defaults;
        Arena arena;
} OwnedConfig;

/**
 * owned_config_new() - make an empty one with one reference, for config_unref(); NULL when memory ran out.
 */
OwnedConfig *owned_config_new(void);
OwnedConfig *owned_config_free(OwnedConfig *owned);
DEFINE_CLEANUP(OwnedConfig, owned_config_freep, owned_config_free)
