/*
 * Addresses in texts become links. An address may have the characters of RFC 3986, and letters of other
 * scripts, as in https://пример.рф/. Punctuation at its end does not belong to it, and neither does a
 * closing bracket without an opening one.
 */

#include "web/rich-text.h"

#include "base/html.h"
#include "base/strings.h"
#include "base/typeset.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

static const char *const schemes[] = { "https://", "http://", "mailto:" };

enum { MAILTO = 2, TEXT_BYTES = 1024 * 1024, ADDRESS_MAX = 2048 };

static bool needs_typeset(const char *language, const char *text)
{
        Language known;
        return language_find(language, &known) == 0 &&
               (strstr(text, " - ") || strstr(text, text_strings(known)->open_quote));
}

void rich_text_plain(Buffer *out, const char *language, const char *text)
{
        CLEANUP(buffer_done) Buffer set = BUFFER_INIT(TEXT_BYTES);
        if (needs_typeset(language, text) && typeset(&set, language, text, 0) == 0)
                html_escape(out, buffer_text(&set));
        else
                html_escape(out, text);
}

/* Whether an address may contain the character at @c. Punctuation of other scripts ends it. */
static bool is_of_address(const char *c)
{
        unsigned char byte = (unsigned char)*c, next = byte ? (unsigned char)c[1] : 0;
        if (byte <= ' ' || byte == 0x7f || strchr("\"<>\\^`{|}", byte))
                return false;
        return byte != 0xc2 && !((byte == 0xe2 || byte == 0xe3) && (next == 0x80 || next == 0x81));
}

/* Whether the last character is a closing bracket without an opening one. */
static bool ends_in_bracket(const char *text, size_t len)
{
        char close = text[len - 1], open = close == ')' ? '(' : close == ']' ? '[' : '\0';
        int depth = 0;
        for (size_t i = 0; open && i < len; i++)
                depth += text[i] == open ? 1 : text[i] == close ? -1 : 0;
        return depth < 0;
}

static size_t address_length(const char *text, size_t scheme_len)
{
        size_t len = scheme_len;
        while (len <= ADDRESS_MAX && is_of_address(text + len))
                len++;
        if (len > ADDRESS_MAX)
                return scheme_len;
        while (len > scheme_len && (strchr(".,;:!?'", text[len - 1]) || ends_in_bracket(text, len)))
                len--;
        return len;
}

/* Whether what follows the scheme begins like a host, or has the form of a mail address. */
static bool is_complete(size_t scheme, const char *rest, size_t len)
{
        const char *at = memchr(rest, '@', len);
        if (scheme == MAILTO)
                return at && at > rest && at + 1 < rest + len;
        return len > 0 && (isalnum((unsigned char)*rest) || (unsigned char)*rest >= 0x80 || *rest == '[');
}

/*
 * Returns the length of the address that begins at @text; 0 if none begins there, or if @text is inside of a
 * word of the text, which begins at @start.
 */
static size_t find_address(const char *start, const char *text)
{
        if (text > start && (isalnum((unsigned char)text[-1]) || strchr("+-.", text[-1])))
                return 0;
        for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++) {
                size_t scheme_len = strlen(schemes[i]);
                if (strncasecmp(text, schemes[i], scheme_len) != 0)
                        continue;
                size_t len = address_length(text, scheme_len);
                return is_complete(i, text + scheme_len, len - scheme_len) ? len : 0;
        }
        return 0;
}

/* Writes an address for href; an octet outside of ASCII is percent-encoded. */
static void write_href(Buffer *out, const char *url)
{
        CLEANUP(buffer_done) Buffer encoded = BUFFER_INIT(TEXT_BYTES);
        for (; *url; url++) {
                if ((unsigned char)*url >= 0x80)
                        buffer_printf(&encoded, "%%%02X", (unsigned char)*url);
                else
                        buffer_putc(&encoded, *url);
        }
        html_escape(out, buffer_text(&encoded));
}

void rich_text_named_link(Buffer *out, const char *url, const char *name)
{
        buffer_puts(out, "<a rel=\"nofollow noopener\" href=\"");
        write_href(out, url);
        buffer_puts(out, "\">");
        html_escape(out, name);
        buffer_puts(out, "</a>");
}

void rich_text_link(Buffer *out, const char *url)
{
        rich_text_named_link(out, url, url);
}

static void write_part(Buffer *out, const char *language, const char *text, size_t len, bool is_address)
{
        CLEANUP(buffer_done) Buffer part = BUFFER_INIT(TEXT_BYTES);
        buffer_append(&part, text, len);
        if (is_address)
                rich_text_link(out, buffer_text(&part));
        else
                rich_text_plain(out, language, buffer_text(&part));
}

void rich_text_line(Buffer *out, const char *language, const char *text)
{
        const char *begin = text;
        for (const char *c = text; *c;) {
                size_t len = strchr("hHmM", *c) ? find_address(text, c) : 0;
                if (len == 0) {
                        c++;
                        continue;
                }
                write_part(out, language, begin, (size_t)(c - begin), false);
                write_part(out, language, c, len, true);
                begin = c += len;
        }
        rich_text_plain(out, language, begin);
}

void rich_text_paragraphs(Buffer *out, const char *language, const char *text)
{
        while (*text) {
                size_t len = strcspn(text, "\n");
                if (strspn(text, " \t\r") < len) {
                        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(TEXT_BYTES);
                        buffer_append(&line, text, len);
                        buffer_puts(out, "<p>");
                        rich_text_line(out, language, buffer_text(&line));
                        buffer_puts(out, "</p>\n");
                }
                text += len + (text[len] == '\n');
        }
}
