/*
 * Finds mail addresses (RFC 5322, 3.4.1, with the letters of every script: RFC 6531) and links. A link and
 * its digits are kept, except for an address in it, and for the number in a link that calls a messenger.
 */

#include "calendar/redact-internal.h"

#include <string.h>

enum {
        QUOTED_MAX = 64, /* RFC 5321, 4.5.3.1.1 */
        LABELS_MAX = 16, /* of the domain of a bare link */
        LINK_DIGITS_MIN = 10,
        LINK_DIGITS_MAX = 15,
};

static bool is_word_char(uint32_t c)
{
        return redact_is_digit(c) || folded_is_letter(c) || c == 0xFFFD;
}

static bool is_local_char(uint32_t c)
{
        return is_word_char(c) || (c < 0x80 && c > ' ' && strchr(".!#$%&'*+/=?^_`{|}~-", (int)c));
}

static bool is_domain_char(uint32_t c)
{
        return is_word_char(c) || c == '.' || c == '-';
}

/* Finds a domain literal, such as "[192.0.2.1]". Return: the position after it; 0 if there is none. */
static size_t literal_end(const FoldedText *text, size_t at)
{
        if (at >= text->n || text->chars[at] != '[')
                return 0;
        size_t end = at + 1;
        while (end < text->n && (redact_is_digit(text->chars[end]) || text->chars[end] == '.' ||
                                                text->chars[end] == ':'))
                end++;
        return end > at + 1 && end < text->n && text->chars[end] == ']' ? end + 1 : 0;
}

/* Whether no label of a domain follows at @end. A dot there may be that of the sentence. */
static bool ends_domain(const FoldedText *text, size_t end)
{
        return text->chars[end] == '.' ? !is_word_char(text->chars[end + 1])
                                       : !is_domain_char(text->chars[end]);
}

/*
 * Whether the domain takes no mail: that of a chat of Teams or Skype, "19:meeting_…@thread.skype", or of a
 * calendar of Google.
 */
static bool is_without_mail(const FoldedText *text, size_t at)
{
        static const char *const calendars[] = { "group.calendar.google.com", "group.v.calendar.google.com",
                "import.calendar.google.com", "resource.calendar.google.com" };
        for (size_t i = 0; i < sizeof(calendars) / sizeof(calendars[0]); i++)
                if (redact_matches(text, at, calendars[i]) && ends_domain(text, at + strlen(calendars[i])))
                        return true;
        return redact_matches(text, at, "thread.");
}

/*
 * Whether the label may be the last one of a domain: it has letters only (RFC 3696, 2), or is an
 * A-label.
 */
static bool is_top_label(const FoldedText *text, size_t start, size_t end)
{
        size_t i = start;
        while (i < end && folded_is_letter(text->chars[i]))
                i++;
        return end - start >= 2 && (i == end || redact_matches(text, start, "xn--"));
}

/*
 * Finds a domain literal, or a name with a dot. Return: the position after it; 0 if there is none.
 */
static size_t domain_end(const FoldedText *text, size_t at)
{
        size_t end = at, label = at, n_labels = 1;
        while (end < text->n && is_domain_char(text->chars[end])) {
                if (text->chars[end] == '.' && is_word_char(text->chars[end + 1])) {
                        label = end + 1;
                        n_labels++;
                }
                end++;
        }
        while (end > at && (text->chars[end - 1] == '.' || text->chars[end - 1] == '-'))
                end--;
        return n_labels > 1 && !is_without_mail(text, at) && is_top_label(text, label, end)
                               ? end
                               : literal_end(text, at);
}

/* Skips "@" or a spelling of it: "(at)", "[собака]". Return: @at if there is none. */
static size_t pass_at_sign(const FoldedText *text, size_t at)
{
        static const uint32_t dog[] = { 0x0441, 0x043E, 0x0431, 0x0430, 0x043A, 0x0430 };
        size_t i = at, n = 0;
        if (text->chars[at] == '@')
                return at + 1;
        if (text->chars[i] == ' ')
                i++;
        if (text->chars[i] != '(' && text->chars[i] != '[')
                return at;
        i++;
        while (n < 6 && i + n < text->n && text->chars[i + n] == dog[n])
                n++;
        size_t end = redact_matches(text, i, "at") ? i + 2 : n == 6 ? i + n : i;
        if (end == i || (text->chars[end] != ')' && text->chars[end] != ']'))
                return at;
        return text->chars[end + 1] == ' ' ? end + 2 : end + 1;
}

/*
 * Finds the opening mark of a quoted local part, whose closing mark is at @quote; @quote if there is none.
 */
static size_t quoted_start(const FoldedText *text, size_t from, size_t quote)
{
        size_t at = quote;
        while (at > from && quote - at < QUOTED_MAX && text->chars[at - 1] != '\n')
                if (text->chars[--at] == '"')
                        return at;
        return quote;
}

bool redact_find_address(const FoldedText *text, size_t from, size_t at, RedactCut *ret)
{
        static const char scheme[] = "mailto:";
        size_t start = at, end = at, n = sizeof(scheme) - 1;
        if (text->chars[at] == '"' && text->chars[at + 1] == '@')
                start = quoted_start(text, from, end++);
        else if (at == from || !is_local_char(redact_before(text, at)))
                while (end < text->n && is_local_char(text->chars[end]))
                        end++;
        if (end == at)
                return false;
        size_t domain = pass_at_sign(text, end);
        if (domain == end || (domain = domain_end(text, domain)) == 0)
                return false;
        if (start >= from + n && redact_matches(text, start - n, scheme))
                start -= n;
        *ret = (RedactCut){ start, domain };
        return true;
}

/* ---- Links ---- */

/*
 * Whether the label is a known Cyrillic top-level domain. No other is accepted: "тел.доб/123" is not a
 * link.
 */
static bool is_cyrillic_top(const FoldedText *text, size_t start, size_t end)
{
        static const uint32_t tops[][7] = {
                { 0x0440, 0x0444 },                                 /* рф */
                { 0x0440, 0x0443, 0x0441 },                         /* рус */
                { 0x0441, 0x0430, 0x0439, 0x0442 },                 /* сайт */
                { 0x043E, 0x043D, 0x043B, 0x0430, 0x0439, 0x043D }, /* онлайн */
                { 0x043C, 0x043E, 0x0441, 0x043A, 0x0432, 0x0430 }, /* москва */
                { 0x0434, 0x0435, 0x0442, 0x0438 },                 /* дети */
                { 0x0431, 0x0435, 0x043B },                         /* бел */
        };
        for (size_t i = 0; i < sizeof(tops) / sizeof(tops[0]); i++) {
                size_t n = 0;
                while (tops[i][n] && start + n < end && text->chars[start + n] == tops[i][n])
                        n++;
                if (!tops[i][n] && start + n == end)
                        return true;
        }
        return false;
}

/* Whether a domain with a path begins at @at, such as "zoom.us/j/89123456789". */
static bool is_bare_link(const FoldedText *text, size_t at)
{
        size_t end = at, label = at, n_labels = 1;
        if (is_domain_char(redact_before(text, at)))
                return false;
        while (end < text->n && n_labels < LABELS_MAX && is_domain_char(text->chars[end])) {
                if (text->chars[end] == '.') {
                        if (redact_is_label(text, label, end))
                                return false;
                        label = end + 1;
                        n_labels++;
                }
                end++;
        }
        if (n_labels < 2 || (text->chars[end] != '/' && text->chars[end] != '?'))
                return false;
        size_t i = label;
        while (i < end && redact_is_latin(text->chars[i]))
                i++;
        return !redact_is_label(text, label, end) &&
               ((i == end && end - label >= 2) || is_cyrillic_top(text, label, end));
}

static bool has_scheme(const FoldedText *text, size_t at)
{
        enum { SCHEME_MAX = 16 };
        size_t end = at;
        while (end < text->n && end - at < SCHEME_MAX && redact_is_latin(text->chars[end]))
                end++;
        return end > at && redact_matches(text, end, "://");
}

/*
 * Whether a link ends at @at. A blank, an angle bracket or a quotation mark ends it. A comma, semicolon or
 * bar ends it if a blank or a character outside ASCII follows, because then it belongs to the sentence.
 */
static bool ends_link(const FoldedText *text, size_t at)
{
        uint32_t c = text->chars[at];
        if (c == ',' || c == ';' || c == '|')
                return text->chars[at + 1] >= 0x80 || text->chars[at + 1] == ' ' ||
                       text->chars[at + 1] == '\n';
        return c == ' ' || c == '\n' || c == '<' || c == '>' || c == '"' || c == 0x00AB || c == 0x00BB;
}

bool redact_find_link(const FoldedText *text, size_t at, size_t *ret_end)
{
        if (!has_scheme(text, at) && !redact_matches(text, at, "www.") && !is_bare_link(text, at))
                return false;
        while (at < text->n && !ends_link(text, at))
                at++;
        *ret_end = at;
        return true;
}

/*
 * Whether a telephone number follows words at @at that a link to a messenger or a telephone has before it.
 * @ret: the number
 */
static bool is_called(const FoldedText *text, size_t at, size_t end, RedactCut *ret)
{
        static const char *const words[] = { "wa.me/", "t.me/+", "signal.me/#p/",
                "phone=", "tel=", "number=", "tel:" };
        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
                if (!redact_matches(text, at, words[i]))
                        continue;
                size_t start = at + strlen(words[i]), digits;
                start += redact_matches(text, start, "+") ? 1 : redact_matches(text, start, "%2b") ? 3 : 0;
                for (digits = start; digits < end && redact_is_digit(text->chars[digits]);)
                        digits++;
                *ret = (RedactCut){ start, digits };
                if (digits - start >= LINK_DIGITS_MIN && digits - start <= LINK_DIGITS_MAX)
                        return true;
        }
        return false;
}

/* Returns how long "@" or its percent-encoded form is at @at; 0 if neither is there. */
static size_t at_sign_of_link(const FoldedText *text, size_t at)
{
        return text->chars[at] == '@' ? 1 : redact_matches(text, at, "%40") ? 3 : 0;
}

/*
 * Returns how long the character is at @at, or its percent-encoded form, that separates the parts of a link;
 * 0 if there is none. A local part may begin after it.
 */
static size_t link_divider(const FoldedText *text, size_t at)
{
        static const char *const encoded[] = { "%2f", "%3d", "%26", "%3f", "%23", "%3a" };
        uint32_t c = text->chars[at];
        for (size_t i = 0; i < sizeof(encoded) / sizeof(encoded[0]); i++)
                if (redact_matches(text, at, encoded[i]))
                        return strlen(encoded[i]);
        return c == '/' || c == '=' || c == '&' || c == '?' || c == '#' || c == ':' || c == '@';
}

bool redact_find_in_link(const FoldedText *text, size_t at, size_t end, RedactCut *ret)
{
        size_t local = at;
        for (; at < end; at++) {
                if (is_called(text, at, end, ret))
                        return true;
                size_t sign = at_sign_of_link(text, at);
                if (sign > 0 && at > local) {
                        size_t domain = domain_end(text, at + sign);
                        *ret = (RedactCut){ local, domain < end ? domain : end };
                        if (domain != 0)
                                return true;
                }
                size_t divider = link_divider(text, at);
                local = divider > 0 ? at + divider : local;
        }
        return false;
}
