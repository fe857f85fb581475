#pragma once

/* Private to draft/: gives each event its town, venue, region and zone. */

#include "draft/assemble.h"

void places_find(Assembly *assembly);
