#pragma once

/* Texts of objects as the world may see them: decoded, and without telephone numbers and mail addresses. */

#include "base/arena.h"
#include "catalog/record.h"

/**
 * catalog_text() - a property's text in a language, in an arena's memory
 * @name: "SUMMARY"; its texts in other languages may be named "X-CONVENED-SUMMARY"
 *
 * Where none is in the language, the first line is taken.
 *
 * Return: 0 or -ENOMEM; the text of *ret is "" when there is none.
 */
int catalog_text(Arena *arena, const Event *event, const char *name, Language language, CatalogText *ret);

/** catalog_text_in_all() - the same in every language; @ret has room for LANGUAGES_N. */
int catalog_text_in_all(Arena *arena, const Event *event, const char *name, CatalogText *ret);

/** catalog_text_of_line() - one line's value. NULL when there is no memory. */
const char *catalog_text_of_line(Arena *arena, const ContentLine *line);

/**
 * catalog_text_language() - a line's language: a tag or "", by its LANGUAGE, else by its letters
 * (catalog/strings.h).
 */
const char *catalog_text_language(const ContentLine *line);

/**
 * catalog_text_cut() - a plain text without telephone numbers and mail addresses. NULL when there is no
 * memory.
 */
const char *catalog_text_cut(Arena *arena, const char *text);
