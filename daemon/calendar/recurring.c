#include "calendar/recurring.h"

#include <string.h>
#include <strings.h>

static const char *const names[] = { "RRULE", "RDATE", "EXRULE", "EXDATE", "RECURRENCE-ID" };

static bool is_recurrence(const char *name, size_t len)
{
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                if (len == strlen(names[i]) && strncasecmp(name, names[i], len) == 0)
                        return true;
        return false;
}

static size_t name_len(const char *line, const char *end)
{
        const char *at = line;
        while (at < end && *at != ':' && *at != ';' && *at != '\n')
                at++;
        return (size_t)(at - line);
}

bool recurring_may_be(const char *text, size_t len)
{
        const char *end = text + len, *next;
        for (const char *line = text; line < end; line = next) {
                const char *feed = memchr(line, '\n', (size_t)(end - line));
                next = feed ? feed + 1 : end;
                if (*line == ' ' || *line == '\t')
                        continue;
                size_t n = name_len(line, end);
                bool is_folded = line + n == feed && next < end && (*next == ' ' || *next == '\t');
                if (is_folded || is_recurrence(line, n))
                        return true;
        }
        return false;
}
