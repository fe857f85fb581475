#pragma once

/*
 * The contents of one mail: a subject, sentences, headings with labelled lines under them, and a footer with
 * the link that stops further mails. A letter can be written as plain text, HTML and MIME. It has the
 * recipient's language and time zone. It does not depend on events or on kinds of mail.
 */

#include "base/text-dates.h"
#include "base/text.h"
#include "config/config.h"
#include "config/template.h"
#include "contact/card.h"
#include "letter/strings.h"
#include "mail/template.h"

enum {
        LETTER_PART_BYTES = 256 * 1024, /* of text, HTML or calendar; enough for any single event */
        LETTER_ROOM_BYTES = 192 * 1024, /* of lines; the rest is for the lines after a list */
        LETTER_NAME_BYTES = 240,
        LETTER_LINES_MAX = 1200,
};

/** The recipient of a letter and the headers of its mail; all pointers are borrowed. */
typedef struct LetterOptions {
        const Config *config;
        ZoneTable *zones;
        const Card *contact;     /* the recipient; if NULL, `address` and `language` are used */
        const char *address;     /* of a recipient who is not a contact */
        const char *language;    /* of that recipient */
        const char *token;       /* the token of the link in the footer */
        const char *message_id;  /* without angle brackets */
        const char *in_reply_to; /* without angle brackets; NULL for none */
        usec_t now;
        /* set to a template for other recipients, if the mail can be one; NULL if no template is wanted */
        MessageTemplate **ret_template;
} LetterOptions;

typedef enum LetterLineKind {
        LETTER_SENTENCE,
        LETTER_HEADING,
        LETTER_ROW, /* labelled */
} LetterLineKind;

typedef struct LetterLine {
        LetterLineKind kind;
        const char *label; /* of a row, borrowed */
        char *text;
} LetterLine;

typedef struct Letter {
        const LetterOptions *options;
        const LetterStrings *strings;
        const char *language;
        /* the recipient's, if the card names one; otherwise that of the event or the letter */
        const Zone *zone;
        bool has_own_zone; /* the card names it; otherwise each time is given in its event's zone only */
        TextDates *dates;  /* in the recipient's language */
        Buffer subject;
        LetterLine *lines;
        size_t n_lines;
        size_t n_bytes;                 /* length of the lines as HTML, which is the longest form */
        const ConfigTemplate *template; /* the office's own texts; NULL for none */
        const char *why; /* sentence of the footer: why the recipient gets the mail; may have {calendar} */
        Buffer footer;   /* of the office's template, in place of `why`; empty for none */
        Buffer calendar; /* the calendar part; empty for none */
        const char *method; /* of an invitation: "REQUEST", "CANCEL"; NULL if the mail is no invitation */
        char stop[1024];    /* address of the link that stops further mails; "" for none */
} Letter;

/**
 * letter_init() - begin a letter to the recipient in @options
 * @options: borrowed for the life of the letter
 * @zone:    used if the contact's card names no zone
 * Return: 0 or -ENOMEM. In every case the caller must call letter_done().
 */
int letter_init(Letter *letter, const LetterOptions *options, const Zone *zone);
void letter_done(Letter *letter);

/**
 * letter_row() - append a labelled line; nothing if @text is NULL or empty, or if the letter already has
 * LETTER_LINES_MAX lines. @label is borrowed, @text is copied. Return: 0 or -ENOMEM.
 */
int letter_row(Letter *letter, const char *label, const char *text);

/** letter_heading() - append a heading; otherwise as letter_row() */
int letter_heading(Letter *letter, const char *text);

/** letter_sentence() - append a sentence; otherwise as letter_row() */
int letter_sentence(Letter *letter, const char *text);

/**
 * letter_message() - fill in a pattern with text_message(), and append the message as a line
 * @label: used if @kind is LETTER_ROW
 */
int letter_message(Letter *letter, LetterLineKind kind, const char *label, const char *pattern,
                const TextArgument *arguments);

/** letter_has_room() - whether another entry of a list fits into the letter */
bool letter_has_room(const Letter *letter);

/** letter_text() - append the letter as plain text */
int letter_text(const Letter *letter, Buffer *out);

/**
 * letter_mail() - append the whole mail. Return: 0, -EINVAL if the sender or the recipient has no valid
 * address, -EFBIG if a part is too long, or another negative errno.
 */
int letter_mail(const Letter *letter, Buffer *out);

/** letter_is_link() - whether a text is the address of a web page */
bool letter_is_link(const char *text);

/** letter_append_line() - append a text as one line of bounded length, for a header or a heading */
void letter_append_line(Buffer *out, const char *text);

/**
 * letter_append_beginning() - append at most @max bytes of a text; a longer text is cut, if possible at the
 * end of a word, and " …" is appended
 */
void letter_append_beginning(Buffer *out, const char *text, size_t max);
