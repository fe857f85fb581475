#pragma once

/* Private to draft/: finds telephones, mail addresses and links, and whose they are. */

#include "draft/assemble.h"

/**
 * contacts_find() - find the contacts; after people_find(), whose persons they are given to
 * Return: 0 or -ENOMEM.
 */
int contacts_find(Assembly *assembly);
