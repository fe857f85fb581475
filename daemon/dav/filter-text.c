#include "dav/filter-text.h"

#include <errno.h>
#include <string.h>

enum { FOLDED_MAX_BYTES = 16 * 1024 * 1024 };

static int read_collation(XmlReader *reader, Collation collation, FilterText *text)
{
        const char *name = xml_attribute(reader, "collation");
        text->collation = collation;
        return !name || strcmp(name, "default") == 0 || collation_find(name, &text->collation)
                               ? 0
                               : FILTER_E_COLLATION;
}

static int read_negation(XmlReader *reader, FilterText *text)
{
        const char *negate = xml_attribute(reader, "negate-condition");
        text->negate = negate && strcmp(negate, "yes") == 0;
        return !negate || text->negate || strcmp(negate, "no") == 0 ? 0 : FILTER_E_INVALID;
}

/*
 * Reads match-type, which some clients send in CalDAV, too; another value is ignored as an unknown
 * attribute.
 */
static void read_match(XmlReader *reader, FilterText *text)
{
        static const char *const names[] = { [COLLATION_CONTAINS] = "contains",
                [COLLATION_EQUALS] = "equals",
                [COLLATION_STARTS_WITH] = "starts-with",
                [COLLATION_ENDS_WITH] = "ends-with" };
        const char *match = xml_attribute(reader, "match-type");
        for (int i = 0; match && i <= COLLATION_ENDS_WITH; i++)
                if (strcmp(match, names[i]) == 0)
                        text->match = (CollationMatch)i;
}

static int fold_text(const char *content, Arena *arena, FilterText *text)
{
        CLEANUP(buffer_done) Buffer folded = BUFFER_INIT(FOLDED_MAX_BYTES);
        collation_fold(text->collation, content, strlen(content), &folded);
        if (buffer_error(&folded))
                return buffer_error(&folded) == -EFBIG ? FILTER_E_UNSUPPORTED : buffer_error(&folded);
        text->folded = arena_copy(arena, buffer_text(&folded), folded.len);
        text->len = folded.len;
        return text->folded ? 0 : -ENOMEM;
}

int filter_text_read(XmlReader *reader, Collation collation, Arena *arena, FilterText **ret)
{
        FilterText *text = arena_allocate(arena, sizeof(*text));
        const char *content;
        if (!text)
                return -ENOMEM;
        read_match(reader, text);
        int r = read_collation(reader, collation, text);
        if (r == 0)
                r = read_negation(reader, text);
        if (r == 0)
                r = xml_text(reader, &content);
        if (r == 0)
                r = fold_text(content, arena, text);
        if (r == 0)
                *ret = text;
        return r;
}

bool filter_text_matches(const FilterText *text, const char *value, size_t len, Buffer *folded)
{
        buffer_reset(folded);
        collation_fold(text->collation, value, len, folded);
        return collation_matches(text->match, buffer_text(folded), folded->len, text->folded, text->len);
}
