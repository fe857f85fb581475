#include "catalog/text.h"

#include "calendar/redact.h"
#include "catalog/strings.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

enum { LINE_BYTES = 256 * 1024 };

/* Whether a text contains a letter of the language's script. In UTF-8, octets sort like characters. */
static bool has_letters(const char *text, const CatalogStrings *strings)
{
        const char *first = strings->first_letter, *last = strings->last_letter;
        size_t len = strlen(last);
        for (; len > 0 && *text; text++) {
                bool may_be = (unsigned char)*text >= (unsigned char)*first;
                if (may_be && strcmp(text, first) >= 0 && strncmp(text, last, len) <= 0)
                        return true;
        }
        return false;
}

const char *catalog_text_script(const char *text)
{
        for (Language language = 0; language < LANGUAGES_N; language++)
                if (has_letters(text, catalog_strings(language)))
                        return language_tag(language);
        return "";
}

/*
 * Whether a tag has only characters that a language tag may have, and no part of more than 8 of them (RFC
 * 5646, 2.1).
 */
static bool is_tag(const char *tag)
{
        size_t len = 0;
        for (const char *c = tag; *c; c++) {
                len = *c == '-' ? 0 : len + 1;
                if (len > 8 || !(isalnum((unsigned char)*c) || (*c == '-' && c > tag && c[-1] != '-')))
                        return false;
        }
        return len > 0 && isalpha((unsigned char)*tag);
}

const char *catalog_text_language(const ContentLine *line)
{
        const char *given = content_line_param(line, "LANGUAGE");
        Language language;
        if (given && language_find(given, &language) == 0)
                return language_tag(language);
        return !given ? catalog_text_script(line->value) : is_tag(given) ? given : "";
}

const char *catalog_text_cut(Arena *arena, const char *text)
{
        CLEANUP(buffer_done) Buffer cut = BUFFER_INIT(LINE_BYTES);
        size_t len = strlen(text);
        bool is_cut = redact_text(text, len, &cut);
        if (buffer_error(&cut) < 0)
                return NULL;
        return is_cut ? arena_copy(arena, buffer_text(&cut), cut.len) : arena_copy(arena, text, len);
}

const char *catalog_text_whole(Arena *arena, const ContentLine *line)
{
        CLEANUP(buffer_done) Buffer decoded = BUFFER_INIT(LINE_BYTES);
        content_unescape(&decoded, line->value, line->value_len);
        return buffer_error(&decoded) < 0 ? NULL : arena_copy(arena, buffer_text(&decoded), decoded.len);
}

const char *catalog_text_of_line(Arena *arena, const ContentLine *line)
{
        CLEANUP(buffer_done) Buffer decoded = BUFFER_INIT(LINE_BYTES);
        content_unescape(&decoded, line->value, line->value_len);
        return buffer_error(&decoded) < 0 ? NULL : catalog_text_cut(arena, buffer_text(&decoded));
}

/*
 * Finds the line of a property in a language; if there is none, its first line. @ret_fits: set to true if
 * the line is in the language.
 */
static const ContentLine *find_named(const Event *event, const char *name, Language language, bool *ret_fits)
{
        const ContentLine *line = NULL;
        while ((line = event_property_next(event, name, line)))
                if (strcmp(catalog_text_language(line), language_tag(language)) == 0) {
                        *ret_fits = true;
                        return line;
                }
        return event_property_next(event, name, NULL);
}

/* Finds a line in a language among those of @name and X-CONVENED-@name; if there is none, the first line. */
static const ContentLine *find_line(const Event *event, const char *name, Language language)
{
        char other_name[64] = "X-CONVENED-";
        bool fits = false;
        const ContentLine *line = find_named(event, name, language, &fits);
        strncat(other_name, name, sizeof(other_name) - sizeof("X-CONVENED-"));
        const ContentLine *other = fits ? NULL : find_named(event, other_name, language, &fits);
        return other && (fits || !line) ? other : line;
}

int catalog_text_read(Arena *arena, const ContentLine *line, CatalogText *ret)
{
        const char *tag = catalog_text_language(line);
        Language known;
        ret->language = !*tag                             ? ""
                        : language_find(tag, &known) == 0 ? language_tag(known)
                                                          : arena_copy(arena, tag, strlen(tag));
        ret->text = catalog_text_of_line(arena, line);
        return ret->text && ret->language ? 0 : -ENOMEM;
}

static int read_line(Arena *arena, const ContentLine *line, CatalogText *ret)
{
        *ret = (CatalogText){ "", "" };
        return line ? catalog_text_read(arena, line, ret) : 0;
}

int catalog_text(Arena *arena, const Event *event, const char *name, Language language, CatalogText *ret)
{
        return read_line(arena, find_line(event, name, language), ret);
}

/* A line is decoded once for all languages that use it, because most events have only one line. */
int catalog_text_in_all(Arena *arena, const Event *event, const char *name, CatalogText *ret)
{
        const ContentLine *lines[LANGUAGES_N];
        for (Language i = 0; i < LANGUAGES_N; i++) {
                Language same = 0;
                lines[i] = find_line(event, name, i);
                while (lines[same] != lines[i])
                        same++;
                int r = same < i ? 0 : read_line(arena, lines[i], &ret[i]);
                if (r < 0)
                        return r;
                ret[i] = ret[same];
        }
        return 0;
}
