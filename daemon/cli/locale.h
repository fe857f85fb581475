#pragma once

/* The language that the environment asks for. */

#include "base/language.h"

#include <stdbool.h>

/**
 * locale_language() - find the language by the first of LC_ALL, LC_MESSAGES and LANG that is set and not
 * empty (POSIX.1-2017, XBD 8.2)
 * @ret: set if one is found; "C" and "POSIX" mean the fallback (base/language.h), whatever their
 *       encoding
 *
 * Return: false if none is set, or if the program does not have the language.
 */
bool locale_language(Language *ret);
