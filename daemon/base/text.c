#include "base/text.h"

#include "base/cleanup.h"
#include "base/strings.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/uchar.h>
#include <unicode/uloc.h>
#include <unicode/unorm2.h>
#include <unicode/upluralrules.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

enum { TEXT_MAX = 64 * 1024, RANGES_MAX = 32, NAME_UNITS_MAX = 128 };

#define NO_BREAK_SPACE "\u00a0"

static int error_of(UErrorCode code)
{
        return code == U_MEMORY_ALLOCATION_ERROR ? -ENOMEM : -EINVAL;
}

int text_language_name(Buffer *out, const char *language, const char *named)
{
        UErrorCode code = U_ZERO_ERROR;
        UChar units[NAME_UNITS_MAX];
        char name[NAME_UNITS_MAX * 3 + 1];
        int32_t len = 0;
        int32_t n = uloc_getDisplayLanguage(
                        named, text_strings(language_of(language))->locale, units, NAME_UNITS_MAX, &code);
        if (U_SUCCESS(code))
                u_strToUTF8(name, sizeof(name), &len, units, n, &code);
        if (U_FAILURE(code))
                return error_of(code);
        buffer_append(out, name, (size_t)len);
        return buffer_error(out);
}

int text_capital(Buffer *out, const char *text)
{
        UChar32 first;
        int32_t at = 0;
        uint8_t capital[U8_MAX_LENGTH];
        size_t n = 0;
        U8_NEXT(text, at, -1, first);
        if (first <= 0)
                return first < 0 ? -EINVAL : 0;
        U8_APPEND_UNSAFE(capital, n, u_toupper(first));
        buffer_append(out, (const char *)capital, n);
        buffer_puts(out, text + at);
        return buffer_error(out);
}

void text_plain_blanks(char *text)
{
        char *to = text;
        while (*text) {
                bool blank = strncmp(text, NO_BREAK_SPACE, strlen(NO_BREAK_SPACE)) == 0;
                *to++ = blank ? ' ' : *text;
                text += blank ? strlen(NO_BREAK_SPACE) : 1;
        }
        *to = '\0';
}

static size_t width_of(UChar32 c)
{
        int8_t type = u_charType(c);
        if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR)
                return 0;
        int32_t width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
        return width == U_EA_FULLWIDTH || width == U_EA_WIDE ? 2 : 1;
}

size_t text_width(const char *text)
{
        size_t width = 0, len = strlen(text);
        for (size_t i = 0; i < len;) {
                UChar32 c;
                U8_NEXT(text, i, len, c);
                width += c < 0 ? 1 : width_of(c);
        }
        return width;
}

static int plural_of(const char *language, int64_t number, char *ret, size_t size)
{
        UErrorCode code = U_ZERO_ERROR;
        UChar units[32];
        UPluralRules *rules = uplrules_open(text_strings(language_of(language))->locale, &code);
        int32_t n = U_SUCCESS(code) ? uplrules_select(rules, (double)number, units, 32, &code) : 0;
        uplrules_close(rules);
        if (U_FAILURE(code))
                return error_of(code);
        u_UCharsToChars(units, ret, n);
        ret[(size_t)n < size ? (size_t)n : size - 1] = '\0';
        return 0;
}

static const TextArgument *find_argument(const TextArgument *arguments, const char *name, size_t len)
{
        for (const TextArgument *argument = arguments; argument && argument->name; argument++)
                if (strlen(argument->name) == len && memcmp(argument->name, name, len) == 0)
                        return argument;
        return NULL;
}

/*
 * Returns how well the name of a plural's branch fits: 3 for the number itself (`=0`), 2 for its category, 1
 * for `other`, 0 for any other name.
 */
static int rank_of(const char *name, size_t len, const char *exact, const char *category)
{
        const char *const names[] = { "other", category, exact };
        for (int rank = 3; rank > 0; rank--)
                if (strlen(names[rank - 1]) == len && memcmp(name, names[rank - 1], len) == 0)
                        return rank;
        return 0;
}

/*
 * Finds the branch that fits a number best, such as `few {# дня}` for 3 in ` =0 {...} one {...} few {...}
 * other {...}`. @category: ICU's plural category of the number.
 */
static int find_branch(const char *text, size_t len, int64_t number, const char *category, const char **ret,
                size_t *ret_len)
{
        const char *c = text, *end = text + len;
        char exact[24];
        int best = 0;
        snprintf(exact, sizeof(exact), "=%lld", (long long)number);
        while (c < end) {
                c += strspn(c, " \n");
                const char *name = c;
                size_t name_len = strcspn(c, " {");
                c = memchr(c, '{', (size_t)(end - c));
                const char *close = c ? memchr(c, '}', (size_t)(end - c)) : NULL;
                if (!close)
                        return -EINVAL;
                int rank = rank_of(name, name_len, exact, category);
                if (rank > best) {
                        best = rank;
                        *ret = c + 1;
                        *ret_len = (size_t)(close - c - 1);
                }
                c = close + 1;
                c += strspn(c, " \n");
        }
        return best > 0 ? 0 : -EINVAL;
}

static int append_plural(Buffer *out, const char *language, const TextArgument *argument,
                const char *branches, size_t len)
{
        char category[16];
        const char *branch;
        size_t branch_len = 0;
        int r = plural_of(language, argument->number, category, sizeof(category));
        if (r == 0)
                r = find_branch(branches, len, argument->number, category, &branch, &branch_len);
        for (size_t i = 0; r == 0 && i < branch_len; i++) {
                if (branch[i] == '#')
                        buffer_printf(out, "%lld", (long long)argument->number);
                else if (branch[i] == ' ' && i > 0 && branch[i - 1] == '#')
                        buffer_puts(out, NO_BREAK_SPACE);
                else
                        buffer_putc(out, branch[i]);
        }
        return r;
}

/* Finds the brace that closes @open, after any braces inside; NULL when there is none. */
static const char *closing_brace(const char *open)
{
        int depth = 0;
        for (const char *c = open; *c; c++) {
                depth += *c == '{' ? 1 : *c == '}' ? -1 : 0;
                if (depth == 0)
                        return c;
        }
        return NULL;
}

static int append_argument(Buffer *out, const char *language, const char *inside, size_t len,
                const TextArgument *arguments)
{
        static const char plural[] = ", plural,";
        size_t name_len = strcspn(inside, ",}");
        const TextArgument *argument = find_argument(arguments, inside, name_len);
        if (!argument)
                return -EINVAL;
        if (name_len < len) {
                if (strncmp(inside + name_len, plural, sizeof(plural) - 1) != 0 || argument->text)
                        return -EINVAL;
                const char *branches = inside + name_len + sizeof(plural) - 1;
                return append_plural(
                                out, language, argument, branches, len - name_len - (sizeof(plural) - 1));
        }
        if (argument->text)
                buffer_puts(out, argument->text);
        else
                buffer_printf(out, "%lld", (long long)argument->number);
        return 0;
}

int text_message(Buffer *out, const char *language, const char *pattern, const TextArgument *arguments)
{
        size_t before = out->len;
        int r = 0;
        for (const char *c = pattern; r == 0 && *c; c++) {
                if (*c != '{') {
                        buffer_putc(out, *c);
                        continue;
                }
                const char *close = closing_brace(c);
                r = close ? append_argument(out, language, c + 1, (size_t)(close - c - 1), arguments)
                          : -EINVAL;
                c = close ? close : c;
        }
        if (r < 0)
                buffer_remove(out, before, out->len - before);
        return r < 0 ? r : buffer_error(out);
}

/*
 * Whether a mark shows the stress of a vowel, as in "за́мок". An accent that belongs to a letter, as in "é",
 * is not found: NFKC has joined it with the letter.
 */
static bool is_stress(UChar unit)
{
        return unit == 0x0300 || unit == 0x0301;
}

/* Folds the text. Asks ICU for the length first: one character may become eighteen (U+FDFA). */
static int fold_units(const UChar *units, int32_t n, UChar **ret, int32_t *ret_n)
{
        UErrorCode code = U_ZERO_ERROR;
        const UNormalizer2 *fold = unorm2_getNFKCCasefoldInstance(&code);
        int32_t folded_n = U_SUCCESS(code) ? unorm2_normalize(fold, units, n, NULL, 0, &code) : 0;
        if (U_FAILURE(code) && code != U_BUFFER_OVERFLOW_ERROR)
                return error_of(code);
        CLEANUP(cleanup_free) UChar *folded = calloc((size_t)folded_n + 1, sizeof(*folded));
        if (!folded)
                return -ENOMEM;
        code = U_ZERO_ERROR;
        unorm2_normalize(fold, units, n, folded, folded_n + 1, &code);
        if (U_FAILURE(code))
                return error_of(code);
        int32_t kept = 0;
        for (int32_t i = 0; i < folded_n; i++)
                if (!is_stress(folded[i]))
                        folded[kept++] = folded[i] == 0x0451 ? 0x0435 : folded[i];
        *ret = TAKE_PTR(folded);
        *ret_n = kept;
        return 0;
}

int text_fold(Buffer *out, const char *text)
{
        UErrorCode code = U_ZERO_ERROR;
        size_t len = strlen(text);
        if (len > TEXT_MAX)
                return -EFBIG;
        int32_t n = 0, folded_n = 0;
        CLEANUP(cleanup_free) UChar *units = calloc(len + 1, sizeof(*units));
        CLEANUP(cleanup_free) UChar *folded = NULL;
        if (!units)
                return -ENOMEM;
        u_strFromUTF8(units, (int32_t)len + 1, &n, text, (int32_t)len, &code);
        int r = U_SUCCESS(code) ? fold_units(units, n, &folded, &folded_n) : error_of(code);
        if (r < 0)
                return r;
        size_t room = (size_t)folded_n * 3 + 1;
        CLEANUP(cleanup_free) char *utf8 = malloc(room);
        if (!utf8)
                return -ENOMEM;
        u_strToUTF8(utf8, (int32_t)room, &n, folded, folded_n, &code);
        if (U_FAILURE(code))
                return error_of(code);
        buffer_append(out, utf8, (size_t)n);
        return buffer_error(out);
}

/* Whether a character can be a part of an address or UID. */
static bool is_part(char c)
{
        return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 || (c && strchr("@._+-", c));
}

bool text_has_word(const char *text, const char *word, char *(*find)(const char *, const char *))
{
        size_t len = strlen(word);
        for (const char *at = text; len > 0 && (at = find(at, word)); at++) {
                const char *after = at + len;
                bool is_stop = *after == '.' && !is_part(after[1]); /* the point that ends a sentence */
                if ((at == text || !is_part(at[-1])) && (is_stop || !is_part(*after)))
                        return true;
        }
        return false;
}

/* Returns the weight of one range of Accept-Language; 1 if the range gives none. */
static double weight_of(const char *range, size_t len)
{
        const char *q = memmem(range, len, "q=", 2);
        return q ? strtod(q + 2, NULL) : 1.0;
}

const char *text_language(const char *accept_language, const char *fallback)
{
        const char *best = fallback;
        double best_weight = 0;
        const char *c = accept_language ? accept_language : "";
        for (int i = 0; *c && i < RANGES_MAX; i++) {
                c += strspn(c, " ,");
                size_t len = strcspn(c, ",");
                double weight = weight_of(c, len);
                Language language;
                if (weight > best_weight && language_find(c, &language) == 0) {
                        best = language_tag(language);
                        best_weight = weight;
                }
                c += len;
        }
        return best;
}

int text_zone_from_windows(const char *windows, char *ret, size_t size)
{
        UErrorCode code = U_ZERO_ERROR;
        UChar name[128], iana[128];
        int32_t n = 0;
        if (strlen(windows) >= sizeof(name) / sizeof(name[0]))
                return -ENOENT;
        u_strFromUTF8(name, 128, &n, windows, -1, &code);
        if (U_SUCCESS(code))
                n = ucal_getTimeZoneIDForWindowsID(name, n, "001", iana, 128, &code);
        if (U_FAILURE(code))
                return error_of(code);
        if (n <= 0 || n >= 128)
                return -ENOENT;
        if ((size_t)n >= size)
                return -ENOBUFS;
        u_UCharsToChars(iana, ret, n);
        ret[n] = '\0';
        return 0;
}
