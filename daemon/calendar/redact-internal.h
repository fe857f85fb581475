#pragma once

/* Inside calendar/redact* only: the grammars of telephone numbers, mail addresses and links. */

#include "base/fold.h"

/** A range of a folded text, in characters; end is exclusive. */
typedef struct RedactCut {
        size_t start, end;
} RedactCut;

enum { REDACT_GROUPS_MAX = 12 };

/** The number that was removed last: a number with the same groups may follow it in a list. */
typedef struct RedactLast {
        size_t end; /* 0 for none */
        size_t n_groups;
        size_t digits[REDACT_GROUPS_MAX];
} RedactLast;

/** redact_is_digit() - whether @c is an ASCII digit; redact_is_latin() - a lower-case ASCII letter. */
static inline bool redact_is_digit(uint32_t c)
{
        return c >= '0' && c <= '9';
}

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
        LABEL_IDENTIFIER, /* "ИНН", "Meeting ID", "№": the number is no telephone number */
        LABEL_NEAR, /* "телефон горячей линии": a telephone number, or another number, may follow */
        LABEL_TELEPHONE, /* "тел.:" */
} RedactLabel;

/** redact_label() - classify the words before @at by the nearest known one. */
RedactLabel redact_label(const FoldedText *text, size_t at);

/** redact_is_label() - whether the word at [start, end) announces a telephone number. */
bool redact_is_label(const FoldedText *text, size_t start, size_t end);

/**
 * redact_is_unit() - whether a unit is at @at, or after a blank there: the number before it is a quantity.
 */
bool redact_is_unit(const FoldedText *text, size_t at);

/**
 * redact_find_number() - whether a telephone number begins at @at
 * @last:     the number before it; set to this number if one is found
 * @ret_skip: where to continue if none is found: after characters that cannot begin a number
 */
bool redact_find_number(
                const FoldedText *text, size_t at, RedactLast *last, RedactCut *ret, size_t *ret_skip);

/**
 * redact_find_address() - find the mail address whose local part begins at @at, or whose quoted local part
 * ends at @at, its closing quotation mark
 * @from: the removed range does not begin before this position
 */
bool redact_find_address(const FoldedText *text, size_t from, size_t at, RedactCut *ret);

/**
 * redact_find_link() - whether a link begins at @at, where a word begins; @ret_end is its exclusive end
 * redact_find_in_link() - find the next telephone number or mail address in [at, end) of a link
 */
bool redact_find_link(const FoldedText *text, size_t at, size_t *ret_end);
bool redact_find_in_link(const FoldedText *text, size_t at, size_t end, RedactCut *ret);
