#pragma once

/* Walks the groups of a file by the tables of keys. Private to this module. */

#include "config/reader.h"

/**
 * config_group_read_root() - all sections, from @given where it has a key, else from @defaults; faults are
 * told by @reader.
 */
void config_group_read_root(ConfigReader *reader, const config_setting_t *given,
                const config_setting_t *defaults, Config *target);
