#pragma once

/* Private to draft/: gives each event its title and kind. */

#include "draft/assemble.h"

void titles_choose(Assembly *assembly);

/**
 * draft_kind_is_default() - whether a kind is one of the default configuration, whose words the tables
 * have
 */
bool draft_kind_is_default(const char *name);
