#pragma once

/* Gets the address from a mailbox. */

#include <stddef.h>

/** bare_address() - get the address of "Name <address>" or "address". Return: 0, -ENAMETOOLONG. */
int bare_address(const char *mailbox, char *ret, size_t size);
