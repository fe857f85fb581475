#pragma once

/*
 * Content lines: the syntax that iCalendar (RFC 5545, 3.1) and vCard (RFC 6350, 3.3) share.
 *
 * The reader handles untrusted bytes before any library does. It limits sizes, counts and depth, unfolds
 * (CRLF or bare LF; a fold may even split a UTF-8 sequence), checks UTF-8 and control characters, and cuts
 * each line into name, parameters and value. It keeps the raw bytes of each line, so that a line can be
 * written back unchanged; libical's parser has no limits and rewrites lines. The reader does not know the
 * meaning of properties. The writer folds at 75 octets, never inside a UTF-8 sequence nor before a
 * combining mark.
 */

#include "base/buffer.h"
#include "base/conditions.h"
#include "base/input-error.h"

#include <stdbool.h>

typedef struct ContentLimits {
        size_t text_bytes; /* of the whole text */
        size_t line_bytes; /* of one line after unfolding */
        size_t lines;      /* after unfolding */
        size_t params;     /* of one line */
        size_t depth;      /* of nested BEGINs */
} ContentLimits;

/** The limits of one untrusted object: 1 MiB, 256 KiB a line, 20,000 lines, 32 parameters, depth 4. */
extern const ContentLimits CONTENT_LIMITS_OBJECT;
/** The limits of a vCard: as for an object, but 960 KiB a line, for a photo. */
extern const ContentLimits CONTENT_LIMITS_CARD;
/** The limits of a file that an operator imports: 1 GiB and 50 million lines; the rest as for an object. */
extern const ContentLimits CONTENT_LIMITS_FILE;

typedef struct ContentParam {
        const char *name;  /* upper case */
        const char *value; /* without quotes, carets decoded (RFC 6868); commas between several values */
        bool quoted;       /* the value, or the first of several, was in double quotes */
} ContentParam;

typedef struct ContentLine {
        const char *name;  /* upper case, without a vCard group */
        const char *group; /* of vCard (`item1.TEL`); NULL when there is none */
        const char *value; /* unfolded, escapes not decoded; of BEGIN and END in upper case */
        size_t value_len;
        const ContentParam *params;
        size_t n_params;
        size_t number;   /* number of its first line in the text, counted from 1 */
        size_t depth;    /* number of components around the line; a BEGIN and its END have the same */
        const char *raw; /* the line's bytes in the given text, including folds and line end */
        size_t raw_len;
} ContentLine;

enum {
        CONTENT_END = 1,                         /* no further line */
        CONTENT_E_INVALID = CONDITIONS_BASE + 1, /* the text is bad; the InputError says where */
};

typedef struct ContentReader ContentReader;

/**
 * content_reader_new() - make a reader of @text
 * @text:   borrowed, must outlive the reader; need not end in NUL
 * @limits: borrowed, must outlive the reader
 * Return: NULL when memory ran out.
 */
ContentReader *content_reader_new(const char *text, size_t len, const ContentLimits *limits);
ContentReader *content_reader_free(ContentReader *reader);
DEFINE_CLEANUP(ContentReader, content_reader_freep, content_reader_free)

/**
 * content_reader_next() - read the next line, and check that BEGIN and END match in name and nesting
 * @ret: valid until the next call. For a malformed line only `raw`, `raw_len`, `number` and `depth` are
 *       set, and `name` is NULL. For a wrong BEGIN or END, a component without an END, or a text of too
 *       many octets, `raw` is NULL, too.
 *
 * After CONTENT_E_INVALID the reader continues after the bad line if possible, so that a caller can collect
 * all errors. A component that is nested too deep is skipped. An END that names an outer component also
 * closes the components inside it; any other wrong END is skipped. At the end of the text each open
 * component is an error. Empty lines are skipped silently.
 *
 * Return: 0, CONTENT_END, CONTENT_E_INVALID, negative errno.
 */
int content_reader_next(ContentReader *reader, ContentLine *ret, InputError *ret_error);

/**
 * content_line_param() - get the value of a parameter, borrowed from the line; NULL if the line has no such
 * parameter
 * @name: in upper case
 */
const char *content_line_param(const ContentLine *line, const char *name);

/**
 * content_unescape() - append a TEXT value with `\\ \; \, \n \N` decoded (RFC 5545, 3.3.11); any other `\c`
 * stays as it is.
 */
void content_unescape(Buffer *out, const char *value, size_t len);

/**
 * content_escape() - append text as a TEXT value. CRLF and LF become `\n`; other control characters than
 * TAB are dropped.
 */
void content_escape(Buffer *out, const char *text);

/** content_fold() - append one unfolded line (without line end) folded at 75 octets and ended by CRLF. */
void content_fold(Buffer *out, const char *line, size_t len);

/**
 * content_write_param() - append `;NAME=value`, in quotes if the value needs them (RFC 5545, 3.1), and with
 * carets for quotes and line ends (RFC 6868). Other control characters are dropped.
 */
void content_write_param(Buffer *out, const char *name, const char *value);

/** content_write() - append `NAME:value` folded, without escaping the value. */
void content_write(Buffer *out, const char *name, const char *value);

/** content_write_text() - do the same, but escape the value first. */
void content_write_text(Buffer *out, const char *name, const char *text);
