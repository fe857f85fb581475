#include "cli/output.h"

#include "base/text.h"
#include "base/utf8.h"

#include <stdbool.h>
#include <string.h>

#define REPLACEMENT    "\uFFFD"
#define NO_BREAK_SPACE "\u00A0"

/*
 * Ranges of characters to replace. Both ends of a range have the same length in UTF-8, so comparing that
 * many bytes compares one character. The byte order of UTF-8 is the order of code points.
 */
static const struct {
        const char *first, *last, *shown;
} unwanted[] = {
        { "\x01", "\x1F", REPLACEMENT },
        { "\x7F", "\x7F", REPLACEMENT },
        { "\xC2\x80", "\xC2\x9F", REPLACEMENT },  /* C1 */
        { NO_BREAK_SPACE, NO_BREAK_SPACE, NULL }, /* the caller chooses what is shown */
        { "\u061C", "\u061C", REPLACEMENT },      /* Unicode's bidirectional controls, UAX 9, 2 */
        { "\u200E", "\u200F", REPLACEMENT },
        { "\u2028", "\u2029", " " }, /* line and paragraph separator */
        { "\u202A", "\u202E", REPLACEMENT },
        { "\u2066", "\u2069", REPLACEMENT },
};

static bool is_within(const char *text, const char *first, const char *last)
{
        size_t n = strlen(first);
        return strncmp(text, first, n) >= 0 && strncmp(text, last, n) <= 0;
}

/*
 * Returns the length of the character at @text if it is one of `unwanted`, a newline or a tab; otherwise 0.
 * @ret_shown is its replacement. If the result is 0, *ret_shown is REPLACEMENT; the caller writes it for a
 * byte that is not UTF-8.
 */
static size_t find_unwanted(
                const char *text, const char *newline, const char *no_break_space, const char **ret_shown)
{
        *ret_shown = REPLACEMENT;
        if (*text >= ' ' && *text < '\x7F')
                return 0;
        if (*text == '\n' || *text == '\t') {
                *ret_shown = *text == '\n' ? newline : " ";
                return 1;
        }
        for (size_t i = 0; i < sizeof(unwanted) / sizeof(unwanted[0]); i++)
                if (is_within(text, unwanted[i].first, unwanted[i].last)) {
                        *ret_shown = unwanted[i].shown ? unwanted[i].shown : no_break_space;
                        return strlen(unwanted[i].first);
                }
        return 0;
}

static void write_clean(FILE *stream, const char *text, const char *newline, const char *no_break_space)
{
        size_t good = utf8_plain_prefix(text, strlen(text));
        for (const char *c = text; *c;) {
                const char *shown;
                bool broken = c == text + good;
                size_t n = find_unwanted(c, newline, no_break_space, &shown);
                if (n > 0 || broken)
                        fputs(shown, stream);
                else
                        fputc(*c, stream);
                c += n > 0 ? n : 1;
                if (broken) {
                        text = c;
                        good = utf8_plain_prefix(text, strlen(text));
                }
        }
}

void output_line(FILE *stream, const char *text)
{
        write_clean(stream, text, " ", " ");
        fputc('\n', stream);
}

void output_message(FILE *stream, const char *text)
{
        write_clean(stream, text, " ", NO_BREAK_SPACE);
        fputc('\n', stream);
}

void output_lines(FILE *stream, const char *text)
{
        write_clean(stream, text, "\n    ", " ");
        fputc('\n', stream);
}

void output_text(FILE *stream, const char *text)
{
        write_clean(stream, text, "\n", " ");
}

void output_column(Buffer *line, size_t column)
{
        size_t taken = text_width(buffer_text(line));
        buffer_printf(line, "%*s", taken + 2 < column ? (int)(column - taken) : 2, "");
}

void output_row(const char *line, const char *uid)
{
        output_line(stdout, line);
        fputs("    ", stdout);
        output_line(stdout, uid);
}
