#pragma once

/*
 * Corrects the line ends of a file that RFC 5545 does not allow: CR CR LF, CR alone, blanks after BEGIN and
 * END or on lines of their own, and byte order marks where two files were joined.
 */

#include "base/buffer.h"

#include <stdbool.h>

/**
 * calendar_tidy() - append the text with corrected line ends; lines keep their numbers
 *
 * Return: false if nothing needs correction; then @out is unchanged.
 */
bool calendar_tidy(const char *text, size_t len, Buffer *out);
