#include "base/phrase.h"

extern const Phrase store_phrases_en[];

const Phrase store_phrases_en[] = { { NULL, NULL } };
