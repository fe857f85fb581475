#include "cli/person.h"

#include <string.h>
#include <strings.h>

typedef struct Manner {
        const char *name, *ru, *en;
} Manner;

/* Nouns in Russian: a verb would have to know whether it is a man or a woman. The last is for what has no manner, or one of its own. */
static const Manner manners[] = {
        { "ATTENDED", "Среди присутствовавших", "Attended" },
        { "SPEAKER", "Докладчик", "Speaker" },
        { "INITIATOR", "Инициатор", "Initiator" },
        { "GREETED", "Приветственное слово", "Welcome address" },
        { "READ-GREETING", "Чтение приветствия", "Read out a greeting" },
        { "GREETING-AUTHOR", "Автор приветствия (не участник)", "Author of a greeting (not a participant)" },
        { "HELD-MEETINGS", "Проведение встреч", "Held the meetings" },
        { "MET", "Собеседник на встречах", "Met at the meetings" },
        { "SIGNED", "Подпись", "Signatory" },
        { "QUOTED", "Цитата", "Quoted" },
        { "CONTACT", "Контактное лицо", "Contact" },
        { NULL, "Упоминание", "Mentioned" },
};

static bool is_russian(const char *language)
{
        return strcmp(language, "ru") == 0;
}

static const Manner *find_manner(const ContentLine *line)
{
        const char *name = content_line_param(line, "X-MANNER");
        const Manner *manner = manners;
        while (manner->name && (!name || strcasecmp(manner->name, name) != 0))
                manner++;
        return manner;
}

const char *person_manner(const ContentLine *line, const char *language)
{
        const Manner *manner = find_manner(line);
        return is_russian(language) ? manner->ru : manner->en;
}

void person_describe(Buffer *out, const ContentLine *line, const char *language)
{
        static const char *const params[] = { "X-ROLE", "X-ORG" };
        const char *basis = content_line_param(line, "X-BASIS");
        const char *manner = find_manner(line)->name;
        content_unescape(out, line->value, line->value_len);
        for (size_t i = 0; i < sizeof(params) / sizeof(params[0]); i++) {
                const char *value = content_line_param(line, params[i]);
                /* "Contact: ..., contact person" would say it twice. */
                bool said = i == 0 && manner && strcmp(manner, "CONTACT") == 0;
                if (value && !said)
                        buffer_printf(out, ", %s", value);
        }
        if (basis && strcasecmp(basis, "INFERRED") == 0)
                buffer_puts(out, is_russian(language) ? " (вывод)" : " (inferred)");
}
