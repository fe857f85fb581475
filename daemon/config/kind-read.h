#pragma once

/* Reads the text of a kind (config/kind-text.h). Private to this module. */

#include "config/reader.h"

/**
 * config_kind_read() - read and check a kind
 * @name:        one for config_kind_text_of()
 * @ret:         its strings live as long as the Config
 * @ret_removed: the text says that there is no such kind; then @ret has its name only
 *
 * Faults are passed to @reader, with the key as their place: "title.ru". Return: whether there was none.
 */
bool config_kind_read(ConfigReader *reader, const char *name, const char *text, ConfigKind *ret,
                bool *ret_removed);
