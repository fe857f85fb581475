#include "base/phrase.h"

extern const Phrase config_phrases_en[];

const Phrase config_phrases_en[] = { { NULL, NULL } };
