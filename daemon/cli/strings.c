/* Maps values to sentences, with tables that all languages share. */

#include "cli/strings.h"

#include "store/ledger.h"
#include "store/store.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#define DECLARE(tag) extern const CliStrings cli_strings_##tag;
LANGUAGES(DECLARE)
#define ROW(tag) [LANGUAGE_##tag] = &cli_strings_##tag,
static const CliStrings *const table[LANGUAGES_N] = { LANGUAGES(ROW) };

_Static_assert(MAIL_PENDING == 1 && (int)MAIL_PARKED == (int)CLI_STATES_N, "a state of a mail has no word");

const CliStrings *cli_strings(Language language)
{
        return table[language];
}

static const struct {
        WordsOf of;
        const char *value;
        CliWord word;
} words[] = {
        { WORDS_STATUS, "TENTATIVE", WORD_TENTATIVE },
        { WORDS_STATUS, "CONFIRMED", WORD_CONFIRMED },
        { WORDS_STATUS, "CANCELLED", WORD_CANCELLED },
        { WORDS_STATUS, "DRAFT", WORD_DRAFT },
        { WORDS_BASIS, "STATED", WORD_STATED },
        { WORDS_BASIS, "PUBLIC", WORD_PUBLISHED },
        { WORDS_BASIS, "INFERRED", WORD_INFERRED },
        { WORDS_PRECISION, "WITHIN-PARENT", WORD_WITHIN_PARENT },
        { WORDS_CLASS, "PUBLIC", WORD_PUBLIC },
        { WORDS_CLASS, "PRIVATE", WORD_PRIVATE },
        { WORDS_CLASS, "CONFIDENTIAL", WORD_CONFIDENTIAL },
        { WORDS_KIND, "OTHER", WORD_OTHER },
        { WORDS_KIND, "SESSION", WORD_SESSION },
        { WORDS_KIND, "EXHIBITION", WORD_EXHIBITION },
        { WORDS_KIND, "SITE-VISIT", WORD_SITE_VISIT },
        { WORDS_KIND, "MEETING", WORD_MEETING },
        { WORDS_CARD, "individual", WORD_INDIVIDUAL },
        { WORDS_CARD, "location", WORD_LOCATION },
        { WORDS_CARD, "org", WORD_ORG },
        { WORDS_CARD, "group", WORD_GROUP },
        { WORDS_VISITED, "YES", WORD_YES },
        { WORDS_VISITED, "NO", WORD_NO },
        { WORDS_VISITED, "VENUE", WORD_VENUE },
        { WORDS_VISITED, "POSSIBLE", WORD_POSSIBLE },
        { WORDS_MANNER, "ATTENDED", WORD_ATTENDED },
        { WORDS_MANNER, "SPEAKER", WORD_SPEAKER },
        { WORDS_MANNER, "INITIATOR", WORD_INITIATOR },
        { WORDS_MANNER, "GREETED", WORD_GREETED },
        { WORDS_MANNER, "READ-GREETING", WORD_READ_GREETING },
        { WORDS_MANNER, "GREETING-AUTHOR", WORD_GREETING_AUTHOR },
        { WORDS_MANNER, "HELD-MEETINGS", WORD_HELD_MEETINGS },
        { WORDS_MANNER, "MET", WORD_MET },
        { WORDS_MANNER, "SIGNED", WORD_SIGNED },
        { WORDS_MANNER, "QUOTED", WORD_QUOTED },
        { WORDS_MANNER, "CONTACT", WORD_CONTACT },
        { WORDS_MANNER, "BOOKING-CONTACT", WORD_CONTACT },
        { WORDS_MANNER, "EMERGENCY-CONTACT", WORD_CONTACT },
        { WORDS_MANNER, "PUBLICITY-CONTACT", WORD_CONTACT },
        { WORDS_MANNER, "SPONSOR", WORD_SPONSOR },
        { WORDS_MANNER, "PERFORMER", WORD_PERFORMER },
};

const char *cli_word(const CliStrings *strings, WordsOf of, const char *value)
{
        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
                if (words[i].of == of && strcasecmp(words[i].value, value) == 0)
                        return strings->words[words[i].word];
        return NULL;
}

const char *cli_held(const CliStrings *strings, MarkAge why)
{
        return why == MARK_OLDER     ? strings->held_older
               : why == MARK_OTHER   ? strings->held_other
               : why == MARK_MISSING ? strings->held_missing
               : why == MARK_LOSSES  ? strings->held_losses
               : why == MARK_ORDERED ? strings->held_ordered
                                     : NULL;
}

static const struct {
        int condition;
        CliStoreError error;
} store_errors[] = {
        { DB_E_BUSY, STORE_ERROR_BUSY },
        { DB_E_FULL, STORE_ERROR_FULL },
        { DB_E_READ_ONLY, STORE_ERROR_READ_ONLY },
        { DB_E_CORRUPT, STORE_ERROR_CORRUPT },
        { DB_E_IO, STORE_ERROR_IO },
        { DB_E_CONSTRAINT, STORE_ERROR_CONSTRAINT },
        { DB_E_AWAY, STORE_ERROR_AWAY },
        { STORE_E_NEWER, STORE_ERROR_NEWER },
        { STORE_E_NOT_FOUND, STORE_ERROR_NOT_FOUND },
        { STORE_E_STALE, STORE_ERROR_STALE },
        { STORE_E_CONFLICT, STORE_ERROR_CONFLICT },
        { STORE_E_MEETING, STORE_ERROR_MEETING },
};

const char *cli_store_error(const CliStrings *strings, int condition)
{
        for (size_t i = 0; i < sizeof(store_errors) / sizeof(store_errors[0]); i++)
                if (store_errors[i].condition == condition)
                        return strings->store_errors[store_errors[i].error];
        return strings->store_errors[STORE_ERROR_OTHER];
}
