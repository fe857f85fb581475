#pragma once

/* The language that the environment sets. */

#include "base/language.h"

#include <stdbool.h>

/**
 * locale_language() - find the language by the first of LC_ALL, LC_MESSAGES and LANG that is set and not
 * empty (POSIX.1-2017, XBD 8.2)
 * @ret: set only if true is returned; for "C" and "POSIX", with any encoding, the fallback (base/language.h)
 *
 * Return: false if no variable is set, or if the program does not have the language.
 */
bool locale_language(Language *ret);
