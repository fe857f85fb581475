#pragma once

/*
 * Inside the calendar module: one content line of an object as a feed has it: refolded, without
 * parameters, telephone numbers and addresses that the public may not see. It knows the forms of values,
 * not which property may go out.
 */

#include "base/contentline.h"

typedef struct LineWriter {
        bool is_public; /* the world reads it, not one contact */
        Buffer *out;    /* borrowed */
        Buffer line;    /* unfolded */
        Buffer decoded; /* of a TEXT value */
        Buffer cut;     /* the same without what may not go out */
} LineWriter;

void publish_line_init(LineWriter *writer, bool is_public, Buffer *out);
void publish_line_done(LineWriter *writer);

/** publish_line_write() - the line as it is, without personal parameters. */
void publish_line_write(LineWriter *writer, const ContentLine *line);

/**
 * publish_line_write_text() - a text, for the public without telephone numbers and mail addresses
 * @plain: the type is known to be TEXT, so bad escapes are put right
 */
void publish_line_write_text(LineWriter *writer, const ContentLine *line, bool plain);

/**
 * publish_line_write_uri() - a URI; for the public not when it is a person's address or holds the data
 * itself.
 */
void publish_line_write_uri(LineWriter *writer, const ContentLine *line);

/** publish_line_write_zoned() - a time with another TZID than its own. */
void publish_line_write_zoned(LineWriter *writer, const ContentLine *line, const char *tzid);

/**
 * publish_line_write_moment() - a line of its own
 * @name:        with parameters, as they go out
 * @type, @tzid: "" for none
 */
void publish_line_write_moment(
                LineWriter *writer, const char *name, const char *value, const char *type, const char *tzid);

/** publish_line_write_untimed() - a date or a time in UTC without its TZID, which RFC 5545 does not allow. */
void publish_line_write_untimed(LineWriter *writer, const ContentLine *line);

/** publish_line_write_value() - the line with another value */
void publish_line_write_value(LineWriter *writer, const ContentLine *line, const char *value);
