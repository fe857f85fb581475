#pragma once

/* Private to config/: a Config with the memory that it owns. */

#include "base/arena.h"
#include "config/config.h"

#include <stdatomic.h>

/* libconfig has a function with the same name, which reads streams and is not used here. */
#define config_read libconfig_read_stream
#include <libconfig.h>
#undef config_read

/**
 * The strings of a Config belong to the two trees, which live as long as the Config. All its other data is
 * in the arena.
 */
typedef struct OwnedConfig {
        Config config; /* the first member: a Config is the beginning of its OwnedConfig */
        atomic_uint references;
        config_t given, defaults;
        Arena arena;
} OwnedConfig;

/**
 * owned_config_new() - make an empty Config with one reference, for config_unref(); NULL if there is no
 * memory.
 */
OwnedConfig *owned_config_new(void);
OwnedConfig *owned_config_free(OwnedConfig *owned);
DEFINE_CLEANUP(OwnedConfig, owned_config_freep, owned_config_free)
