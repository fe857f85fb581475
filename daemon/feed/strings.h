#pragma once

/*
 * The words that feeds contain beside the events' own: one file strings-LANGUAGE.c for each language
 * (base/language.h).
 */

#include "base/language.h"

typedef struct FeedStrings {
        const char *busy; /* SUMMARY of an event of which only its time may be known */
} FeedStrings;

/** feed_strings() - the words of a language; never freed. */
const FeedStrings *feed_strings(Language language);
