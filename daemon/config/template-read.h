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

/**
 * config_template_read_text() - read one template from a text, as from the file @name with ".txt"
 * @name:   "session.ru"; faults name it as their file
 * @config: has the kinds
 * @ret:    its texts live as long as the Config that is read
 *
 * Return: whether the text is a template; if not, its faults were reported.
 */
bool config_template_read_text(ConfigReader *reader, const Config *config, const char *name,
                const char *text, ConfigTemplate *ret);
