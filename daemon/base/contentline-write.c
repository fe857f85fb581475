#include "base/contentline.h"
#include "base/utf8.h"

#include <string.h>

enum { FOLD_OCTETS = 75 };

void content_unescape(Buffer *out, const char *value, size_t len)
{
        const char *end = value + len;
        while (value < end) {
                const char *slash = memchr(value, '\\', (size_t)(end - value));
                if (!slash || slash + 1 == end)
                        slash = end;
                buffer_append(out, value, (size_t)(slash - value));
                if (slash == end)
                        return;
                if (slash[1] == 'n' || slash[1] == 'N')
                        buffer_putc(out, '\n');
                else if (strchr("\\;,", slash[1]))
                        buffer_putc(out, slash[1]);
                else
                        buffer_append(out, slash, 2);
                value = slash + 2;
        }
}

/*
 * Whether a TEXT value cannot hold a character as it is: content_escape() escapes it (RFC 5545, 3.3.11) or
 * drops it.
 */
static bool needs_escape(unsigned char c)
{
        return c == '\\' || c == ';' || c == ',' || (c < 0x20 && c != '\t') || c == 0x7F;
}

void content_escape(Buffer *out, const char *text)
{
        for (;;) {
                size_t plain = 0;
                while (text[plain] && !needs_escape((unsigned char)text[plain]))
                        plain++;
                buffer_append(out, text, plain);
                text += plain;
                if (*text == '\0')
                        return;
                if (*text == '\n')
                        buffer_puts(out, "\\n");
                else if (strchr("\\;,", *text))
                        buffer_append(out, (const char[]){ '\\', *text }, 2);
                text++;
        }
}

static void write_param_char(Buffer *out, char c)
{
        if (c == '"')
                buffer_puts(out, "^'");
        else if (c == '^')
                buffer_puts(out, "^^");
        else if (c == '\n')
                buffer_puts(out, "^n");
        else if ((unsigned char)c >= 0x20 || c == '\t')
                buffer_putc(out, c);
}

void content_write_param(Buffer *out, const char *name, const char *value)
{
        const char *quote = strpbrk(value, ":;,") ? "\"" : "";
        buffer_printf(out, ";%s=%s", name, quote);
        for (const char *c = value; *c; c++)
                write_param_char(out, *c);
        buffer_puts(out, quote);
}

/* Appends a piece of a line that already has @column octets; returns the new column. */
static size_t fold_piece(Buffer *out, const char *text, size_t len, size_t column)
{
        while (len > FOLD_OCTETS - column) {
                size_t room = FOLD_OCTETS - column;
                size_t cut = utf8_cut(text, len, room);
                if (cut == 0 && column <= 1)
                        cut = room; /* not UTF-8: keep to the limit */
                buffer_append(out, text, cut);
                buffer_append(out, "\r\n ", 3);
                text += cut;
                len -= cut;
                column = 1;
        }
        buffer_append(out, text, len);
        return column + len;
}

void content_fold(Buffer *out, const char *line, size_t len)
{
        fold_piece(out, line, len, 0);
        buffer_append(out, "\r\n", 2);
}

void content_write(Buffer *out, const char *name, const char *value)
{
        size_t column = fold_piece(out, name, strlen(name), 0);
        column = fold_piece(out, ":", 1, column);
        fold_piece(out, value, strlen(value), column);
        buffer_append(out, "\r\n", 2);
}

void content_write_text(Buffer *out, const char *name, const char *text)
{
        CLEANUP(buffer_done) Buffer escaped = BUFFER_INIT(out->max);
        content_escape(&escaped, text);
        if (buffer_error(&escaped)) {
                out->error = out->error ? out->error : buffer_error(&escaped);
                return;
        }
        content_write(out, name, buffer_text(&escaped));
}
