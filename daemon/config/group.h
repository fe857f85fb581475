#pragma once

/* Reads the groups of a file by the tables of keys. Private to this module. */

#include "config/reader.h"

/**
 * config_group_read_root() - read all sections, each key from @given or else from @defaults; faults are
 * passed to @reader.
 */
void config_group_read_root(ConfigReader *reader, const config_setting_t *given,
                const config_setting_t *defaults, Config *target);
