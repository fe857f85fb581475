#pragma once

/* Recognises what a text to import holds. Texts may begin with a byte order mark. */

#include <stdbool.h>
#include <stddef.h>

/** input_has_cards() - whether a text holds vCards, by its first line: standard input has no file name */
bool input_has_cards(const char *text, size_t len);

/** input_has_line() - whether a line of a text begins with @line, in upper or lower case */
bool input_has_line(const char *text, size_t len, const char *line);
