#pragma once

/* How well a field of a draft is known, and why. */

/** How well a field is known, as in X-CONVENED-DATE-BASIS. */
typedef enum DraftBasis {
        DRAFT_OPEN,     /* not known */
        DRAFT_STATED,   /* the text says so */
        DRAFT_PUBLIC,   /* from public data, such as the zone of a town */
        DRAFT_INFERRED, /* follows from the text */
} DraftBasis;

typedef enum DraftWhy {
        DRAFT_WHY_OPEN,
        DRAFT_WHY_WORDS,
        DRAFT_WHY_YEAR_PUBLISHED,
        DRAFT_WHY_YEAR_NAME,
        DRAFT_WHY_YEAR_TEXT,
        DRAFT_WHY_RELATIVE,
        DRAFT_WHY_WEEKDAY,
        DRAFT_WHY_WINDOW,
        DRAFT_WHY_PARENT,
        DRAFT_WHY_LENGTH,
        DRAFT_WHY_WORDS_OF_KIND,
        DRAFT_WHY_GAZETTEER,
        DRAFT_WHY_NOMINATIVE,
        DRAFT_WHY_ONLY_TOWN,
        DRAFT_WHY_ONLY_EVENT,
        DRAFT_WHY_FRAME,
        DRAFT_WHY_TODAY,
        DRAFT_WHY_SAME_DAY,
        DRAFT_WHY_N,
} DraftWhy;
