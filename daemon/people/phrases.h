#pragma once

/* The tables of the error messages (base/phrase.h) of all modules that check what people give. */

#include "base/language.h"
#include "base/phrase.h"

/** phrases_of() - the tables of a language, for phrase_speak() */
const Phrase *const *phrases_of(Language language);
