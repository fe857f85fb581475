#pragma once

/*
 * One line of a vCard, cut into its parts as they are written: names keep their case, and values of
 * parameters their quotes. So a line that is printed again has the same octets. Private to this module.
 *
 * The parts are in a LineMemory, which latches the first failure, as a Buffer does: after it the functions
 * return empty parts, and the caller looks at `error` once at the end.
 */

#include "base/arena.h"
#include "base/buffer.h"

#include <stdbool.h>

typedef struct LineMemory {
        Arena arena;
        size_t max, used; /* bytes */
        int error;        /* 0, -ENOMEM, or -EFBIG if more than the maximum was asked for */
} LineMemory;

/** LINE_MEMORY_INIT() - make an empty memory that may grow to @max_bytes */
#define LINE_MEMORY_INIT(max_bytes) ((LineMemory){ .max = (max_bytes) })

typedef struct CardParam {
        const char *name, *value;
} CardParam;

typedef struct CardLine {
        const char *group; /* NULL for none */
        const char *name;
        CardParam *params;
        size_t n, room;
        const char *value; /* unfolded, escapes not decoded */
        const char *raw;   /* the octets in the card, with folds and line end; NULL for another line */
        size_t raw_len;
} CardLine;

void line_memory_done(LineMemory *memory);

/** line_allocate() - allocate @size zeroed bytes; NULL if memory ran out */
void *line_allocate(LineMemory *memory, size_t size);

/** line_format() - make a string; "" if memory ran out */
const char *line_format(LineMemory *memory, const char *format, ...) __attribute__((format(printf, 2, 3)));

/**
 * line_cut() - cut a line that content_reader_next() has accepted
 * @raw: with its folds and its end
 */
void line_cut(LineMemory *memory, const char *raw, size_t raw_len, CardLine *ret);

/** line_copy() - copy a line, so that its parameters can be changed; the copy has no `raw` */
CardLine line_copy(LineMemory *memory, const CardLine *line);

/** line_keep() - copy all parts of a line to another memory, but those that are also the parts of @given */
CardLine line_keep(LineMemory *memory, const CardLine *line, const CardLine *given);

/** line_head() - append a line up to its value: `item1.TEL;TYPE=cell:` */
void line_head(const CardLine *line, Buffer *out);

/** line_equal() - whether two lines are printed alike */
bool line_equal(const CardLine *line, const CardLine *other);

/** line_is() - whether the line has this name, in any case */
bool line_is(const CardLine *line, const char *name);

/** line_param() - the first parameter with this name; NULL if there is none; valid until one is added */
CardParam *line_param(const CardLine *line, const char *name);

/** line_param_is() - whether a parameter has this value, in any case, with or without quotes */
bool line_param_is(const CardParam *param, const char *value);

/** line_add() - add a parameter as the last; @value as it is written */
void line_add(LineMemory *memory, CardLine *line, const char *name, const char *value);

void line_remove(CardLine *line, CardParam *param);

/** line_remove_all() - remove all parameters with this name */
void line_remove_all(CardLine *line, const char *name);

/** line_quote() - write a text as the value of a parameter, with quotes and carets (RFC 6868) */
const char *line_quote(LineMemory *memory, const char *text);

/** line_unquote() - read the value of a parameter as a text; the reverse of line_quote() */
const char *line_unquote(LineMemory *memory, const char *value);

/**
 * line_types() - the words of all TYPE parameters, in lower case, each between commas (`,home,pref,`);
 * "," if there are none
 */
const char *line_types(LineMemory *memory, const CardLine *line);

/**
 * line_type_set() - the words of all TYPE parameters but `pref`, in lower case, sorted, each of them once,
 * with commas between them; "" if there are none
 */
const char *line_type_set(LineMemory *memory, const CardLine *line);
