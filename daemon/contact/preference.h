#pragma once

/* How a contact wants its mail, as its card says it; the values are those of contact/mail-times.h. */

#include "contact/card.h"
#include "contact/mail-times.h"

/** card_digest() - DIGEST_NONE where the card says nothing. card_quiet() - false where it says nothing. */
DigestWish card_digest(const Card *card);
bool card_quiet(const Card *card, QuietHours *ret);
