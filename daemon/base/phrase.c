/*
 * The tables are global, because a parser is called far below the command that shows its error message: the
 * language would be passed through all callers for no other purpose.
 */

#include "base/phrase.h"

#include <string.h>

static const Phrase *const *spoken;
static _Thread_local const Phrase *const *spoken_here;

void phrase_speak(const Phrase *const *tables)
{
        spoken = tables;
}

void phrase_speak_here(const Phrase *const *tables)
{
        spoken_here = tables;
}

const char *phrase(const char *english)
{
        for (const Phrase *const *table = spoken_here ? spoken_here : spoken; table && *table; table++)
                for (const Phrase *row = *table; row->english; row++)
                        if (strcmp(row->english, english) == 0)
                                return row->text;
        return english;
}
