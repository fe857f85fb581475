#pragma once

/* The warnings of `convened --check`: the configuration is valid, but mail will not arrive. */

#include "config/config.h"
#include "service/options.h"

/**
 * config_warn() - log each warning with file, line and key. Asks the name servers for the mail server's
 * address, which may take some seconds.
 */
void config_warn(const Config *config, const Options *options);
