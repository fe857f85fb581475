#pragma once

/*
 * A text as words: each token has its place in the text as given, so that a field of a draft can name the
 * words that it was read from. Typographic noise is left out (marks of bold type, invisible characters),
 * and a heading that is glued to the text after it is separated.
 */

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct LexiconMatch;

/* A longer text is no press text. It bounds time and memory. */
enum { DRAFT_TEXT_MAX_BYTES = 256 * 1024 };

typedef enum TokenForm { TOKEN_WORD, TOKEN_NUMBER, TOKEN_MARK } TokenForm;

typedef struct Token {
        uint32_t start, end; /* octets in the text */
        const char *word; /* folded: lower case, ё as е, every dash as "-", every quotation mark as `"` */
        uint32_t sentence;
        uint32_t line;
        uint32_t first_match;
        uint16_t n_matches;
        uint8_t form;       /* TokenForm */
        uint8_t digits;     /* of a number */
        bool is_capital;    /* the first letter is a capital */
        bool is_all_caps;   /* all letters are, and there are two at least */
        bool is_glued;      /* no blank is between this token and the one before */
        bool opens, closes; /* a quotation mark */
        int number;         /* of at most 9 digits; else -1 */
} Token;

typedef struct TokenText {
        const char *text; /* borrowed */
        size_t len;
        Token *tokens;
        size_t n;
        uint32_t n_sentences, n_lines;
        bool is_russian; /* most letters are Cyrillic */
        struct LexiconMatch *matches;
        size_t n_matches;
        Arena arena;
} TokenText;

/**
 * token_text_init() - split a text
 * @text: UTF-8, at most DRAFT_TEXT_MAX_BYTES; borrowed for the life of the TokenText
 *
 * Return: 0, -EFBIG, -ENOMEM; token_text_done() is due in every case.
 */
int token_text_init(const char *text, size_t len, TokenText *ret);
void token_text_done(TokenText *text);

/** word_is() - whether token @at, which may be outside of the text, is a word or a mark */
static inline bool word_is(const TokenText *text, size_t at, const char *word)
{
        return at < text->n && text->tokens[at].word[0] == word[0] &&
               strcmp(text->tokens[at].word, word) == 0;
}

/** word_begins() - whether token @at, which may be outside of the text, begins with a stem */
static inline bool word_begins(const TokenText *text, size_t at, const char *stem)
{
        return at < text->n && strncmp(text->tokens[at].word, stem, strlen(stem)) == 0;
}

/** token_same_sentence() - whether both tokens exist and are in one sentence */
static inline bool token_same_sentence(const TokenText *text, size_t a, size_t b)
{
        return a < text->n && b < text->n && text->tokens[a].sentence == text->tokens[b].sentence;
}
