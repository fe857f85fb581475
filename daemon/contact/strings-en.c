#include "base/phrase.h"

extern const Phrase contact_phrases_en[];

const Phrase contact_phrases_en[] = { { NULL, NULL } };
