#pragma once

/*
 * Inside the calendar module: writes one content line of an object to a feed: refolded and, for the public,
 * without personal parameters, telephone numbers and addresses. This file knows the forms of values;
 * calendar/publish decides which properties are published.
 */

#include "base/contentline.h"

typedef struct LineWriter {
        bool is_public; /* for everyone, not for one contact */
        Buffer *out;    /* borrowed */
        Buffer line;    /* unfolded */
        Buffer decoded; /* a TEXT value */
        Buffer cut;     /* the value without private text */
} LineWriter;

void publish_line_init(LineWriter *writer, bool is_public, Buffer *out);
void publish_line_done(LineWriter *writer);

/** publish_line_write() - write the line without personal parameters. */
void publish_line_write(LineWriter *writer, const ContentLine *line);

/**
 * publish_line_write_text() - write a text; for the public without telephone numbers and mail addresses
 * @plain: the type is known to be TEXT, so bad escapes are corrected
 */
void publish_line_write_text(LineWriter *writer, const ContentLine *line, bool plain);

/**
 * publish_line_write_uri() - write a URI; for the public only if it is not a person's address and does not
 * contain the data itself
 */
void publish_line_write_uri(LineWriter *writer, const ContentLine *line);

/** publish_line_write_zoned() - write a time with @tzid in place of its TZID. */
void publish_line_write_zoned(LineWriter *writer, const ContentLine *line, const char *tzid);

/**
 * publish_line_write_moment() - write a new line with a date or time
 * @name:        property name, with parameters
 * @type, @tzid: "" for none
 */
void publish_line_write_moment(
                LineWriter *writer, const char *name, const char *value, const char *type, const char *tzid);

/**
 * publish_line_write_untimed() - write a date or UTC time without its TZID, which RFC 5545 does not allow.
 */
void publish_line_write_untimed(LineWriter *writer, const ContentLine *line);

/** publish_line_write_value() - write the line with another value. */
void publish_line_write_value(LineWriter *writer, const ContentLine *line, const char *value);
