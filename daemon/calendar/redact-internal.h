#pragma once

/* Inside calendar/redact* only: the grammars of telephone numbers, mail addresses and links. */

#include "base/fold.h"

/** A range of a folded text, in characters; `end` is exclusive. */
typedef struct RedactCut {
        size_t start, end;
} RedactCut;

enum { REDACT_GROUPS_MAX = 12 };

/** The last number that was removed. In a list, a number with the same groups may follow it. */
typedef struct RedactLast {
        size_t end; /* 0 for none */
        size_t n_groups;
        size_t digits[REDACT_GROUPS_MAX]; /* number of digits of each group */
} RedactLast;

/** redact_is_digit() - whether @c is an ASCII digit. */
static inline bool redact_is_digit(uint32_t c)
{
        return c >= '0' && c <= '9';
}

/** redact_is_latin() - whether @c is a lower-case ASCII letter. */
static inline bool redact_is_latin(uint32_t c)
{
        return c >= 'a' && c <= 'z';
}

/** redact_before() - return the character before @at; '\n' at the beginning. */
static inline uint32_t redact_before(const FoldedText *text, size_t at)
{
        return at > 0 ? text->chars[at - 1] : '\n';
}

/** redact_matches() - whether the text at @at begins with @word, which is ASCII. */
bool redact_matches(const FoldedText *text, size_t at, const char *word);

/** The meaning of the words before a number. */
typedef enum RedactLabel {
        LABEL_NONE,
        LABEL_IDENTIFIER, /* "ИНН", "Meeting ID", "№": a telephone number only if its form is clear */
        /*
         * "телефон горячей линии": a label word that stands before the word next to the number: a telephone
         * number, or another number, may follow
         */
        LABEL_NEAR,
        LABEL_TELEPHONE, /* "тел.:" */
} RedactLabel;

/** redact_label() - classify the words before @at, by the nearest word that is known. */
RedactLabel redact_label(const FoldedText *text, size_t at);

/** redact_is_label() - whether the word at [start, end) announces a telephone number. */
bool redact_is_label(const FoldedText *text, size_t start, size_t end);

/**
 * redact_is_unit() - whether a unit begins at @at, or after one blank at @at. Then the number before @at is
 * a quantity.
 */
bool redact_is_unit(const FoldedText *text, size_t at);

/**
 * redact_find_number() - whether a telephone number begins at @at
 * @last:     the number before; set to this number if one is found
 * @ret_skip: where to continue if none is found: the first position at which a number may begin again
 */
bool redact_find_number(
                const FoldedText *text, size_t at, RedactLast *last, RedactCut *ret, size_t *ret_skip);

/**
 * redact_find_address() - find a mail address by a position in it
 * @at:   the beginning of its local part or, if that is quoted, the closing quotation mark
 * @from: the removed range does not begin before this position
 */
bool redact_find_address(const FoldedText *text, size_t from, size_t at, RedactCut *ret);

/**
 * redact_find_link() - whether a link begins at @at, the beginning of a word; @ret_end is its exclusive end
 */
bool redact_find_link(const FoldedText *text, size_t at, size_t *ret_end);

/** redact_find_in_link() - find the next telephone number or mail address between @at and @end in a link */
bool redact_find_in_link(const FoldedText *text, size_t at, size_t end, RedactCut *ret);
