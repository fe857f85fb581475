#include "letter/strings.h"

#define DECLARE(tag) extern const LetterStrings letter_strings_##tag;
LANGUAGES(DECLARE)
#define ROW(tag) [LANGUAGE_##tag] = &letter_strings_##tag,
static const LetterStrings *const table[LANGUAGES_N] = { LANGUAGES(ROW) };

const LetterStrings *letter_strings(Language language)
{
        return table[language];
}

const char *letter_reason(const char *language, MailReason reason)
{
        return reason == MAIL_REASON_NONE
                               ? ""
                               : letter_strings(language_of(language))
                                                 ->reasons[reason < MAIL_N_REASONS ? reason
                                                                                   : MAIL_REASON_NONE];
}
