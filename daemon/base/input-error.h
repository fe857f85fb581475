#pragma once

/*
 * A fault in input from outside, and its place: the form that all parsers use for complaints.
 * A reader of the message gets `file:line: where: message`; the caller that opened the file knows its name.
 */

#include <stdarg.h>
#include <stddef.h>

typedef struct InputError {
        size_t line;       /* counted from 1 in the given text; 0: not tied to a line */
        char where[96];    /* the key, property or component, UTF-8; "" when there is none */
        char message[320]; /* one sentence without a full stop, in the words of base/phrase.h, UTF-8 */
} InputError;

/**
 * input_error_set() - fill in a complaint; what is too long is cut between characters
 * @error: may be NULL, then nothing happens
 * @line:  counted from 1; 0 when unknown
 * @where: borrowed; NULL means ""
 * @format: in English, said in the words of base/phrase.h; an argument that is a sentence, too, goes through
 *          phrase()
 */
void input_error_set(InputError *error, size_t line, const char *where, const char *format, ...)
                __attribute__((format(printf, 4, 5)));

/** input_error_set_list() - as input_error_set(), with the arguments as a list. */
void input_error_set_list(InputError *error, size_t line, const char *where, const char *format,
                va_list arguments) __attribute__((format(printf, 4, 0)));

/**
 * input_error_format() - `file:line: where: message` without a line end, missing parts left out
 * @file: borrowed; NULL leaves it out
 * @ret:  @size bytes; cut when too small
 */
void input_error_format(const InputError *error, const char *file, char *ret, size_t size);
