#pragma once

/*
 * A file whose lines do not end as RFC 5545 has it, before it is read: CR CR LF, CR alone, blanks behind
 * BEGIN and END or on lines of their own, and byte order marks between two files that were put together.
 */

#include "base/buffer.h"

#include <stdbool.h>

/**
 * calendar_tidy() - append the text with line ends that can be read; lines keep their numbers
 * Return: false when there is nothing to do; @out is as it was then.
 */
bool calendar_tidy(const char *text, size_t len, Buffer *out);
