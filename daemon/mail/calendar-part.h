#pragma once

/*
 * Finds the calendar object in a message that a mail program sends as the answer to an invitation (RFC
 * 6047): the text/calendar part, that with the method of an answer before others; without one, an attached
 * application/ics or a file named .ics. Does not trust its input.
 */

#include <stddef.h>

enum { CALENDAR_PART_MAX = 256 * 1024 };

/**
 * calendar_part_read() - copy the object in UTF-8
 * @ret: free() it; NULL if the message has none, or it is longer than CALENDAR_PART_MAX or in no
 *       encoding that is known
 * Return: 0, -ENOMEM.
 */
int calendar_part_read(const char *message, size_t len, char **ret);
