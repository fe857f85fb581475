#pragma once

/* The line of a text from which each line of its changed copy comes. Inside the calendar module. */

#include "base/buffer.h"
#include "base/contentline.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * line_map_add() - append a text that has been written to a copy
 * @lines: gets, for each line of the text, its line number in the original, as a size_t
 * @first: that of the first line; 0 if the text is added, then each of its lines gets 0
 */
void line_map_add(Buffer *lines, const char *text, size_t len, size_t first);

/**
 * line_map_copy() - copy a text line by line; lines that cannot be read are copied, too
 * @before: called before each line that can be read is copied; may append to @out, and tell it to
 *          line_map_add()
 * Return: true if the whole text was read, and @out and @lines have no error
 */
bool line_map_copy(const char *text, size_t len, void (*before)(const ContentLine *line, void *userdata),
                void *userdata, Buffer *out, Buffer *lines);
