#include "cli/person.h"

#include <string.h>
#include <strings.h>

const char *person_manner(const Participant *person, const CliStrings *strings)
{
        const char *word = person->manner ? cli_word(strings, WORDS_MANNER, person->manner) : NULL;
        return word ? word : strings->words[WORD_MENTIONED];
}

static const char *without_scheme(const char *address)
{
        return address && strncasecmp(address, "mailto:", 7) == 0 ? address + 7 : address;
}

void person_describe(Buffer *out, const Participant *person, const CliStrings *strings)
{
        const char *basis = content_line_param(person->name, "X-BASIS");
        /* A role that repeats the manner is omitted: "Contact: ..., contact person". */
        bool is_said = person->manner && strcasecmp(person->manner, "CONTACT") == 0;
        const char *const additions[] = { is_said ? NULL : person->role, person->organisation,
                person->contact, without_scheme(person->address) };
        content_unescape(out, person->name->value, person->name->value_len);
        for (size_t i = 0; i < sizeof(additions) / sizeof(additions[0]); i++)
                if (additions[i])
                        buffer_printf(out, ", %s", additions[i]);
        if (basis && strcasecmp(basis, "INFERRED") == 0)
                buffer_printf(out, " (%s)", strings->words[WORD_INFERRED]);
}
