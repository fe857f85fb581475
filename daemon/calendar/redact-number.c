/*
 * Finds telephone numbers: groups of digits with blanks, hyphens, dots or parentheses between them. A
 * number is judged by the form of its groups and by the words before it. A date or time is not part of a
 * number. The numbering plans are Russia's (E.164: 7; trunk prefix 8; geographic codes begin with 3, 4 and
 * 8, mobile codes with 9) and, after a `+`, the world's.
 */

#include "calendar/redact-internal.h"

#include <string.h>

enum {
        SEPARATORS_MAX = 3,
        DIGITS_MIN = 5,       /* of a local number, "5-12-34" */
        DIGITS_LOCAL_FAR = 6, /* of a local number if other words stand between it and its label */
        DIGITS_PLUS_MIN = 7,
        DIGITS_MAX = 15, /* E.164, 6.2 */
        DIGITS_RUSSIAN = 11,
        DIGITS_NATIONAL = 10,
        GAP_MAX = 12, /* between two numbers of a list */
};

/* The separators before a group. */
enum { SEP_BLANK = 1, SEP_HYPHEN = 2, SEP_DOT = 4, SEP_PAREN = 8 };

typedef struct Group {
        size_t start, end;
        unsigned separators;
        bool is_closed; /* a closing parenthesis follows it */
} Group;

typedef struct Run {
        const FoldedText *text;
        Group groups[REDACT_GROUPS_MAX];
        size_t n;
        bool has_plus;
        bool is_open; /* an opening parenthesis precedes it */
} Run;

static size_t length(const Run *run, size_t i)
{
        return i < run->n ? run->groups[i].end - run->groups[i].start : 0;
}

static uint32_t digit(const Run *run, size_t group, size_t i)
{
        return i < length(run, group) ? run->text->chars[run->groups[group].start + i] : 0;
}

/* ---- Dates and times ---- */

/* Reads @n digits as a number. */
static int number(const FoldedText *text, size_t at, size_t n)
{
        int value = 0;
        for (size_t i = 0; i < n; i++)
                value = value * 10 + (int)(text->chars[at + i] - '0');
        return value;
}

static size_t count_digits(const FoldedText *text, size_t at)
{
        size_t n = 0;
        while (at + n < text->n && redact_is_digit(text->chars[at + n]))
                n++;
        return n;
}

static bool is_year(int n)
{
        return n >= 1800 && n <= 2199;
}

static bool is_day_of_month(int day, int month)
{
        return day >= 1 && day <= 31 && month >= 1 && month <= 12;
}

/* Finds a date, "24.06.2021" or "2021-06-24". Return: its length; 0 if there is none. */
static size_t date_length(const FoldedText *text, size_t at)
{
        size_t first = count_digits(text, at), second, third;
        uint32_t mark = text->chars[at + first];
        if ((first != 2 && first != 4) || (mark != '.' && mark != '-'))
                return 0;
        second = count_digits(text, at + first + 1);
        if (second != 2 || text->chars[at + first + 3] != mark)
                return 0;
        third = count_digits(text, at + first + 4);
        if (first + third != 6 || (third != 2 && third != 4))
                return 0;
        int a = number(text, at, first), b = number(text, at + first + 1, 2),
            c = number(text, at + first + 4, third);
        bool is_date = first == 4 ? is_year(a) && is_day_of_month(c, b)
                                  : is_year(c) && is_day_of_month(a, b);
        return is_date ? 10 : 0;
}

/* Whether the @n digits at @at begin or continue a time, such as "10:00". */
static bool is_time(const FoldedText *text, size_t at, size_t n)
{
        return (n <= 2 && text->chars[at + n] == ':' && count_digits(text, at + n + 1) == 2) ||
               (redact_before(text, at) == ':' && at >= 2 && redact_is_digit(text->chars[at - 2]));
}

/* ---- Groups ---- */

static unsigned separator(uint32_t c)
{
        return c == ' '               ? SEP_BLANK
               : c == '-'             ? SEP_HYPHEN
               : c == '.'             ? SEP_DOT
               : c == '(' || c == ')' ? SEP_PAREN
                                      : 0;
}

/*
 * Finds the next group. A full stop separates two groups only if there are digits directly on both sides.
 */
static bool next_group(const FoldedText *text, size_t at, unsigned *ret_separators, size_t *ret_at)
{
        size_t n = 0;
        unsigned all = 0, one;
        while (n < SEPARATORS_MAX && at + n < text->n && (one = separator(text->chars[at + n]))) {
                all |= one;
                n++;
        }
        *ret_separators = all;
        *ret_at = at + n;
        return n > 0 && redact_is_digit(text->chars[at + n]) && !((all & SEP_DOT) && n > 1);
}

static void read_run(const FoldedText *text, size_t at, Run *ret)
{
        unsigned separators = 0;
        bool is_more = true;
        *ret = (Run){ .text = text, .has_plus = text->chars[at] == '+' };
        at += ret->has_plus ? 1 : 0;
        for (int i = 0; i < SEPARATORS_MAX && (text->chars[at] == '(' || text->chars[at] == ' '); i++)
                ret->is_open = text->chars[at++] == '(' || ret->is_open;
        while (is_more && ret->n < REDACT_GROUPS_MAX) {
                size_t n = count_digits(text, at);
                if (n == 0 || date_length(text, at) || is_time(text, at, n))
                        break;
                ret->groups[ret->n++] = (Group){ at, at + n, separators, text->chars[at + n] == ')' };
                is_more = next_group(text, at + n, &separators, &at);
        }
}

/*
 * Returns how many groups have @n digits together. 0 if no group ends after @n digits, or if the number
 * continues there without a blank.
 */
static size_t groups_of(const Run *run, size_t n)
{
        size_t digits = 0;
        for (size_t i = 0; i < run->n; i++) {
                digits += length(run, i);
                if (digits == n)
                        return i + 1 == run->n || (run->groups[i + 1].separators & SEP_BLANK) ? i + 1 : 0;
        }
        return 0;
}

static size_t digits_of(const Run *run, size_t n_groups)
{
        size_t digits = 0;
        for (size_t i = 0; i < n_groups; i++)
                digits += length(run, i);
        return digits;
}

/*
 * Returns the largest number of groups that may be one telephone number. If groups joined by hyphens have
 * @enough digits, a blank ends the number: in "53-07-07 24 июня" the day is not part of it.
 */
static size_t longest(const Run *run, size_t enough)
{
        size_t digits = 0;
        for (size_t i = 0; i < run->n; i++) {
                bool turns = i > 1 && !(run->groups[i].separators & SEP_HYPHEN) &&
                             (run->groups[i - 1].separators & SEP_HYPHEN);
                if (digits + length(run, i) > DIGITS_MAX || (turns && digits >= enough))
                        return i;
                digits += length(run, i);
        }
        return run->n;
}

static size_t end_of(const Run *run, size_t n_groups)
{
        return run->groups[n_groups - 1].end;
}

/* Whether the groups are thousands, such as "12 000 000": each group but the first has three digits. */
static bool is_thousands(const Run *run, size_t n_groups)
{
        if (length(run, 0) > 3 || n_groups < 2)
                return false;
        for (size_t i = 1; i < n_groups; i++)
                if (length(run, i) != 3 || run->groups[i].separators & (SEP_HYPHEN | SEP_PAREN))
                        return false;
        return true;
}

static bool is_counted(const Run *run, size_t n_groups)
{
        return redact_is_unit(run->text, end_of(run, n_groups));
}

static bool is_years(const Run *run)
{
        return run->n >= 2 && length(run, 0) == 4 && length(run, 1) == 4 &&
               is_year(number(run->text, run->groups[0].start, 4)) &&
               is_year(number(run->text, run->groups[1].start, 4));
}

/* Whether the number ends like "-07-07". Only Russian numbers are written in this way. */
static bool has_tail(const Run *run, size_t n_groups)
{
        return n_groups >= 3 && length(run, n_groups - 1) == 2 && length(run, n_groups - 2) == 2 &&
               run->groups[n_groups - 1].separators == SEP_HYPHEN &&
               run->groups[n_groups - 2].separators == SEP_HYPHEN;
}

static bool is_in(uint32_t c, const char *digits)
{
        return c && strchr(digits, (int)c);
}

/* ---- Forms. Each function returns the number of groups in the telephone number, or 0. ---- */

/* Whether the number is a decimal fraction: "+55.796127" is a coordinate. */
static bool is_decimal(const Run *run)
{
        return run->n == 2 && run->groups[1].separators == SEP_DOT && length(run, 0) <= 3 &&
               digits_of(run, 2) != DIGITS_RUSSIAN;
}

static size_t take_plus(const Run *run)
{
        bool is_single = is_in(digit(run, 0, 0), "17");
        size_t n = is_single ? groups_of(run, DIGITS_RUSSIAN) : 0;
        if (n == 0)
                n = longest(run, DIGITS_RUSSIAN);
        /* No country code begins with 0, and only 1 and 7 have one digit: "+3" is a clock's offset. */
        if ((length(run, 0) == 1 && !is_single) || digit(run, 0, 0) == '0' || is_decimal(run))
                return 0;
        if (digits_of(run, n) < DIGITS_PLUS_MIN || (is_thousands(run, n) && is_counted(run, n)))
                return 0;
        return n;
}

static size_t take_announced(const Run *run, RedactLabel label)
{
        size_t n = longest(run, DIGITS_LOCAL_FAR), digits;
        if (n == 0 || is_years(run) || (is_thousands(run, n) && is_counted(run, n)))
                return 0;
        digits = digits_of(run, n);
        if (label == LABEL_NEAR && (digits < DIGITS_LOCAL_FAR && !has_tail(run, n)))
                return 0;
        return digits >= DIGITS_MIN ? n : 0;
}

/* Accepts 7 or 8 and the ten digits of the national number. */
static size_t take_russian(const Run *run)
{
        size_t n = groups_of(run, DIGITS_RUSSIAN), first = length(run, 0);
        if (n == 0 || !is_in(digit(run, 0, 0), "78"))
                return 0;
        if (first == DIGITS_RUSSIAN)
                return redact_is_latin(run->text->chars[end_of(run, n)]) ? 0 : n;
        if (first == 1)
                return length(run, 1) >= 3 && is_in(digit(run, 1, 0), "34789") ? n : 0;
        return first >= 4 && is_in(digit(run, 0, 1), "3489") ? n : 0;
}

/* The group lengths of a national number without its prefix. */
static const struct {
        size_t lengths[4];
        const char *first; /* digits with which it may begin */
        bool needs_hyphen; /* before its last group; a blank is not enough there */
} forms[] = {
        { { 3, 3, 2, 2 }, "9", false },
        { { 3, 2, 2, 3 }, "9", false },
        { { 3, 3, 4, 0 }, "9", false },
        { { 3, 7, 0, 0 }, "9", false },
        { { 10, 0, 0, 0 }, "9", false },
        { { 3, 3, 2, 2 }, "348", true },
        { { 3, 3, 4, 0 }, "2345678", true },
        { { 4, 2, 2, 2 }, "348", true },
        { { 5, 1, 2, 2 }, "348", true },
};

static bool has_form(const Run *run, size_t n, size_t form)
{
        for (size_t i = 0; i < 4; i++)
                if (length(run, i) != forms[form].lengths[i] && (i < n || forms[form].lengths[i]))
                        return false;
        return is_in(digit(run, 0, 0), forms[form].first) &&
               (!forms[form].needs_hyphen || run->groups[n - 1].separators & (SEP_HYPHEN | SEP_DOT));
}

static size_t take_national(const Run *run)
{
        size_t n = groups_of(run, DIGITS_NATIONAL), first = length(run, 0);
        if (n == 0)
                return 0;
        if (run->is_open && run->groups[0].is_closed && first >= 3 && first <= 5)
                return n;
        if (n == 1 && redact_is_latin(run->text->chars[end_of(run, n)]))
                return 0;
        for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
                if (has_form(run, n, i))
                        return n;
        return 0;
}

/* Accepts "567-89-01", unless a hyphen is before or after it. */
static size_t take_city(const Run *run)
{
        return run->n == 3 && length(run, 0) == 3 && has_tail(run, 3) &&
                                               redact_before(run->text, run->groups[0].start) != '-' &&
                                               run->text->chars[end_of(run, 3)] != '-'
                               ? 3
                               : 0;
}

/* Accepts "00 49 30 901820". */
static size_t take_prefix(const Run *run)
{
        size_t n = longest(run, DIGITS_RUSSIAN);
        return n >= 3 && length(run, 0) == 2 && digit(run, 0, 0) == '0' && digit(run, 0, 1) == '0' &&
                                               digits_of(run, n) >= DIGITS_RUSSIAN
                               ? n
                               : 0;
}

static size_t take(const Run *run, RedactLabel label)
{
        if (run->n == 0)
                return 0;
        if (run->has_plus)
                return take_plus(run);
        if (label == LABEL_TELEPHONE || label == LABEL_NEAR) {
                size_t n = take_announced(run, label);
                if (n > 0)
                        return n;
        }
        size_t n = take_russian(run);
        if (n == 0)
                n = take_national(run);
        if (n == 0 && label != LABEL_IDENTIFIER)
                n = take_city(run);
        if (n == 0)
                n = take_prefix(run);
        bool is_clear = n > 0 &&
                        (has_tail(run, n) || run->groups[0].is_closed || run->groups[n > 1].is_closed);
        return label == LABEL_IDENTIFIER && !is_clear ? 0 : n;
}

/* ---- Where a number may begin ---- */

/*
 * Whether a number may begin at @at. It may not begin directly after a Latin letter, a digit or a mark of
 * an identifier. A label for a telephone may be joined to it.
 */
static bool may_begin(const FoldedText *text, size_t at, RedactLabel label)
{
        uint32_t before = redact_before(text, at);
        bool is_plus = text->chars[at] == '+';
        if (before == '_' || before == '#' || before == '$' || redact_is_digit(before))
                return false;
        if (label == LABEL_TELEPHONE)
                return true;
        if (redact_is_latin(before))
                return is_plus;
        if (before == '+' || before == '=' || before == '/' || before == ',')
                return before == ',' || is_plus;
        if (before == '-' || before == '.')
                return at < 2 ||
                       !(redact_is_digit(text->chars[at - 2]) || redact_is_latin(text->chars[at - 2]));
        return true;
}

static bool is_between(const FoldedText *text, size_t at)
{
        uint32_t c = text->chars[at];
        return c == ' ' || c == ',' || c == ';' || c == '/' || c == '|' || c == '(' || c == ')' ||
               c == '&' || folded_is_letter(c);
}

/* Whether only signs of a list are between @from and @at; a letter is allowed if @letters is true. */
static bool is_list(const FoldedText *text, size_t from, size_t at, bool letters)
{
        enum { AND = 0x0438 }; /* и */
        if (at - from > GAP_MAX)
                return false;
        for (size_t i = from; i < at; i++)
                if (!is_between(text, i) ||
                                (!letters && folded_is_letter(text->chars[i]) && text->chars[i] != AND))
                        return false;
        return true;
}

/* Whether the first @n groups have the lengths of the last @n groups of the number before. */
static bool has_last_groups(const Run *run, const RedactLast *last, size_t n)
{
        for (size_t i = 0; i < n; i++)
                if (i >= run->n || length(run, i) != last->digits[last->n_groups - n + i])
                        return false;
        return true;
}

/* Whether the @n groups are a local number, with hyphens between them. */
static bool is_local(const Run *run, size_t n)
{
        for (size_t i = 1; i < n; i++)
                if (run->groups[i].separators != SEP_HYPHEN)
                        return false;
        return digits_of(run, n) >= DIGITS_MIN;
}

/*
 * Returns the number of groups if the number continues a list: it has the same groups as the number before
 * it, or, without the area code, its last ones: "(8342) 47-29-13, 29-05-45". Otherwise 0.
 */
static size_t follows(const FoldedText *text, size_t at, const RedactLast *last, const Run *run)
{
        if (last->end == 0 || run->n == 0 || !is_list(text, last->end, at, true))
                return 0;
        if (has_last_groups(run, last, last->n_groups))
                return last->n_groups;
        for (size_t n = last->n_groups; n-- > 2;)
                if (has_last_groups(run, last, n) && is_local(run, n) && is_list(text, last->end, at, false))
                        return n;
        return 0;
}

static void remember(const Run *run, size_t n_groups, RedactLast *ret)
{
        *ret = (RedactLast){ .end = end_of(run, n_groups), .n_groups = n_groups };
        for (size_t i = 0; i < n_groups; i++)
                ret->digits[i] = length(run, i);
}

bool redact_find_number(
                const FoldedText *text, size_t at, RedactLast *last, RedactCut *ret, size_t *ret_skip)
{
        Run run;
        size_t date = redact_is_digit(text->chars[at]) ? date_length(text, at) : 0;
        *ret_skip = at + (date ? date : 1);
        if (date)
                return false;
        read_run(text, at, &run);
        RedactLabel label = redact_label(text, at);
        size_t n = follows(text, at, last, &run);
        if (n == 0 && run.n > 0 && may_begin(text, at, label))
                n = take(&run, label);
        if (n == 0) {
                /* All groups of an identifier are passed over, so that none of them begins a number. */
                size_t passed = label == LABEL_IDENTIFIER ? take(&run, LABEL_NONE) : 0;
                if (run.n > 0 && redact_is_digit(text->chars[at]))
                        *ret_skip = end_of(&run, passed > 0 ? passed : 1);
                return false;
        }
        *ret = (RedactCut){ at, end_of(&run, n) };
        remember(&run, n, last);
        return true;
}
