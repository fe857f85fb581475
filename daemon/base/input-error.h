#pragma once

/*
 * A fault in untrusted input, and its position. All parsers report faults in this form. A fault is shown as
 * `file:line: where: message`; the caller that opened the file adds the file's name.
 */

#include <stdarg.h>
#include <stddef.h>

typedef struct InputError {
        size_t line;       /* counted from 1 in the given text; 0 if the fault is not in one line */
        char where[96];    /* the key, property or component, UTF-8; "" when there is none */
        char message[320]; /* one sentence without a full stop, translated by base/phrase.h, UTF-8 */
} InputError;

/**
 * input_error_set() - describe a fault. Texts that are too long are cut between two characters.
 * @error:  NULL to do nothing
 * @line:   counted from 1; 0 if unknown
 * @where:  borrowed; NULL means ""
 * @format: in English, translated by phrase(). An argument that is a sentence is translated by the caller.
 */
void input_error_set(InputError *error, size_t line, const char *where, const char *format, ...)
                __attribute__((format(printf, 4, 5)));

/** input_error_set_list() - do the same with the arguments as a list. */
void input_error_set_list(InputError *error, size_t line, const char *where, const char *format,
                va_list arguments) __attribute__((format(printf, 4, 0)));

/**
 * input_error_format() - write `file:line: where: message` without a line end; missing parts are left out
 * @file: borrowed; NULL leaves it out
 * @ret:  has @size bytes; the text is cut if it is longer
 */
void input_error_format(const InputError *error, const char *file, char *ret, size_t size);
