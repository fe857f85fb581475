#pragma once

/* Private to draft/: finds people with their posts, and the bodies that organise an event. */

#include "base/buffer.h"
#include "draft/assemble.h"

/** people_find() - find the people. Return: 0 or -ENOMEM. */
int people_find(Assembly *assembly);

/** bodies_find() - find organisers and supporters. Return: 0 or -ENOMEM. */
int bodies_find(Assembly *assembly);
