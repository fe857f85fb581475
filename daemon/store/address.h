#pragma once

/* Mail addresses as the store compares them: the case of ASCII letters does not count. */

#include "store/store.h"

enum { ADDRESS_SIZE = 384 }; /* card_email_valid() lets at most 64 + 1 + 255 bytes through */

/** address_fold() - the form to keep and compare; what is longer than any valid address is cut */
void address_fold(const char *address, char ret[static ADDRESS_SIZE]);
