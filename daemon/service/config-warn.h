#pragma once

/*
 * The warnings of `convened --check`: the configuration is valid, but mails will not arrive as they should,
 * or a directory is missing.
 */

#include "config/config.h"
#include "service/options.h"

/**
 * config_warn() - log each warning with file, line and key. Asks the name servers for the mail server's
 * address, which may take some seconds.
 */
void config_warn(const Config *config, const Options *options);
