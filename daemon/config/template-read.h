#pragma once

/* Reads the files of mail.templates, and tries each once. Private to this module. */

#include "config/reader.h"

/**
 * config_template_read_all() - once everything else was read: the kinds are known then
 * @setting: mail.templates, for complaints; NULL when it has its default
 * @config:  its `templates` are set
 */
void config_template_read_all(ConfigReader *reader, const config_setting_t *setting, Config *config);
