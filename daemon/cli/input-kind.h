#pragma once

/* Recognises what a text to import holds. Texts may begin with a byte order mark. */

#include <stdbool.h>
#include <stddef.h>

/**
 * input_has_cards() - whether a text begins with a vCard. The name of the file is not used: standard input
 * has none.
 */
bool input_has_cards(const char *text, size_t len);

/** input_has_line() - whether a line of a text begins with @line, without regard to case */
bool input_has_line(const char *text, size_t len, const char *line);
