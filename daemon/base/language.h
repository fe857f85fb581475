#pragma once

/*
 * The languages that the program speaks. Each module with words for people has one file strings-LANGUAGE.c
 * for each of them; the build finds these files and lists their languages in languages.h, so that a new
 * language needs new files only. A language is a lower-case tag of two letters (RFC 5646, 2.2.1).
 *
 * A module's table of strings in its strings.c:
 *
 *     #define DECLARE(tag) extern const LetterStrings letter_strings_##tag;
 *     LANGUAGES(DECLARE)
 *     #define ROW(tag) [LANGUAGE_##tag] = &letter_strings_##tag,
 *     static const LetterStrings *const table[LANGUAGES_N] = { LANGUAGES(ROW) };
 */

#include "languages.h"

#include <stddef.h>

#define LANGUAGE_CONSTANT(tag) LANGUAGE_##tag,
/** LANGUAGE_en, LANGUAGE_ru, ...: the index of a language in tables of LANGUAGES_N rows. */
typedef enum Language { LANGUAGES(LANGUAGE_CONSTANT) LANGUAGES_N } Language;
#undef LANGUAGE_CONSTANT

enum { LANGUAGE_FALLBACK = LANGUAGE_en /* for people whose language the program does not speak */ };

/**
 * language_find() - find the language of a tag or locale
 * @tag: "ru", "ru-RU", "ru_RU.UTF-8", upper or lower case; NULL for none
 * @ret: set on 0 only
 *
 * Return: 0, or -ENOENT for a language that the program does not speak.
 */
int language_find(const char *tag, Language *ret);

/** language_of() - find a language as language_find() does; LANGUAGE_FALLBACK when there is none. */
Language language_of(const char *tag);

/** language_tag() - get the tag of a language, such as "ru"; static. */
const char *language_tag(Language language);
