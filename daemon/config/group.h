#pragma once

/* Reads the groups of a file as the tables of keys define them. Private to this module. */

#include "config/reader.h"

/**
 * config_group_read_root() - read all sections. Each key is read from @given or, if it is not there, from
 * @defaults. Faults are passed to @reader.
 */
void config_group_read_root(ConfigReader *reader, const config_setting_t *given,
                const config_setting_t *defaults, Config *target);

/**
 * config_group_read_kind() - read the keys of one kind. Faults are passed to @reader, with keys as "color".
 */
void config_group_read_kind(ConfigReader *reader, const config_setting_t *given, ConfigKind *target);
