#pragma once

/*
 * The one way from a text to a terminal. A title or an address may hold anything: control characters (C0,
 * C1), which a terminal obeys, and characters that turn the direction of writing, which hide what a line
 * says, come out as U+FFFD; so does what is no UTF-8. A no-break space comes out as a plain one, since
 * a date could not be found with grep otherwise. JSON and raw texts do not pass here.
 */

#include "base/buffer.h"

#include <stdio.h>

/** output_line() - write a text as one line: its newlines become blanks. */
void output_line(FILE *stream, const char *text);

/**
 * output_message() - the same, but a no-break space stays: for a parser's message, which quotes what it
 * read.
 */
void output_message(FILE *stream, const char *text);

/**
 * output_lines() - write a text of one line or more; what follows the first is indented, so that it is no
 * line of its own.
 */
void output_lines(FILE *stream, const char *text);

/** output_text() - write a text with its newlines; none is added. */
void output_text(FILE *stream, const char *text);

/**
 * output_column() - append blanks, two at least, so that what follows begins in that column of a terminal
 * where there is room.
 */
void output_column(Buffer *line, size_t column);
