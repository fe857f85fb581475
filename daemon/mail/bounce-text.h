#pragma once

/* Private to mail/: reads the older forms of bounces, which are text for people in a reliable form. */

#include "mail/bounce-recipient.h"

#include <stddef.h>

/** bounce_words() - copy a text as one line of UTF-8, cut to @size, with runs of blanks joined. */
void bounce_words(const char *text, char *ret, size_t size);

/** bounce_read_qmail() - read qmail's form (QSBMF). Return: the number of recipients, 0 for another form. */
size_t bounce_read_qmail(const char *text, BounceRecipient *ret, size_t max);

/**
 * bounce_read_exim() - read the reason after @address in the text of Exim and other servers that name the
 * addresses in X-Failed-Recipients.
 */
void bounce_read_exim(const char *text, const char *address, BounceRecipient *ret);
