#pragma once

/* Inside of config/ only: a Config with all that it owns. */

#include "base/arena.h"
#include "config/config.h"

#include <stdatomic.h>

/* libconfig has a function of the same name, for streams; it is not used. */
#define config_read libconfig_read_stream
#include <libconfig.h>
#undef config_read

/**
 * Strings are those of the two trees, which live as long as the Config; what is made from them is in the
 * arena.
 */
typedef struct OwnedConfig {
        Config config; /* the first member: a Config is the beginning of its OwnedConfig */
        atomic_uint references;
        config_t given, defaults;
        Arena arena;
} OwnedConfig;

/** owned_config_new() - an empty one with one reference; config_unref() its Config. NULL without memory. */
OwnedConfig *owned_config_new(void);
OwnedConfig *owned_config_free(OwnedConfig *owned);
DEFINE_CLEANUP(OwnedConfig, owned_config_freep, owned_config_free)
