#include "base/phrase.h"

extern const Phrase sheet_phrases_en[];

const Phrase sheet_phrases_en[] = {
        { NULL, NULL },
};
