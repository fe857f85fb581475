#pragma once

/* The language that the environment asks for. */

#include "base/language.h"

#include <stdbool.h>

/**
 * locale_language() - by the first of LC_ALL, LC_MESSAGES and LANG that is set and not empty (POSIX.1-2017,
 * XBD 8.2)
 * @ret: set where one is found; "C" and "POSIX" name the fallback (base/language.h), whatever their encoding
 *
 * Return: false where none is set, or the program does not speak the language.
 */
bool locale_language(Language *ret);
