#pragma once

/* Private to mail/: reads the older forms of bounces, which are texts for people in a reliable form. */

#include "mail/bounce-recipient.h"

#include <stddef.h>

/**
 * bounce_words() - copy a text as one line of UTF-8, truncated to @size. Each run of blanks and control
 * characters becomes one blank.
 */
void bounce_words(const char *text, char *ret, size_t size);

/**
 * bounce_read_qmail() - read a bounce in qmail's form (QSBMF). Return: the number of recipients; 0 if the
 * text has another form.
 */
size_t bounce_read_qmail(const char *text, BounceRecipient *ret, size_t max);

/**
 * bounce_read_exim() - read the reason that follows @address in the text of Exim, and of other servers that
 * name the addresses in X-Failed-Recipients.
 */
void bounce_read_exim(const char *text, const char *address, BounceRecipient *ret);
