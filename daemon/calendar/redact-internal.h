#pragma once

/* Inside of calendar/redact* only: the grammars of telephone numbers, mail addresses and links. */

#include "base/fold.h"

/** A place in a folded text, in characters; end is exclusive. */
typedef struct RedactCut {
        size_t start, end;
} RedactCut;

enum { REDACT_GROUPS_MAX = 12 };

/** The number that was cut last: another one of its form may follow it in a list. */
typedef struct RedactLast {
        size_t end; /* 0 for none */
        size_t n_groups;
        size_t digits[REDACT_GROUPS_MAX];
} RedactLast;

/** redact_is_digit() - redact_is_latin(): a letter of ASCII */
static inline bool redact_is_digit(uint32_t c)
{
        return c >= '0' && c <= '9';
}

static inline bool redact_is_latin(uint32_t c)
{
        return c >= 'a' && c <= 'z';
}

/** redact_before() - the character before @at; '\n' at the beginning */
static inline uint32_t redact_before(const FoldedText *text, size_t at)
{
        return at > 0 ? text->chars[at - 1] : '\n';
}

/** redact_matches() - whether a word of plain characters stands at @at */
bool redact_matches(const FoldedText *text, size_t at, const char *word);

/** The meaning of the words before a number. */
typedef enum RedactLabel {
        LABEL_NONE,
        LABEL_IDENTIFIER, /* "ИНН", "Meeting ID", "№": what follows is no telephone number */
        LABEL_NEAR, /* "телефон горячей линии": a telephone number follows, and perhaps something else */
        LABEL_TELEPHONE, /* "тел.:" */
} RedactLabel;

/** redact_label() - of the words before @at, the nearest one that says something counts */
RedactLabel redact_label(const FoldedText *text, size_t at);

/** redact_is_label() - whether the word at [start, end) announces a telephone number */
bool redact_is_label(const FoldedText *text, size_t start, size_t end);

/** redact_is_unit() - whether a unit stands at @at, perhaps behind a blank: what is before it is counted */
bool redact_is_unit(const FoldedText *text, size_t at);

/**
 * redact_find_number() - whether a telephone number begins at @at
 * @last:     the number before it; set to this one when it is
 * @ret_skip: where to look on when it is not: behind what cannot begin one
 */
bool redact_find_number(
                const FoldedText *text, size_t at, RedactLast *last, RedactCut *ret, size_t *ret_skip);

/**
 * redact_find_address() - whether a mail address begins at @at, where a word begins
 * @from: the cut does not begin before it
 */
bool redact_find_address(const FoldedText *text, size_t from, size_t at, RedactCut *ret);

/**
 * redact_find_link() - whether a link begins at @at, where a word begins; @ret_end is behind it
 * redact_find_in_link() - the next telephone number or mail address in [at, end) of a link
 */
bool redact_find_link(const FoldedText *text, size_t at, size_t *ret_end);
bool redact_find_in_link(const FoldedText *text, size_t at, size_t end, RedactCut *ret);
