#include "calendar/rule-text.h"

#include "calendar/when.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

static bool is_digit(char c)
{
        return c >= '0' && c <= '9';
}

static void write_capital(char c, Buffer *out)
{
        buffer_putc(out, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
}

/* Writes one part without its semicolon. A number begins at the part's `=`, at a `,` or at a minus sign. */
static void write_part(const char *part, size_t len, Buffer *out)
{
        bool start = false;
        for (size_t i = 0; i < len; i++) {
                bool zero = part[i] == '0' && i + 1 < len && is_digit(part[i + 1]);
                if (start && (part[i] == '+' || zero))
                        continue;
                write_capital(part[i], out);
                start = part[i] == '=' || part[i] == ',' || part[i] == '-';
        }
}

/* Whether the part is of RFC 7529, which many programs do not know. rule_parse() accepts its default. */
static bool is_default(const char *part)
{
        return strncasecmp(part, "RSCALE=", 7) == 0 || strncasecmp(part, "SKIP=", 5) == 0;
}

void rule_write_canonical(const char *text, const char *until, Buffer *out)
{
        size_t begin = out->len;
        for (int pass = 0; pass < 2; pass++) {
                for (size_t at = 0, len; text[at]; at += len + (text[at + len] == ';')) {
                        const char *part = text + at;
                        len = strcspn(part, ";");
                        bool is_frequency = strncasecmp(part, "FREQ=", 5) == 0;
                        bool is_until = strncasecmp(part, "UNTIL=", 6) == 0;
                        if (len == 0 || is_frequency != (pass == 0) || is_default(part))
                                continue;
                        if (out->len > begin)
                                buffer_putc(out, ';');
                        if (is_until) {
                                buffer_puts(out, "UNTIL=");
                                when_write_without_leap(until ? until : part + 6,
                                                until ? strlen(until) : len - 6, out);
                        } else {
                                write_part(part, len, out);
                        }
                }
        }
}
