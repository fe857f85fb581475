#pragma once

/*
 * Finds the calendar object in a message that a mail program sends as the answer to an invitation (RFC
 * 6047): the text/calendar part or, without one, an attached application/ics. Does not trust its input.
 */

#include <stddef.h>

enum { CALENDAR_PART_MAX = 256 * 1024 };

/**
 * calendar_part_read() - copy the object in UTF-8
 * @ret: free() it; NULL if the message has none, or it is longer than CALENDAR_PART_MAX
 * Return: 0, -ENOMEM.
 */
int calendar_part_read(const char *message, size_t len, char **ret);
