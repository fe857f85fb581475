#pragma once

/* Reads from a card how the contact wants its mail (contact/mail-times.h). */

#include "contact/card.h"
#include "contact/mail-times.h"

/**
 * card_digest() - get the digest that a contact wants; DIGEST_NONE if the card does not have the property
 */
DigestWish card_digest(const Card *card);

/**
 * card_quiet() - get the quiet hours of a contact. Return: false if the card does not have the property.
 */
bool card_quiet(const Card *card, QuietHours *ret);
