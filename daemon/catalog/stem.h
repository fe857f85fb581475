#pragma once

/*
 * The stems of words, so that a search for one form of a word finds the others. The algorithms are
 * Snowball's (libstemmer), one for each language of the program (catalog/strings.h).
 */

#include "base/cleanup.h"
#include "base/language.h"

#include <stddef.h>

struct sb_stemmer;

enum { STEM_SIZE = 512 };

/** One thread at a time may use a Stemmer. */
typedef struct Stemmer {
        struct sb_stemmer *of[LANGUAGES_N]; /* NULL for a language without an algorithm */
        char stem[STEM_SIZE];               /* the last stem, if a fleeting vowel was left out of it */
} Stemmer;

/** stemmer_init() - open the algorithms. Return: 0 or -ENOMEM; stemmer_done() is due in both cases. */
int stemmer_init(Stemmer *stemmer);
void stemmer_done(Stemmer *stemmer);

/**
 * stemmer_stem() - find the stem of a word
 * @word: folded by text_fold(). Its letters determine the language, by catalog_text_script(); otherwise the
 *        language is LANGUAGE_FALLBACK.
 *
 * Return: the stem, borrowed until the next call; @word if there is no algorithm for its language.
 */
const char *stemmer_stem(Stemmer *stemmer, const char *word);
