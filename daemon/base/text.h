#pragma once

/*
 * Text for people, in their language: messages, plurals, case-insensitive search. Only base/text,
 * base/text-dates, base/text-order, base/collation, base/fold and base/idn use ICU. No system locale is
 * needed. A language is given by its tag or locale ("ru", "ru-RU"). If the program does not speak it, the
 * fallback is used (base/language.h). Where no line may break, as between a number and its unit, a blank is
 * a no-break space (U+00A0). Output in which no line is ever broken is passed through text_plain_blanks().
 */

#include "base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

/** One argument of a message; end the list with a NULL name. */
typedef struct TextArgument {
        const char *name;
        const char *text; /* NULL if the argument is the number */
        int64_t number;
} TextArgument;

/**
 * TEXT_ARGUMENTS() - a list of arguments in place: `TEXT_ARGUMENTS({ "name", name, 0 }, { "n", NULL, n })`.
 */
#define TEXT_ARGUMENTS(...) ((const TextArgument[]){ __VA_ARGS__, { NULL, NULL, 0 } })

/**
 * text_message() - append a message with its arguments filled in
 * @pattern:   `{name}` and `{n, plural, one {# день} few {# дня} other {# дней}}` of ICU's message syntax.
 *             The arguments are named, which ICU's C functions do not support. ICU chooses the category of
 *             a plural. A blank after # becomes a no-break space.
 * @arguments: NULL for none
 *
 * Return: 0; -EINVAL for a bad pattern or a missing argument, in which case nothing is appended; other
 * negative errno.
 */
int text_message(Buffer *out, const char *language, const char *pattern, const TextArgument *arguments);

/**
 * text_language_name() - append the name of the language @named in @language: "Russian", "английский"; the
 * tag if ICU has no name.
 */
int text_language_name(Buffer *out, const char *language, const char *named);

/**
 * text_capital() - append a text with its first letter as a capital. Return: 0, -EINVAL if the text does not
 * begin with UTF-8, other negative errno.
 */
int text_capital(Buffer *out, const char *text);

/** text_plain_blanks() - turn each no-break space of a text into a plain one, in place. */
void text_plain_blanks(char *text);

/**
 * text_width() - count the terminal cells that a text takes: two for a wide character, none for a combining
 * one.
 */
size_t text_width(const char *text);

/**
 * text_fold() - append a form of the text for comparing and searching: case-folded, in NFKC, with ё as е and
 * without stress marks. Return: 0, -EFBIG for a text of more than 64 KiB, other negative errno.
 */
int text_fold(Buffer *out, const char *text);

/**
 * text_has_word() - whether a text has an address or a UID that is not a part of a longer one: ann@x.org is
 * not in joann@x.org
 * @word: "" is in no text
 * @find: strstr, or strcasestr to ignore the case of ASCII letters
 */
bool text_has_word(const char *text, const char *word, char *(*find)(const char *, const char *));

/**
 * text_language() - choose the best language that the program speaks for an Accept-Language header (RFC
 * 9110, 12.5.4). Return: the language's tag; @fallback if none fits or the header is NULL.
 */
const char *text_language(const char *accept_language, const char *fallback);

/**
 * text_zone_from_windows() - find the IANA name (of CLDR's "001" territory) for a Windows zone name. Return:
 * 0, -ENOENT for an unknown name, other negative errno.
 */
int text_zone_from_windows(const char *windows, char *ret, size_t size);
