#pragma once

/*
 * Inside the calendar module: writes one content line of an object to a feed. The line is folded again and,
 * for the public, loses personal parameters, telephone numbers and addresses. This file knows the forms of
 * values; calendar/publish decides which properties are published.
 */

#include "base/contentline.h"
#include "base/time.h"

typedef struct LineWriter {
        bool is_public; /* for everyone; false: for one contact */
        Buffer *out;    /* borrowed */
        Buffer line;    /* unfolded */
        Buffer decoded; /* a TEXT value */
        Buffer cut;     /* the value without private text */
} LineWriter;

void publish_line_init(LineWriter *writer, bool is_public, Buffer *out);
void publish_line_done(LineWriter *writer);

/**
 * publish_line_has_no_zone() - whether the value is a date or a time in UTC. If such a value has a TZID,
 * clients disagree by hours.
 */
bool publish_line_has_no_zone(const ContentLine *line);

/**
 * publish_line_is_odd_time() - whether a line with times repeats a parameter, which programs read
 * differently, or has a leap second, which many cannot read
 */
bool publish_line_is_odd_time(const ContentLine *line);

/** publish_line_write_odd_time() - append the line as it is understood, unfolded, without a line end. */
void publish_line_write_odd_time(const ContentLine *line, Buffer *out);

/** publish_line_is_text() - whether a line is a text by its VALUE, as by default (RFC 9073, 6.5, 6.6). */
bool publish_line_is_text(const ContentLine *line);

/** publish_line_write() - write the line without personal parameters. */
void publish_line_write(LineWriter *writer, const ContentLine *line);

/**
 * publish_line_write_text() - write a text. For the public, telephone numbers and mail addresses are
 * removed.
 * @plain: the type is known to be TEXT, so bad escapes are corrected
 */
void publish_line_write_text(LineWriter *writer, const ContentLine *line, bool plain);

/**
 * publish_line_write_uri() - write a URI. For the public, it is omitted if it is a person's address or
 * contains the data itself.
 */
void publish_line_write_uri(LineWriter *writer, const ContentLine *line);

/** publish_line_write_zoned() - write a time, with @tzid in place of the line's TZID. */
void publish_line_write_zoned(LineWriter *writer, const ContentLine *line, const char *tzid);

/**
 * publish_line_write_moment() - write a new line with a date or time
 * @name:        property name, with parameters
 * @type, @tzid: "" for none
 */
void publish_line_write_moment(
                LineWriter *writer, const char *name, const char *value, const char *type, const char *tzid);

/**
 * publish_line_write_untimed() - write a date or a time in UTC without its TZID, which RFC 5545 does not
 * allow there.
 */
void publish_line_write_untimed(LineWriter *writer, const ContentLine *line);

/**
 * publish_line_begin_text() - insert a text at the beginning of a TEXT value that has been written
 * @at, @len: where the folded content line is in the output
 * @text:     plain; an empty line is written after it, unless the value is empty
 */
void publish_line_begin_text(LineWriter *writer, size_t at, size_t len, const char *text);

/** publish_line_write_value() - write the line with @value in place of its value. */
void publish_line_write_value(LineWriter *writer, const ContentLine *line, const char *value);

/** publish_line_write_stamp() - write a new line with a time in UTC. */
void publish_line_write_stamp(LineWriter *writer, const char *name, usec_t time);
