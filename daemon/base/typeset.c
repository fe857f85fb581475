#include "base/typeset.h"

#include "base/strings.h"

#include <stdbool.h>
#include <string.h>

typedef struct Typeset {
        const TextStrings *marks;
        const char *start; /* of the text */
        int depth;         /* quotations that are open */
        bool is_inside;    /* the whole text stands in a quotation */
        bool is_straight;  /* a quotation with straight marks is open */
} Typeset;

static size_t starts_with(const char *text, const char *mark)
{
        size_t len = strlen(mark);
        return strncmp(text, mark, len) == 0 ? len : 0;
}

/* Finds the mark to write for a quotation mark. @ret_len: of the mark in the text */
static const char *quote_for(Typeset *state, const char *text, size_t *ret_len)
{
        const TextStrings *marks = state->marks;
        if ((*ret_len = starts_with(text, marks->open_quote)))
                return state->depth++ > 0 ? marks->open_inner_quote : marks->open_quote;
        if ((*ret_len = starts_with(text, marks->close_quote))) {
                state->depth -= state->depth > (int)state->is_inside ? 1 : 0;
                return state->depth > 0 ? marks->close_inner_quote : marks->close_quote;
        }
        if (*text != '"' || !state->is_inside)
                return NULL;
        *ret_len = 1;
        state->is_straight = !state->is_straight;
        return state->is_straight ? marks->open_inner_quote : marks->close_inner_quote;
}

/* Whether a hyphen is to become a dash. A hyphen at the beginning of a line marks an item of a list. */
static bool is_dash(const Typeset *state, const char *text)
{
        return *text == '-' && text >= state->start + 2 && text[-1] == ' ' && !strchr(" \n", text[-2]) &&
               text[1] == ' ';
}

int typeset(Buffer *out, const char *language, const char *text, int depth)
{
        Typeset state = {
                .marks = text_strings(language_of(language)),
                .start = text,
                .depth = depth,
                .is_inside = depth > 0,
        };
        while (*text) {
                size_t len = 1;
                const char *mark = is_dash(&state, text) ? state.marks->dash : quote_for(&state, text, &len);
                if (mark)
                        buffer_puts(out, mark);
                else
                        buffer_putc(out, *text);
                text += mark ? len : 1;
        }
        return buffer_error(out);
}
