#include "calendar/redact.h"

#include <string.h>
#include <strings.h>

#define ELLIPSIS "…"

typedef struct Cut {
        size_t start, end;
} Cut;

static bool is_digit(char c)
{
        return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
        return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* An octet of a Cyrillic letter: U+0400 to U+047F. */
static bool is_cyrillic(const char *text, size_t at)
{
        unsigned char c = (unsigned char)text[at];
        if (c == 0xD0 || c == 0xD1)
                return true;
        return at > 0 && (c & 0xC0) == 0x80 &&
               ((unsigned char)text[at - 1] == 0xD0 || (unsigned char)text[at - 1] == 0xD1);
}

static bool is_local_char(const char *text, size_t at)
{
        return is_alnum(text[at]) || (text[at] && strchr(".!#$%&'*+/=?^_`{|}~-", text[at])) ||
               is_cyrillic(text, at);
}

static bool is_domain_char(const char *text, size_t at)
{
        return is_alnum(text[at]) || text[at] == '.' || text[at] == '-' || is_cyrillic(text, at);
}

/* The address around the `@` at @at, not beginning before @from. */
static bool find_address(const char *text, size_t len, size_t from, size_t at, Cut *ret)
{
        static const char scheme[] = "mailto:";
        size_t start = at, end = at + 1;
        while (start > from && is_local_char(text, start - 1))
                start--;
        while (end < len && is_domain_char(text, end))
                end++;
        while (end > at + 1 && (text[end - 1] == '.' || text[end - 1] == '-'))
                end--;
        if (start == at || !memchr(text + at, '.', end - at))
                return false;
        size_t n = sizeof(scheme) - 1;
        if (start >= from + n && strncasecmp(text + start - n, scheme, n) == 0)
                start -= n;
        *ret = (Cut){ start, end };
        return true;
}

/*
 * The length of a separator within a number: blank, no-break space, hyphen, dash or parenthesis; 0 for
 * none.
 */
static size_t separator_length(const char *text, size_t left)
{
        static const char *const separators[] = { " ", "-", "(", ")", "\u00A0", "\u2010", "\u2011", "\u2012",
                "\u2013", "\u202F" };
        for (size_t i = 0; i < sizeof(separators) / sizeof(*separators); i++) {
                size_t n = strlen(separators[i]);
                if (n <= left && memcmp(text, separators[i], n) == 0)
                        return n;
        }
        return 0;
}

enum { MANY_DIGITS = 32, MAX_SEPARATORS = 3 };

/* A run of digits with separators between. */
typedef struct Run {
        size_t n_digits;
        size_t first_group;       /* digits before the first separator */
        size_t ends[MANY_DIGITS]; /* the offset behind each digit */
} Run;

static void take_run(const char *text, size_t len, size_t at, Run *ret)
{
        *ret = (Run){ 0 };
        size_t separators = 0;
        while (at < len && ret->n_digits < MANY_DIGITS) {
                if (is_digit(text[at])) {
                        ret->ends[ret->n_digits++] = ++at;
                        separators = 0;
                        continue;
                }
                size_t n = separator_length(text + at, len - at);
                if (n == 0 || ++separators > MAX_SEPARATORS)
                        break;
                if (ret->n_digits > 0 && ret->first_group == 0)
                        ret->first_group = ret->n_digits;
                at += n;
        }
        if (ret->first_group == 0)
                ret->first_group = ret->n_digits;
}

/* Whether "tel", "fax" or the like precedes @at. */
static bool is_announced(const char *text, size_t at)
{
        static const char *const words[] = { "tel", "phone", "fax", "mob", "mobile", "тел", "Тел", "ТЕЛ",
                "телефон", "Телефон", "моб", "Моб", "факс", "Факс", "сот" };
        while (at > 0 && strchr(" .:", text[at - 1]))
                at--;
        for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
                size_t n = strlen(words[i]);
                if (n <= at && strncasecmp(text + at - n, words[i], n) == 0)
                        return true;
        }
        return false;
}

/* Whether the run's digit number @n is the last of its group. */
static bool ends_group(const Run *run, const char *text, size_t len, size_t n)
{
        return run->n_digits >= n && (run->ends[n - 1] == len || !is_digit(text[run->ends[n - 1]]));
}

/* Three to five digits with a closing parenthesis behind them. */
static bool has_area_code(const Run *run, const char *text, size_t len)
{
        if (run->first_group < 3 || run->first_group > 5)
                return false;
        size_t end = run->ends[run->first_group - 1];
        return end < len && text[end] == ')';
}

static bool find_number(const char *text, size_t len, size_t at, Cut *ret)
{
        if (at > 0 && (is_alnum(text[at - 1]) || strchr("-_.=+", text[at - 1])))
                return false;
        Run run;
        take_run(text, len, at + (text[at] == '+' ? 1 : 0), &run);
        size_t digits = 0;
        if ((text[at] == '+' && run.n_digits >= 7) || (run.n_digits >= 5 && is_announced(text, at)))
                digits = run.n_digits;
        else if ((text[at] == '7' || text[at] == '8') && ends_group(&run, text, len, 11) &&
                        (run.first_group == 1 || run.first_group == 11))
                digits = 11;
        else if (text[at] == '(' && has_area_code(&run, text, len) && ends_group(&run, text, len, 10))
                digits = 10;
        if (digits == 0)
                return false;
        *ret = (Cut){ at, run.ends[digits - 1] };
        return true;
}

/* A quick test: most texts have neither an address nor enough digits. */
static bool may_have(const char *text, size_t len)
{
        size_t digits = 0;
        for (size_t i = 0; i < len; i++) {
                if (text[i] == '@')
                        return true;
                digits += is_digit(text[i]);
        }
        return digits >= 5;
}

bool redact_text(const char *text, size_t len, Buffer *out)
{
        size_t done = 0;
        if (!may_have(text, len))
                return false;
        for (size_t at = 0; at < len; at++) {
                Cut cut;
                bool found = text[at] == '@' ? find_address(text, len, done, at, &cut)
                                             : (is_digit(text[at]) || text[at] == '+' || text[at] == '(') &&
                                                               find_number(text, len, at, &cut);
                if (!found)
                        continue;
                buffer_append(out, text + done, cut.start - done);
                buffer_puts(out, ELLIPSIS);
                done = cut.end;
                at = done - 1;
        }
        if (done > 0)
                buffer_append(out, text + done, len - done);
        return done > 0;
}
