#pragma once

/* The mail that greets a contact who has confirmed a subscription, with the link to its own page. */

#include "letter/listing-words.h"

enum { WELCOME_LISTINGS_MAX = 20 };

/**
 * compose_welcome() - append the mail
 * @listings: all listings of the contact; those after WELCOME_LISTINGS_MAX are not named
 *
 * Return: 0, -EINVAL if the sender or the recipient has no valid address, or another negative errno.
 */
int compose_welcome(const LetterListing *listings, size_t n, const LetterOptions *options, Buffer *out);
