#pragma once

/*
 * The sentence on top of a page that tells what was just done. It travels as a code in the address,
 * `?done=`, so that nothing is stored and a page that is loaded again says the same.
 */

#include "office/call.h"

/** flash_write() - write the sentence for the code in the request's address; nothing for an unknown code */
void flash_write(OfficeCall *call);
