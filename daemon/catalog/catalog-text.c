/* Texts of objects as the world may see them. */

#include "calendar/redact.h"
#include "catalog/catalog.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

enum { LINE_BYTES = 256 * 1024 };

static bool has_cyrillic(const char *text)
{
        for (; *text; text++)
                if ((unsigned char)*text == 0xd0 || (unsigned char)*text == 0xd1)
                        return true;
        return false;
}

const char *catalog_line_language(const ContentLine *line)
{
        const char *language = content_line_param(line, "LANGUAGE");
        if (language && strncasecmp(language, "ru", 2) == 0)
                return "ru";
        if (language)
                return strncasecmp(language, "en", 2) == 0 ? "en" : "";
        return has_cyrillic(line->value) ? "ru" : "";
}

const char *catalog_cut(Arena *arena, const char *text)
{
        CLEANUP(buffer_done) Buffer cut = BUFFER_INIT(LINE_BYTES);
        size_t len = strlen(text);
        bool is_cut = redact_text(text, len, &cut);
        if (buffer_error(&cut) < 0)
                return NULL;
        return is_cut ? arena_copy(arena, buffer_text(&cut), cut.len) : arena_copy(arena, text, len);
}

const char *catalog_line_text(Arena *arena, const ContentLine *line)
{
        CLEANUP(buffer_done) Buffer decoded = BUFFER_INIT(LINE_BYTES);
        content_unescape(&decoded, line->value, line->value_len);
        return buffer_error(&decoded) < 0 ? NULL : catalog_cut(arena, buffer_text(&decoded));
}

/* The line in the language, or the first one. */
static const ContentLine *find_line(
                const Event *event, const char *name, const char *language, bool *ret_fits)
{
        const ContentLine *line, *first = event_property_line(event, name, 0);
        for (size_t i = 0; (line = event_property_line(event, name, i)); i++)
                if (strcmp(catalog_line_language(line), language) == 0) {
                        *ret_fits = true;
                        return line;
                }
        return first;
}

int catalog_text(Arena *arena, const Event *event, const char *name, const char *language, CatalogText *ret)
{
        char other_name[64] = "X-CONVENED-";
        bool fits = false;
        const ContentLine *line = find_line(event, name, language, &fits);
        strncat(other_name, name, sizeof(other_name) - sizeof("X-CONVENED-"));
        const ContentLine *other = fits ? NULL : find_line(event, other_name, language, &fits);
        if (other && (fits || !line))
                line = other;
        if (!line) {
                *ret = (CatalogText){ "", "" };
                return 0;
        }
        ret->language = catalog_line_language(line);
        ret->text = catalog_line_text(arena, line);
        return ret->text ? 0 : -ENOMEM;
}
