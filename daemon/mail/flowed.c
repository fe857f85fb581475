#include "mail/flowed.h"

#include <stdbool.h>
#include <string.h>

enum { LINE_COLUMNS = 72 };

static const char signature[] = "-- ";

static bool begins_with(const char *line, size_t len, const char *words)
{
        size_t n = strlen(words);
        return len >= n && memcmp(line, words, n) == 0;
}

static bool is_signature(const char *line, size_t len)
{
        return len == sizeof(signature) - 1 && begins_with(line, len, signature);
}

static bool needs_stuffing(const char *line, size_t len)
{
        return begins_with(line, len, " ") || begins_with(line, len, ">") || begins_with(line, len, "From ");
}

/*
 * Returns how much of a line fits: up to the last blank within the columns. If there is no such blank, up
 * to the first blank after them.
 */
static size_t fitting(const char *line, size_t len)
{
        size_t cut = 0, columns = 0;
        for (size_t i = 0; i < len; i++) {
                columns += ((unsigned char)line[i] & 0xC0) != 0x80;
                if (columns > LINE_COLUMNS && cut > 0)
                        return cut;
                if (line[i] == ' ' && !is_signature(line, i + 1))
                        cut = i + 1;
        }
        return len;
}

static void append_line(Buffer *out, const char *line, size_t len)
{
        for (size_t n; len > 0; line += n, len -= n) {
                n = fitting(line, len);
                if (needs_stuffing(line, n))
                        buffer_putc(out, ' ');
                buffer_append(out, line, n);
                if (n < len)
                        buffer_putc(out, '\n');
        }
}

static size_t without_blanks(const char *line, size_t len)
{
        if (!is_signature(line, len))
                while (len > 0 && line[len - 1] == ' ')
                        len--;
        return len;
}

void flowed_append(Buffer *out, const char *text)
{
        for (;;) {
                size_t len = strcspn(text, "\n");
                append_line(out, text, without_blanks(text, len));
                if (!text[len])
                        return;
                buffer_putc(out, '\n');
                text += len + 1;
        }
}
