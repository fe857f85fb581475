#pragma once

/*
 * Texts of objects as the public may see them: decoded, and without telephone numbers and mail addresses.
 */

#include "base/arena.h"
#include "catalog/record.h"

/**
 * catalog_text() - copy a property's text in a language to an arena
 * @name: "SUMMARY"; its texts in other languages may be named "X-CONVENED-SUMMARY"
 *
 * If no line is in the language, copies the first one.
 *
 * Return: 0 or -ENOMEM; the text of *ret is "" if there is none.
 */
int catalog_text(Arena *arena, const Event *event, const char *name, Language language, CatalogText *ret);

/** catalog_text_in_all() - the same in every language; @ret has room for LANGUAGES_N. */
int catalog_text_in_all(Arena *arena, const Event *event, const char *name, CatalogText *ret);

/** catalog_text_of_line() - copy one line's value. NULL when memory ran out. */
const char *catalog_text_of_line(Arena *arena, const ContentLine *line);

/**
 * catalog_text_language() - return the tag of a line's language, or "": by its LANGUAGE, else by its
 * letters (catalog/strings.h)
 */
const char *catalog_text_language(const ContentLine *line);

/**
 * catalog_text_cut() - copy a plain text, without telephone numbers and mail addresses. NULL when memory
 * ran out.
 */
const char *catalog_text_cut(Arena *arena, const char *text);
