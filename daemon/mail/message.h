#pragma once

/*
 * Writes a mail as bytes (RFC 5322, MIME): multipart/mixed { multipart/alternative { text/plain, text/html
 * }, text/calendar }. Uses GMime. All input is in the arguments, so the same Message gives the same bytes:
 * boundaries are derived from the Message-ID.
 */

#include "base/buffer.h"
#include "base/time.h"

typedef struct Message {
        const char *from;        /* `Name <address>` or an address */
        const char *reply_to;    /* NULL for none */
        const char *to_name;     /* any text; NULL for none */
        const char *to;          /* an address */
        const char *subject;     /* any text; a line break becomes a blank, as in names */
        const char *message_id;  /* without angle brackets */
        const char *in_reply_to; /* and References; NULL for none */
        usec_t date;
        int date_offset;             /* seconds east of UTC, for the Date header: the reader's zone */
        const char *language;        /* Content-Language */
        const char *list_id;         /* `convened reminders <reminders.example.org>`; NULL for none */
        const char *unsubscribe_url; /* for List-Unsubscribe and -Post (RFC 8058); NULL for none */
        const char *text;            /* plain text, LF line ends; sent as format=flowed (RFC 3676) */
        const char *html;            /* NULL for none */
        const char *calendar;        /* iCalendar bytes; NULL for none */
        size_t calendar_len;
        const char *calendar_method; /* "PUBLISH" */
        const char *calendar_name;   /* file name of the attachment, ASCII */
} Message;

/**
 * message_compose() - append the mail with CRLF line ends, 7-bit, `Auto-Submitted: auto-generated`
 * Return: 0, -EINVAL (an address that cannot be parsed or not be written in ASCII, or a control character in
 * a field other than names, subject and content; nothing is appended), other negative errno.
 */
int message_compose(const Message *message, Buffer *out);

/**
 * message_write_recipient(), message_write_date() - append one header as message_compose() writes it, with
 * its CRLF
 * message_boundary() - get the part that is common to its boundaries
 * Return: as message_compose().
 */
enum { MESSAGE_BOUNDARY_SIZE = 41 };
int message_write_recipient(const char *name, const char *address, Buffer *out);
int message_write_date(usec_t date, int offset, Buffer *out);
void message_boundary(const char *message_id, char ret[static MESSAGE_BOUNDARY_SIZE]);
