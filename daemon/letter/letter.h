#pragma once

/*
 * The contents of one mail, to be written as plain text, HTML and MIME: a subject, sentences, headings
 * with labelled lines under them, and the footer with the link that stops the mails. A letter has the
 * reader's language and time zone. It does not depend on events or kinds of mail.
 */

#include "base/text-dates.h"
#include "base/text.h"
#include "config/config.h"
#include "config/template.h"
#include "contact/card.h"
#include "letter/strings.h"
#include "mail/template.h"

enum {
        LETTER_PART_BYTES =
                        256 * 1024, /* of text, HTML or calendar: no event alone is too long for a mail */
        LETTER_ROOM_BYTES = 192 * 1024, /* of lines: a list leaves space for the lines after it */
        LETTER_NAME_BYTES = 240,
        LETTER_LINES_MAX = 1200,
};

/** The reader of a letter and the headers of its mail; everything is borrowed. */
typedef struct LetterOptions {
        const Config *config;
        ZoneTable *zones;
        const Card *contact;     /* a listed reader; NULL: `address` and `language` are used */
        const char *address;     /* of a reader who is not listed */
        const char *language;    /* of that reader */
        const char *token;       /* of the link in the footer */
        const char *message_id;  /* without angle brackets */
        const char *in_reply_to; /* without angle brackets; NULL for none */
        usec_t now;
        /* set to the mail as a template for other readers, if it can be one; NULL: not wanted */
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
        const Zone *zone; /* the reader's clock */
        TextDates *dates; /* in the reader's language */
        Buffer subject;
        LetterLine *lines;
        size_t n_lines, n_bytes;        /* of the lines, as HTML: the longest form */
        const ConfigTemplate *template; /* the office's own texts; NULL for none */
        const char *why;                /* sentence of the footer: why the reader gets it */
        Buffer footer;                  /* replaces `why`, if the office has a footer */
        Buffer calendar;                /* to attach; empty for none */
        char stop[1024];                /* address of the link that stops the mails; "": none */
} Letter;

/**
 * letter_init() - begin a letter to the contact in @options, which are borrowed
 * @zone: used if the contact names none
 * Return: 0 or -ENOMEM. letter_done() it in any case.
 */
int letter_init(Letter *letter, const LetterOptions *options, const Zone *zone);
void letter_done(Letter *letter);

/**
 * letter_row(), letter_heading(), letter_sentence() - append a line, or nothing for an empty text
 * The text is copied. Return: 0 or negative errno.
 */
int letter_row(Letter *letter, const char *label, const char *text);
int letter_heading(Letter *letter, const char *text);
int letter_sentence(Letter *letter, const char *text);

/** letter_message() - append a message of text_message() as a line of @kind; @label: of a row */
int letter_message(Letter *letter, LetterLineKind kind, const char *label, const char *pattern,
                const TextArgument *arguments);

/** letter_has_room() - whether another entry of a list fits into the letter */
bool letter_has_room(const Letter *letter);

/** letter_text() - append the letter as plain text */
int letter_text(const Letter *letter, Buffer *out);

/**
 * letter_mail() - append the whole mail. Return: 0, -EINVAL (no address to write to or from), -EFBIG (a
 * part is too long), other negative errno.
 */
int letter_mail(const Letter *letter, Buffer *out);

/**
 * letter_append_line() - append a text as one line of bounded length, for a header or a heading
 * letter_append_beginning() - append at most @max bytes of a text, if possible cut at the end of a word
 */
void letter_append_line(Buffer *out, const char *text);
void letter_append_beginning(Buffer *out, const char *text, size_t max);
