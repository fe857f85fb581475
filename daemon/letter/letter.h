#pragma once

/*
 * The contents of one mail before it is plain text, HTML and MIME: a subject, sentences, headings with
 * labelled lines under them, and the footer with the link that stops the mails. It knows the reader's
 * language and clock. It knows neither events nor kinds of mail.
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
        LETTER_ROOM_BYTES = 192 * 1024, /* of lines, so that a list leaves room for what follows it */
        LETTER_NAME_BYTES = 240,
        LETTER_LINES_MAX = 1200,
};

/** The reader of a letter and the mail that carries it; everything is borrowed. */
typedef struct LetterOptions {
        const Config *config;
        ZoneTable *zones;
        const Card *contact;     /* a listed reader; NULL: `address` and `language` are used */
        const char *address;     /* of a reader who is not listed */
        const char *language;    /* the same reader's */
        const char *token;       /* of the link in the footer */
        const char *message_id;  /* without angle brackets */
        const char *in_reply_to; /* the same; NULL for none */
        usec_t now;
        MessageTemplate **
                        ret_template; /* the mail as the pattern of others, where that is possible; NULL: not wanted */
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
        const ConfigTemplate *template; /* the office's own strings; NULL for none */
        const char *why;                /* the footer's sentence: why this mail came */
        Buffer footer;                  /* instead of it, where the office has strings of its own */
        Buffer calendar;                /* to attach; empty for none */
        char stop[1024];                /* address of the way out; "" for none */
} Letter;

/**
 * letter_init() - for the contact in @options (kept by reference); @zone is the reader's clock where the
 * contact gives none. letter_done() it in any case. Return: 0 or -ENOMEM.
 */
int letter_init(Letter *letter, const LetterOptions *options, const Zone *zone);
void letter_done(Letter *letter);

/**
 * letter_row(), letter_heading(), letter_sentence() - append a line; nothing is appended for an empty text.
 * The text is copied. Return: 0 or negative errno.
 */
int letter_row(Letter *letter, const char *label, const char *text);
int letter_heading(Letter *letter, const char *text);
int letter_sentence(Letter *letter, const char *text);

/** letter_message() - append a message of text_message() as a line of that kind, @label for a row. */
int letter_message(Letter *letter, LetterLineKind kind, const char *label, const char *pattern,
                const TextArgument *arguments);

/**
 * letter_has_room() - whether another entry of a list can be added, so that the letter can still be made.
 */
bool letter_has_room(const Letter *letter);

/** letter_text() - append what a person would read of it as plain text. */
int letter_text(const Letter *letter, Buffer *out);

/**
 * letter_mail() - append the whole mail. Return: 0, -EINVAL (no address to write to or from), -EFBIG (a
 * part is too long), other negative errno.
 */
int letter_mail(const Letter *letter, Buffer *out);

/**
 * letter_append_line() - append a text as one line of bounded length, for a header or a heading;
 * letter_append_beginning() - cut behind a word.
 */
void letter_append_line(Buffer *out, const char *text);
void letter_append_beginning(Buffer *out, const char *text, size_t max);
