#pragma once

/* Inside of mail/ only: the older bounces, which are text for people with a form that can be relied upon. */

#include "mail/bounce-recipient.h"

#include <stddef.h>

/** bounce_words() - a text as one line of UTF-8 that fits, blanks put together. */
void bounce_words(const char *text, char *ret, size_t size);

/** bounce_read_qmail() - qmail's (QSBMF). Return: how many recipients were read, 0 where it is none. */
size_t bounce_read_qmail(const char *text, BounceRecipient *ret, size_t max);

/**
 * bounce_read_exim() - Exim's text, and of others that say in X-Failed-Recipients which addresses they
 * mean: what stands behind @address.
 */
void bounce_read_exim(const char *text, const char *address, BounceRecipient *ret);
