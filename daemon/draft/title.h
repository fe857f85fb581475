#pragma once

/* Private to draft/: gives each event its title and kind. */

#include "draft/assemble.h"

void titles_choose(Assembly *assembly);
