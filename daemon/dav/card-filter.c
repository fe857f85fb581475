/*
 * The lines of a card are read once. Each is compared with the prop-filters that have its name and are not
 * satisfied yet.
 */

#include "dav/card-filter.h"

#include "base/contentline.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

/* The findings of the card's lines for one prop-filter. */
typedef struct Found {
        bool is_defined, is_satisfied;
} Found;

typedef struct CardMatching {
        const CardFilter *filter;
        Found found[CARD_FILTER_PARTS_MAX];
        Buffer decoded, folded;
} CardMatching;

static bool is_of(const CardFilterProperty *filter, const ContentLine *line)
{
        if (filter->group && (!line->group || strcasecmp(filter->group, line->group) != 0))
                return false;
        return strcmp(filter->name, line->name) == 0 ||
               (filter->twin && strcmp(filter->twin, line->name) == 0);
}

/* @len: of the value */
static bool text_holds(CardMatching *matching, const FilterText *text, const char *value, size_t len)
{
        return filter_text_matches(text, value, len, &matching->folded) != text->negate;
}

/* Whether a value of a parameter matches: the whole value, or one of the values of its list. */
static bool param_has(CardMatching *matching, const FilterText *text, const char *value)
{
        if (filter_text_matches(text, value, strlen(value), &matching->folded))
                return true;
        if (!strchr(value, ','))
                return false;
        for (const char *at = value; *at;) {
                size_t len = strcspn(at, ",");
                if (filter_text_matches(text, at, len, &matching->folded))
                        return true;
                at += len + (at[len] == ',');
        }
        return false;
}

static bool param_holds(CardMatching *matching, const CardFilterParam *filter, const ContentLine *line)
{
        bool is_defined = false, matches = false;
        for (size_t i = 0; i < line->n_params && !matches; i++) {
                if (strcmp(line->params[i].name, filter->name) != 0)
                        continue;
                is_defined = true;
                matches = filter->text && param_has(matching, filter->text, line->params[i].value);
        }
        if (filter->is_not_defined || !is_defined)
                return filter->is_not_defined && !is_defined;
        return !filter->text || matches != filter->text->negate;
}

/* Whether a line satisfies the conditions inside a prop-filter. */
static bool line_holds(CardMatching *matching, const CardFilterProperty *filter, const ContentLine *line)
{
        if (!filter->texts && !filter->params)
                return true;
        for (const CardFilterText *text = filter->texts; text; text = text->next)
                if (text_holds(matching, text->text, buffer_text(&matching->decoded),
                                    matching->decoded.len) != filter->all)
                        return !filter->all;
        for (const CardFilterParam *param = filter->params; param; param = param->next)
                if (param_holds(matching, param, line) != filter->all)
                        return !filter->all;
        return filter->all;
}

/* Return: whether the line has decided that the card matches. */
static bool take_line(CardMatching *matching, const ContentLine *line)
{
        bool is_decoded = false;
        Found *found = matching->found;
        for (const CardFilterProperty *filter = matching->filter->properties; filter;
                        filter = filter->next, found++) {
                if (found->is_satisfied || !is_of(filter, line))
                        continue;
                found->is_defined = true;
                if (filter->is_not_defined)
                        continue;
                if (!is_decoded) {
                        buffer_reset(&matching->decoded);
                        content_unescape(&matching->decoded, line->value, line->value_len);
                        is_decoded = true;
                }
                found->is_satisfied = line_holds(matching, filter, line);
                if (found->is_satisfied && !matching->filter->all)
                        return true;
        }
        return false;
}

static bool combine(const CardMatching *matching)
{
        const Found *found = matching->found;
        bool all = matching->filter->all;
        for (const CardFilterProperty *filter = matching->filter->properties; filter;
                        filter = filter->next, found++)
                if ((filter->is_not_defined ? !found->is_defined : found->is_satisfied) != all)
                        return !all;
        return all;
}

static int match(CardMatching *matching, ContentReader *reader, bool *ret)
{
        ContentLine line;
        bool decided = false;
        int r = reader ? 0 : -ENOMEM;
        while (r == 0 && !decided && (r = content_reader_next(reader, &line, NULL)) == 0)
                if (strcmp(line.name, "BEGIN") != 0 && strcmp(line.name, "END") != 0)
                        decided = take_line(matching, &line);
        if (r == CONTENT_END || decided)
                *ret = decided || combine(matching);
        if (buffer_error(&matching->decoded) || buffer_error(&matching->folded))
                return buffer_error(&matching->decoded) ? buffer_error(&matching->decoded)
                                                        : buffer_error(&matching->folded);
        return r < 0 ? r : 0;
}

int card_filter_matches(const CardFilter *filter, const char *text, size_t len, bool *ret)
{
        CLEANUP(content_reader_freep) ContentReader *reader = NULL;
        CardMatching matching = { .filter = filter,
                .decoded = BUFFER_INIT(CARD_FILTER_TEXT_BYTES),
                .folded = BUFFER_INIT(COLLATION_GROWTH_MAX * CARD_FILTER_TEXT_BYTES) };
        *ret = !filter->properties;
        if (!filter->properties)
                return 0;
        reader = content_reader_new(text, len, &CONTENT_LIMITS_CARD);
        int r = match(&matching, reader, ret);
        buffer_done(&matching.decoded);
        buffer_done(&matching.folded);
        return r;
}
