#pragma once

/*
 * The words by which a press text is read, and their forms. Each language has a table of patterns in its
 * strings-LANGUAGE.c. A pattern is one or more folded words; at the end of a word, `~` stands for a case
 * ending and `*` for any letters.
 */

#include "draft/token.h"
#include "draft/words.h"

typedef struct LexiconMatch {
        const LexiconEntry *entry;
        uint32_t n_tokens;
} LexiconMatch;

/**
 * lexicon_mark() - find the words of the tables in a text; the matches belong to the text
 * @more: entries besides those of the languages, such as the configuration's kinds; borrowed; may be NULL
 * Return: 0 or -ENOMEM.
 */
int lexicon_mark(TokenText *text, const LexiconEntry *more);

/** lexicon_at() - the longest match of a class that begins at a token; NULL if there is none */
const LexiconMatch *lexicon_at(const TokenText *text, size_t at, WordClass class);

/** lexicon_is() - whether a match of a class begins at a token */
bool lexicon_is(const TokenText *text, size_t at, WordClass class);

/** lexicon_value() - the value of the longest match of a class at a token; @otherwise if there is none */
int lexicon_value(const TokenText *text, size_t at, WordClass class, int otherwise);

/** lexicon_is_verb() - whether a folded Russian word has an ending that only a finite verb has: "длилось" */
bool lexicon_is_verb(const char *word);

/** lexicon_is_adjective() - whether a folded Russian word has an adjective's ending */
bool lexicon_is_adjective(const char *word);
