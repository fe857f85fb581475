#include "config/mend.h"

#include "base/phrase.h"

#include <string.h>
#include <strings.h>

enum { DEPTH_MAX = 64 };

/* Returns a line of the text, counted from 1; NULL if it has fewer lines. */
static char *find_line(char *text, size_t line)
{
        while (--line > 0 && text)
                text = strchr(text, '\n') ? strchr(text, '\n') + 1 : NULL;
        return text;
}

static void blank(char *from, const char *to)
{
        for (; from < to; from++)
                *from = *from == '\n' || *from == '\r' ? *from : ' ';
}

/* Returns the end of a comment that begins at @c, or of its line after # and //; @c if none begins there. */
static const char *skip_comment(const char *c)
{
        if (*c == '#' || strncmp(c, "//", 2) == 0)
                return c + strcspn(c, "\n");
        const char *end = strncmp(c, "/*", 2) == 0 ? strstr(c, "*/") : NULL;
        return end ? end + 2 : c;
}

/*
 * Returns the position after the closing quotation mark of the string that begins at @c; NULL if there is
 * none. @on_one_line: only this line is searched.
 */
static const char *skip_string(const char *c, bool on_one_line)
{
        for (c++; *c && *c != '"' && !(on_one_line && *c == '\n'); c++)
                if (*c == '\\' && c[1])
                        c++;
        return *c == '"' ? c + 1 : NULL;
}

/* An opening bracket that is not closed, or a closing one that closes nothing. */
typedef struct Bracket {
        char *at; /* NULL if all brackets have a counterpart */
        size_t line;
        bool is_opening;
} Bracket;

static bool closes(char closing, char opening)
{
        return closing == (opening == '{' ? '}' : opening == '[' ? ']' : ')');
}

static Bracket find_bracket(char *text)
{
        Bracket open[DEPTH_MAX];
        size_t depth = 0, line = 1;
        for (char *c = text; *c; c++) {
                const char *end = *c == '"' ? skip_string(c, false) : skip_comment(c);
                for (; end && c < end - 1; c++)
                        line += *c == '\n';
                if (end && c == end - 1)
                        continue;
                line += *c == '\n';
                if (strchr("{[(", *c) && depth < DEPTH_MAX)
                        open[depth++] = (Bracket){ c, line, true };
                if (!strchr("}])", *c))
                        continue;
                if (depth == 0)
                        return (Bracket){ c, line, false };
                if (!closes(*c, *open[--depth].at))
                        return open[depth];
        }
        return depth > 0 ? open[depth - 1] : (Bracket){ .at = NULL };
}

static size_t indent_of(const char *line)
{
        return strspn(line, " \t");
}

/*
 * Returns where a group that is not closed is taken to end: at the next line that is indented no further
 * than @opening, the line of its bracket, and that is not blank and does not begin with # or a closing
 * bracket. If there is no such line, returns the end of the text.
 */
static char *end_of_group(char *text, size_t opening)
{
        char *line = find_line(text, opening), *last = text + strlen(text);
        size_t indent = indent_of(line);
        for (size_t i = opening + 1; (line = find_line(text, i)); i++) {
                const char *word = line + indent_of(line);
                if (*word && indent_of(line) <= indent && !strchr("}])#\n\r", *word))
                        return line;
        }
        return last;
}

static bool mend_bracket(ConfigReader *reader, char *text)
{
        Bracket bracket = find_bracket(text);
        if (!bracket.at)
                return false;
        if (bracket.is_opening) {
                config_fault_in(reader, NULL, bracket.line, NULL, "syntax error: a bracket is not closed");
                blank(find_line(text, bracket.line), end_of_group(text, bracket.line));
                return true;
        }
        config_fault_in(reader, NULL, bracket.line, NULL, "syntax error: a bracket closes nothing");
        blank(bracket.at, bracket.at + (bracket.at[1] == ';' ? 2 : 1));
        return true;
}

/* Blanks the first line that ends inside a string. A string may have several lines, but that is rare. */
static bool mend_quote(ConfigReader *reader, char *text)
{
        size_t number = 1;
        for (char *c = text; *c; c++) {
                const char *end = *c == '"' ? skip_string(c, true) : skip_comment(c);
                if (*c == '"' && !end) {
                        config_fault_in(reader, NULL, number, NULL,
                                        "syntax error: a quotation mark is not closed");
                        char *line = find_line(text, number);
                        blank(line, line + strcspn(line, "\n"));
                        return true;
                }
                for (; c < end - 1; c++)
                        number += *c == '\n';
                number += *c == '\n';
        }
        return false;
}

static bool is_name(char c)
{
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
}

/* Whether a value is missing, or is a word without quotes like `russian`, but not true or false. */
static bool is_unquoted(const char *value)
{
        static const char *const words[] = { "true", "false" };
        size_t len = strcspn(value, " \t\r\n;,})]");
        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
                if (strlen(words[i]) == len && strncasecmp(value, words[i], len) == 0)
                        return false;
        return *value == ';' || (len > 0 && !strchr("\"({[-+.0123456789", *value));
}

/* Blanks each setting of the line whose value is_unquoted(). Return: whether there is one. */
static bool mend_words(ConfigReader *reader, char *line, size_t number)
{
        bool found = false;
        for (char *c = line; *c && *c != '\n'; c++) {
                const char *end = *c == '"' ? skip_string(c, true) : skip_comment(c);
                if (end && end > c) {
                        c = line + (end - line) - 1;
                        continue;
                }
                char *value = c + 1 + strspn(c + 1, " \t"), *name = c;
                if (*c != '=' || !is_unquoted(value))
                        continue;
                while (name > line && strchr(" \t", name[-1]))
                        name--;
                while (name > line && is_name(name[-1]))
                        name--;
                value += strcspn(value, ";,}\r\n");
                blank(name, value + (*value == ';'));
                if (!found)
                        config_fault_in(reader, NULL, number, NULL,
                                        "syntax error: a text is written in quotes");
                found = true;
                c = value - 1;
        }
        return found;
}

/* Blanks a line that ends a setting with a semicolon, or is an @include. Return: false for other lines. */
static bool mend_line(char *line)
{
        size_t len = strcspn(line, "\n"), end = len;
        while (end > 0 && strchr(" \t\r", line[end - 1]))
                end--;
        bool is_setting = end > 0 && line[end - 1] == ';' && memchr(line, '=', end);
        if (!is_setting && strncmp(line + indent_of(line), "@include", 8) != 0)
                return false;
        blank(line, line + len);
        return true;
}

bool config_mend(ConfigReader *reader, char *text, size_t number, const char *included, const char *message)
{
        char *line = find_line(text, number);
        bool is_own = !included && line, is_include = is_own && strstr(message, "include");
        if (is_own && !is_include &&
                        (mend_words(reader, line, number) || mend_quote(reader, text) ||
                                        mend_bracket(reader, text)))
                return true;
        config_fault_in(reader, included, number, NULL, "%s", phrase(message));
        return is_own && mend_line(line);
}
