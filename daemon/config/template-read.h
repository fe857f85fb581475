#pragma once

/* Reads the files of mail.templates, and checks each by filling it in. Private to this module. */

#include "config/reader.h"

/**
 * config_template_read_all() - read all templates; call it after all keys are read, because it needs the
 * kinds
 * @setting: mail.templates, for error messages; NULL if the key has its default
 * @config:  its `templates` are set
 */
void config_template_read_all(ConfigReader *reader, const config_setting_t *setting, Config *config);
