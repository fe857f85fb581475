#pragma once

/*
 * The functions that write all output of the program, except JSON and raw texts. A title or an address may
 * contain any character. The following are replaced by U+FFFD: control characters (C0, C1), which a
 * terminal would execute; characters that change the direction of writing, which can hide a part of a line;
 * and invalid UTF-8. A no-break space is replaced by a space, so that grep finds a date.
 */

#include "base/buffer.h"

#include <stdio.h>

/** output_line() - write a text as one line; its newlines become blanks */
void output_line(FILE *stream, const char *text);

/**
 * output_message() - as output_line(), but keep no-break spaces: for the message of a parser, which quotes
 * its input
 */
void output_message(FILE *stream, const char *text);

/**
 * output_lines() - write a text of one or more lines. All lines but the first are indented, so that they
 * are not taken for separate lines.
 */
void output_lines(FILE *stream, const char *text);

/** output_text() - write a text with its newlines; none is added. */
void output_text(FILE *stream, const char *text);

/** output_row() - write a row of a list to standard output, and its UID on an indented line of its own */
void output_row(const char *line, const char *uid);

/** output_column() - append blanks up to a column of a terminal, but at least two blanks */
void output_column(Buffer *line, size_t column);
