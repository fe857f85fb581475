#pragma once

/*
 * The texts of objects as the public may see them: decoded, without telephone numbers and mail addresses,
 * unless stated otherwise.
 */

#include "base/arena.h"
#include "catalog/record.h"

/**
 * catalog_text() - copy a property's text in a language to an arena
 * @name: such as "SUMMARY"; the property "X-CONVENED-SUMMARY" may have the text in other languages
 *
 * If no line is in the language, the first line is copied. If there is no line, the text is "".
 *
 * Return: 0 or -ENOMEM.
 */
int catalog_text(Arena *arena, const Event *event, const char *name, Language language, CatalogText *ret);

/** catalog_text_in_all() - as catalog_text(), for every language. @ret: LANGUAGES_N texts */
int catalog_text_in_all(Arena *arena, const Event *event, const char *name, CatalogText *ret);

/**
 * catalog_text_whole() - copy the value of one line with its telephone numbers and addresses. Return: as
 * catalog_text_of_line().
 */
const char *catalog_text_whole(Arena *arena, const ContentLine *line);

/** catalog_text_read() - copy the value and the language of one line. Return: 0 or -ENOMEM. */
int catalog_text_read(Arena *arena, const ContentLine *line, CatalogText *ret);

/** catalog_text_of_line() - copy the value of one line. Return: NULL if memory ran out. */
const char *catalog_text_of_line(Arena *arena, const ContentLine *line);

/**
 * catalog_text_script() - return the tag of a language whose script a text has a letter of
 * (catalog/strings.h); "" if there is none. Static.
 */
const char *catalog_text_script(const char *text);

/**
 * catalog_text_language() - return the tag of a line's language, by its LANGUAGE parameter or, without one,
 * by catalog_text_script(); "" if the language is not known. Static, or borrowed from the line.
 */
const char *catalog_text_language(const ContentLine *line);

/**
 * catalog_text_cut() - copy a plain text, without telephone numbers and mail addresses. Return: NULL if
 * memory ran out.
 */
const char *catalog_text_cut(Arena *arena, const char *text);
