#pragma once

/* The tables of base/phrase.h of all modules that complain about a command's input. */

#include "base/language.h"

/** phrases_speak() - complaints are said in @language from now on */
void phrases_speak(Language language);
