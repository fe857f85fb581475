#include "contact/version-2.h"

#include "base/charset.h"
#include "base/cleanup.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { VALUE_BYTES = 1 << 24, WORD_SIZE = 64 };

/* The coding of a value, as the parameters of its line name it. */
typedef struct Coding {
        char charset[WORD_SIZE]; /* "" for UTF-8 */
        bool quoted_printable;
} Coding;

static size_t head_length(const char *line)
{
        bool quoted = false;
        size_t n = 0;
        for (; line[n] && (quoted || line[n] != ':'); n++)
                quoted = quoted != (line[n] == '"');
        return n;
}

/* Whether the parameters of a line say that its value is in quoted-printable. */
static bool is_quoted_printable(const char *line)
{
        const char *word = strcasestr(line, "QUOTED-PRINTABLE");
        return word && word < line + head_length(line);
}

/* Appends one line of the file without its end. */
static void take_physical(const char **at, const char *end, Buffer *out)
{
        const char *feed = memchr(*at, '\n', (size_t)(end - *at));
        const char *stop = feed ? feed : end;
        size_t len = (size_t)(stop - *at);
        buffer_append(out, *at, len > 0 && stop[-1] == '\r' ? len - 1 : len);
        *at = feed ? feed + 1 : end;
}

void version_2_next_line(const char **at, const char *end, Buffer *out)
{
        size_t begin = out->len;
        take_physical(at, end, out);
        bool quoted_printable = is_quoted_printable(buffer_text(out) + begin);
        while (*at < end && buffer_error(out) == 0) {
                if (quoted_printable && out->len > begin && out->data[out->len - 1] == '=')
                        buffer_remove(out, out->len - 1, 1);
                else if (**at == ' ' || **at == '\t')
                        (*at)++;
                else
                        return;
                take_physical(at, end, out);
        }
}

static bool word_is(const char *text, size_t len, const char *word)
{
        return strlen(word) == len && strncasecmp(text, word, len) == 0;
}

/*
 * Records the encoding that a parameter names. @named: the parameter is ENCODING=, not a bare word. Return:
 * whether the parameter is to be omitted; false for a bare word that names no encoding.
 */
static bool take_coding(const char *value, size_t len, bool named, Coding *coding)
{
        bool encodes = word_is(value, len, "QUOTED-PRINTABLE");
        coding->quoted_printable = coding->quoted_printable || encodes;
        return encodes || named || word_is(value, len, "8BIT") || word_is(value, len, "7BIT");
}

static void convert_parameter(const char *text, size_t len, Coding *coding, Buffer *out)
{
        const char *equals = memchr(text, '=', len);
        size_t name = equals ? (size_t)(equals - text) : 0;
        const char *value = equals ? equals + 1 : text;
        size_t value_len = equals ? len - name - 1 : len;
        bool is_encoding = word_is(text, name, "ENCODING");
        if (word_is(text, name, "CHARSET")) {
                snprintf(coding->charset, sizeof(coding->charset), "%.*s", (int)value_len, value);
        } else if ((is_encoding || !equals) &&
                        (word_is(value, value_len, "BASE64") || word_is(value, value_len, "B"))) {
                buffer_puts(out, ";ENCODING=b");
        } else if ((is_encoding || !equals) && take_coding(value, value_len, is_encoding, coding)) {
                return;
        } else if (value_len > 0) {
                buffer_printf(out, ";%s%.*s", equals ? "" : "TYPE=", (int)len, text);
        }
}

static int hex_digit(char c)
{
        const char *digits = "0123456789ABCDEF",
                   *at = c ? strchr(digits, c >= 'a' ? c - 'a' + 'A' : c) : NULL;
        return at ? (int)(at - digits) : -1;
}

static void decode_quoted_printable(const char *value, Buffer *out)
{
        for (; *value; value++) {
                int high = *value == '=' ? hex_digit(value[1]) : -1,
                    low = high >= 0 ? hex_digit(value[2]) : -1;
                char octet = *value;
                if (low >= 0) {
                        octet = (char)(high * 16 + low);
                        value += 2;
                }
                buffer_append(out, &octet, 1);
        }
}

/* Appends a text as version 3.0 writes it: with commas escaped, and line ends as \n. */
static void write_text(const char *text, Buffer *out)
{
        for (const char *at = text; *at; at++) {
                if (*at == '\\' && at[1]) {
                        buffer_append(out, at++, 2);
                        continue;
                }
                if (*at == '\n')
                        buffer_puts(out, "\\n");
                else if (*at == ',')
                        buffer_puts(out, "\\,");
                else if (*at != '\r')
                        buffer_append(out, at, 1);
        }
}

static bool is_text(const char *line)
{
        static const char *const names[] = { "FN", "N", "ADR", "ORG", "NOTE", "TITLE", "ROLE", "LABEL",
                "NICKNAME" };
        size_t len = strcspn(line, ";:");
        const char *group = memchr(line, '.', len);
        size_t skip = group ? (size_t)(group - line) + 1 : 0;
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                if (word_is(line + skip, len - skip, names[i]))
                        return true;
        return false;
}

static void convert_value(const char *value, const Coding *coding, bool text, Buffer *out)
{
        CLEANUP(buffer_done) Buffer octets = BUFFER_INIT(VALUE_BYTES);
        CLEANUP(buffer_done) Buffer decoded = BUFFER_INIT(VALUE_BYTES);
        if (coding->quoted_printable)
                decode_quoted_printable(value, &octets);
        else
                buffer_puts(&octets, value);
        bool is_decoded = coding->charset[0] && strcasecmp(coding->charset, "UTF-8") != 0 &&
                          charset_to_utf8(coding->charset, buffer_text(&octets), octets.len, &decoded);
        const char *result = buffer_text(is_decoded ? &decoded : &octets);
        if (text || coding->quoted_printable)
                write_text(result, out);
        else
                buffer_puts(out, result);
}

void version_2_convert(const char *line, Buffer *out)
{
        Coding coding = { .charset = "" };
        size_t head = head_length(line), name = strcspn(line, ";:");
        if (word_is(line, head, "VERSION")) {
                buffer_puts(out, "VERSION:3.0");
                return;
        }
        buffer_append(out, line, name);
        for (size_t at = name; at < head;) {
                size_t len = strcspn(line + at + 1, ";:");
                if (at + 1 + len > head)
                        len = head - at - 1;
                convert_parameter(line + at + 1, len, &coding, out);
                at += 1 + len;
        }
        if (!line[head])
                return;
        buffer_puts(out, ":");
        convert_value(line + head + 1, &coding, is_text(line), out);
}
