#pragma once

/* Private to draft/: gives each event its town, venue, region and zone. */

#include "draft/assemble.h"

/** places_find() - give each event its place. Return: 0 or -ENOMEM. */
int places_find(Assembly *assembly);
