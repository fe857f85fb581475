#pragma once

/*
 * The texts that feeds contain beside the events' own: one file strings-LANGUAGE.c for each language
 * (base/language.h).
 */

#include "base/language.h"

typedef struct FeedStrings {
        const char *busy; /* SUMMARY of an event that shows only its times */
} FeedStrings;

/** feed_strings() - return the texts in a language; static */
const FeedStrings *feed_strings(Language language);
