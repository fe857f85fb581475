#include "base/phrase.h"

extern const Phrase people_phrases_en[];

const Phrase people_phrases_en[] = {
        { NULL, NULL },
};
