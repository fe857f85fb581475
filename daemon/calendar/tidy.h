#pragma once

/*
 * Corrects faults in the lines of a file (RFC 5545, 3.1): CR CR LF or CR alone as the line end, blanks at
 * the end of BEGIN and END lines, lines of blanks at the beginning of the file, and byte order marks where
 * two files were joined.
 */

#include "base/buffer.h"

#include <stdbool.h>

/**
 * calendar_tidy() - append the corrected text; lines keep their numbers
 *
 * Return: false if nothing needs correction; then @out is unchanged.
 */
bool calendar_tidy(const char *text, size_t len, Buffer *out);
