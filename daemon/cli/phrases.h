#pragma once

/* Sets the language of the error messages (base/phrase.h) of all modules that check a command's input. */

#include "base/language.h"

/** phrases_speak() - use @language for all further error messages */
void phrases_speak(Language language);
