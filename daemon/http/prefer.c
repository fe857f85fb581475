#include "http/prefer.h"

#include <string.h>
#include <strings.h>

enum { PREFER_MAX_BYTES = 8192 };

#define BLANKS " \t"

/* A name and its value, as they are in the field; a value without its quotes, "" for none. */
typedef struct Pair {
        const char *name, *value;
        size_t name_len, value_len;
} Pair;

/* Passes over a quoted string, or a character. */
static const char *pass(const char *at)
{
        if (*at++ != '"')
                return at;
        while (*at && *at != '"')
                at += at[0] == '\\' && at[1] ? 2 : 1;
        return *at ? at + 1 : at;
}

static const char *read_value(const char *at, Pair *ret)
{
        bool is_quoted = *at == '"';
        const char *end = is_quoted ? pass(at) : at + strcspn(at, BLANKS ",;");
        ret->value = at + is_quoted;
        ret->value_len = (size_t)(end - ret->value);
        if (is_quoted && ret->value_len > 0 && end[-1] == '"')
                ret->value_len--;
        return end;
}

/* Reads a preference without its parameters. Blanks may be around the "=". */
static const char *read_pair(const char *at, Pair *ret)
{
        *ret = (Pair){ .name = at, .value = "", .name_len = strcspn(at, BLANKS ",;=") };
        at += ret->name_len;
        const char *sign = at + strspn(at, BLANKS);
        return *sign == '=' ? read_value(sign + 1 + strspn(sign + 1, BLANKS), ret) : at;
}

static bool is_word(const char *text, size_t len, const char *word, size_t word_len)
{
        return len == word_len && strncasecmp(text, word, len) == 0;
}

bool http_prefers(HttpRequest *request, const char *preference)
{
        CLEANUP(buffer_done) Buffer list = BUFFER_INIT(PREFER_MAX_BYTES);
        Pair wanted, pair;
        if (!http_request_header(request, "Prefer"))
                return false;
        http_request_header_list(request, "Prefer", &list);
        (void)read_pair(preference, &wanted);
        const char *at = buffer_text(&list);
        while (*(at += strspn(at, BLANKS ","))) {
                at = read_pair(at, &pair);
                if (is_word(pair.name, pair.name_len, wanted.name, wanted.name_len))
                        return is_word(pair.value, pair.value_len, wanted.value, wanted.value_len);
                while (*at && *at != ',')
                        at = pass(at);
        }
        return false;
}
