#pragma once

/* Private to config/: a Config with the memory that it owns. */

#include "base/arena.h"
#include "config/config.h"

#include <stdatomic.h>

/* libconfig has a function with the same name, which reads streams and is not used here. */
#define config_read libconfig_read_stream
#include <libconfig.h>
#undef config_read

/** A folder in an @include, in whose place there are lines for its files: config/include.h. */
typedef struct ConfigFolder {
        size_t line;    /* in the configuration's file */
        size_t n_added; /* lines of the text that is parsed, beside the first one */
} ConfigFolder;

/**
 * The strings of a Config belong to the two trees, which live as long as the Config, or to its base. All its
 * other data is in the arena.
 */
typedef struct OwnedConfig {
        Config config; /* the first member: a Config is the beginning of its OwnedConfig */
        atomic_uint references;
        config_t given, defaults;
        Arena arena;
        ConfigFolder *folders; /* in the order of their lines; in the arena */
        size_t n_folders;
        Config *base; /* whose keys this one has, with other texts (config/overlay.h); NULL for none */
} OwnedConfig;

/**
 * owned_config_new() - make an empty Config with one reference, for config_unref(); NULL if there is no
 * memory.
 */
OwnedConfig *owned_config_new(void);
OwnedConfig *owned_config_free(OwnedConfig *owned);
DEFINE_CLEANUP(OwnedConfig, owned_config_freep, owned_config_free)

/** config_include_line() - return the line in the file of a line of the text that is parsed */
size_t config_include_line(const OwnedConfig *owned, size_t line);
