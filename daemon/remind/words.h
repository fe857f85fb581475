#pragma once

/* Every sentence of a reminder, by language; another language is one more row. Patterns are text_message()'s. */

typedef struct Words {
        const char *language;
        const char *today, *tomorrow, *in_days, *running;            /* subject: {n}, {date}, {what} */
        const char *late;                                            /* a sentence */
        const char *when, *where, *organiser, *basis, *about, *link; /* labels */
        const char *busy, *unnamed; /* for an event whose name may not be told, or that has none */
        const char *your_clock;     /* label of the time in the reader's own zone */
        const char *basis_public, *basis_inferred; /* how well a date is known */
        const char *why, *stop;                    /* the footer; `stop` is followed by the address */
} Words;

/** words_for() - of that language, English for one that is not there. */
const Words *words_for(const char *language);
