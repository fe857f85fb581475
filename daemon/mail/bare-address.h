#pragma once

/* The address within a mailbox. Pure. */

#include <stddef.h>

/** bare_address() - get the address of "Name <address>" or "address". Return: 0, -ENAMETOOLONG. */
int bare_address(const char *mailbox, char *ret, size_t size);
