#pragma once

/* The functions that read the values of keys, one for each type. Private to this module. */

#include "config/keys.h"
#include "config/reader.h"

/**
 * Reads a setting into @target, a Config or a ConfigKind, at the key's offset. If the value is wrong,
 * reports the fault instead.
 * @where: the key's name for error messages, `kinds[1].color`
 */
typedef void (*ConfigValueRead)(ConfigReader *reader, const Key *key, const char *where,
                const config_setting_t *setting, void *target);

/** The functions by type; NULL for KEY_KINDS, which is a list of groups (config/group.h). */
extern const ConfigValueRead config_value_read[N_KEY_TYPES];
