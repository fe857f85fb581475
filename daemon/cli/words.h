#pragma once

/* What the data say in words of iCalendar's or of our own, in the reader's language. */

typedef enum WordsOf {
        WORDS_STATUS,    /* STATUS */
        WORDS_BASIS,     /* X-CONVENED-DATE-BASIS, and X-BASIS */
        WORDS_PRECISION, /* X-CONVENED-DATE-PRECISION */
        WORDS_CLASS,     /* CLASS */
        WORDS_KIND,      /* a category that the configuration has no title for */
        WORDS_CARD,      /* a card's KIND */
        WORDS_VISITED,   /* X-CONVENED-VISITED, X-CONVENED-VISIT-LIKELY */
        WORDS_LANGUAGE,  /* a card's LANG */
        WORDS_REASON,    /* why nothing is mailed, a whole sentence */
} WordsOf;

/** words_of() - the word for a value, its case ignored; the value itself where there is none. Borrowed, or @value. */
const char *words_of(const char *language, WordsOf of, const char *value);

/** words_choose() - the one of two texts that is in the language. */
const char *words_choose(const char *language, const char *ru, const char *en);
