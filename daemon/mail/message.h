#pragma once

/*
 * Writes a mail as bytes (RFC 5322, MIME): multipart/mixed { multipart/alternative { text/plain, text/html
 * }, text/calendar }. An invitation has the calendar as the last alternative, and the same bytes attached
 * (RFC 6047, 2.4): mail programs that act on invitations use one or the other. Uses GMime. Everything comes
 * from the arguments, even the boundaries, which are derived from the Message-ID. So the same Message gives
 * the same bytes.
 */

#include "base/buffer.h"
#include "base/time.h"

#include <stdbool.h>

typedef struct Message {
        const char *from;        /* `Name <address>` or an address */
        const char *reply_to;    /* NULL for none */
        const char *to_name;     /* any text; NULL for none */
        const char *to;          /* an address */
        const char *subject;     /* any text; line breaks become blanks, also in the names */
        const char *message_id;  /* without angle brackets */
        const char *in_reply_to; /* for In-Reply-To and References; NULL for none */
        usec_t date;
        int date_offset;             /* seconds east of UTC for the Date header: the recipient's zone */
        const char *language;        /* Content-Language */
        const char *list_id;         /* `convened reminders <reminders.example.org>`; NULL for none */
        const char *list_name;       /* precedes `list_id` as a phrase (RFC 2919), any text; NULL for none */
        const char *unsubscribe_url; /* for List-Unsubscribe and -Post (RFC 8058); NULL for none */
        const char *text;            /* plain text, LF line ends; sent as format=flowed (RFC 3676) */
        const char *html;            /* NULL for none */
        const char *calendar;        /* iCalendar bytes; NULL for none */
        size_t calendar_len;
        const char *calendar_method; /* "PUBLISH" */
        bool is_invitation;          /* the calendar is to be acted on: REQUEST or CANCEL */
        const char *calendar_name;   /* file name of the attachment, ASCII */
} Message;

/**
 * message_compose() - append the mail with CRLF line ends, 7-bit, `Auto-Submitted: auto-generated`
 *
 * Return: 0; -EINVAL if an address cannot be parsed or not be written in ASCII, or a field other than
 * names, subject and content has a control character, in which case nothing is appended; other negative
 * errno.
 */
int message_compose(const Message *message, Buffer *out);

enum { MESSAGE_BOUNDARY_SIZE = 41 };

/**
 * message_write_recipient(), message_write_date() - append one header as message_compose() writes it, with
 * its CRLF. Return: as message_compose().
 */
int message_write_recipient(const char *name, const char *address, Buffer *out);
int message_write_date(usec_t date, int offset, Buffer *out);

/** message_boundary() - get the part that all boundaries of a message have in common. */
void message_boundary(const char *message_id, char ret[static MESSAGE_BOUNDARY_SIZE]);
