#include "contact/structured.h"

/* Returns the end of the component that begins at @c: an unescaped `;`, or @end. */
static const char *component_end(const char *c, const char *end)
{
        for (; c < end && *c != ';'; c++)
                if (*c == '\\' && c + 1 < end)
                        c++;
        return c;
}

void card_component(const Card *card, const char *name, size_t index, Buffer *out)
{
        const ContentLine *line = card_property(card, name, 0);
        if (!line)
                return;
        const char *c = line->value, *end = line->value + line->value_len;
        for (; index > 0; index--) {
                c = component_end(c, end);
                if (c == end)
                        return;
                c++;
        }
        content_unescape(out, c, (size_t)(component_end(c, end) - c));
}

void card_text_property(const Card *card, const char *name, Buffer *out)
{
        const ContentLine *line = card_property(card, name, 0);
        if (line)
                content_unescape(out, line->value, line->value_len);
}
