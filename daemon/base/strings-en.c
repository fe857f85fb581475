#include "base/phrase.h"
#include "base/strings.h"

extern const TextStrings text_strings_en;

/* British customs: the day precedes the month, as in the dates of every other language here. */
const TextStrings text_strings_en = {
        .locale = "en_GB",
        .day = "d MMMM",
        .month = "LLLL y",
        .open_quote = "“",
        .close_quote = "”",
        .open_inner_quote = "‘",
        .close_inner_quote = "’",
        .dash = "–",
};

extern const Phrase base_phrases_en[];

const Phrase base_phrases_en[] = { { NULL, NULL } };
