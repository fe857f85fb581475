#include "cli/person.h"

#include <string.h>
#include <strings.h>

const char *person_manner(const ContentLine *line, const CliStrings *strings)
{
        const char *name = content_line_param(line, "X-MANNER");
        const char *word = name ? cli_word(strings, WORDS_MANNER, name) : NULL;
        return word ? word : strings->words[WORD_MENTIONED];
}

void person_describe(Buffer *out, const ContentLine *line, const CliStrings *strings)
{
        static const char *const params[] = { "X-ROLE", "X-ORG" };
        const char *basis = content_line_param(line, "X-BASIS"),
                   *manner = content_line_param(line, "X-MANNER");
        content_unescape(out, line->value, line->value_len);
        for (size_t i = 0; i < sizeof(params) / sizeof(params[0]); i++) {
                const char *value = content_line_param(line, params[i]);
                /* A role that repeats the manner is omitted: "Contact: ..., contact person". */
                bool said = i == 0 && manner && strcasecmp(manner, "CONTACT") == 0;
                if (value && !said)
                        buffer_printf(out, ", %s", value);
        }
        if (basis && strcasecmp(basis, "INFERRED") == 0)
                buffer_printf(out, " (%s)", strings->words[WORD_INFERRED]);
}
