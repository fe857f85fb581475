#pragma once

/* A function for each type of key, which reads its value. Private to this module. */

#include "config/keys.h"
#include "config/reader.h"

/**
 * Reads a setting into @target (a Config or ConfigKind) at the key's offset, or complains
 * @where: the key's name for complaints, `kinds[1].color`
 */
typedef void (*ConfigValueRead)(ConfigReader *reader, const Key *key, const char *where,
                const config_setting_t *setting, void *target);

/** By type; NULL for KEY_KINDS, which is a list of groups (config/group.h). */
extern const ConfigValueRead config_value_read[N_KEY_TYPES];
