#pragma once

/* Takes the texts for people, the headers and the day out of a mail (RFC 5322, MIME). */

#include "base/buffer.h"

#include <stdbool.h>

typedef struct MailDay {
        int year, month, day; /* 0 if the mail has no valid Date */
} MailDay;

/**
 * text_part_read() - append the first text/plain part in UTF-8 or, if there is none, the first text/html
 * part
 * @ret_is_html: set if it is the latter
 * @ret_day:     of the Date header, in the zone that it names
 * Return: 0; -EINVAL for a mail without a text; -EFBIG (the maximum of @out); -ENOMEM.
 */
int text_part_read(const char *bytes, size_t len, Buffer *out, bool *ret_is_html, MailDay *ret_day);

/** html_part_read() - append the first text/html part in UTF-8. Return: as text_part_read(). */
int html_part_read(const char *bytes, size_t len, Buffer *out);

/**
 * mail_headers_read() - append the header fields of a mail, a line each, with their encoded words decoded
 * (RFC 2047)
 *
 * Return: as text_part_read().
 */
int mail_headers_read(const char *bytes, size_t len, Buffer *out);
