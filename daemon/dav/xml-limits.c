#include "dav/xml-limits.h"

#include <string.h>

/* The position in the document; `at` is NULL after a document that ends within markup. */
typedef struct Position {
        const char *at, *end;
} Position;

static bool starts_with(const Position *position, const char *text)
{
        size_t len = strlen(text);
        return (size_t)(position->end - position->at) >= len && memcmp(position->at, text, len) == 0;
}

static void pass(Position *position, const char *closing)
{
        size_t len = strlen(closing);
        position->at = memmem(position->at, (size_t)(position->end - position->at), closing, len);
        if (position->at)
                position->at += len;
}

/* Passes over a tag. Return: the number of quoted values in it, which is the number of its attributes. */
static int pass_tag(Position *position)
{
        int n = 0;
        for (const char *p = position->at; p < position->end; p++) {
                if (*p == '>') {
                        position->at = p + 1;
                        return n;
                }
                if (*p != '"' && *p != '\'')
                        continue;
                n++;
                p = memchr(p + 1, *p, (size_t)(position->end - p - 1));
                if (!p)
                        break;
        }
        position->at = NULL;
        return n;
}

/* The markup that is not a tag. A DOCTYPE is none of them, and is the only other markup with "<!". */
static const struct {
        const char *opening, *closing;
} passages[] = { { "<!--", "-->" }, { "<![CDATA[", "]]>" }, { "<?", "?>" } };

/* Passes over one piece of markup. Return: whether it is within the limits. */
static bool pass_markup(Position *position, int n_attributes)
{
        for (size_t i = 0; i < sizeof(passages) / sizeof(passages[0]); i++) {
                if (!starts_with(position, passages[i].opening))
                        continue;
                position->at += strlen(passages[i].opening);
                pass(position, passages[i].closing);
                return true;
        }
        return !starts_with(position, "<!") && pass_tag(position) <= n_attributes;
}

bool xml_limits_hold(const char *bytes, size_t len, int n_attributes)
{
        Position position = { bytes, bytes + len };
        while (position.at) {
                position.at = memchr(position.at, '<', (size_t)(position.end - position.at));
                if (position.at && !pass_markup(&position, n_attributes))
                        return false;
        }
        return true;
}
