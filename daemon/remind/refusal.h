#pragma once

/* Inside of remind/ only: a mail that the server refuses in the session, which is the same thing as one that comes back later. */

#include "remind/errand.h"
#include "remind/scribe.h"

/** refusal_close() - the row becomes FAILED, and what the reply says of the address is counted for the contact, in one. Return: as scribe_write(). */
int refusal_close(Scribe *scribe, const Errand *errand, const char *reply, usec_t now);
