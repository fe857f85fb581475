#pragma once

/*
 * The texts in feeds that do not come from events. Each language has a file strings-LANGUAGE.c
 * (base/language.h).
 */

#include "base/language.h"

typedef struct FeedStrings {
        const char *busy;    /* SUMMARY of an event of which only the times may be shown */
        const char *part_of; /* before the name of the parent event */
} FeedStrings;

/** feed_strings() - return the texts in a language; static */
const FeedStrings *feed_strings(Language language);
