#include "base/phrase.h"

extern const Phrase calendar_phrases_en[];

const Phrase calendar_phrases_en[] = { { NULL, NULL } };
