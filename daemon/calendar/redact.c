/*
 * Scans a text for telephone numbers and mail addresses. In a link, only these are removed. An address
 * begins with a word; a number begins with a digit, a `+` or a parenthesis. Each grammar looks a bounded
 * number of characters back and ahead, so the time is linear.
 *
 * libphonenumber is not used; tests/unit/test_redact.c has a table on which it was tried, and the reasons.
 */

#include "calendar/redact.h"

#include "calendar/redact-internal.h"

#include <string.h>

#define ELLIPSIS "…"

/*
 * Whether @c may begin the UTF-8 sequence of a digit or of a full-width form. No Russian letter begins with
 * it.
 */
static bool may_be_digit(unsigned char c)
{
        return c == 0xD9 || c == 0xDB || c == 0xDF || (c >= 0xE0 && c != 0xE2 && c <= 0xF4);
}

/* Whether "(at)" or "[собака]" may begin here. */
static bool may_be_at(const char *text, size_t left)
{
        unsigned char next = left > 1 ? (unsigned char)text[1] : 0;
        return (text[0] == '(' || text[0] == '[') &&
               (next == 'a' || next == 'A' || next == 0xD0 || next == 0xD1);
}

/* Whether "%40" is here, which is "@" in a link. */
static bool is_encoded_at(const char *text, size_t left)
{
        return left > 2 && memcmp(text, "%40", 3) == 0;
}

/*
 * Whether the text may have something to remove. This is a quick test, because most texts have neither an
 * address nor enough digits.
 */
static bool may_have(const char *text, size_t len)
{
        size_t digits = 0;
        for (size_t i = 0; i < len; i++) {
                if (text[i] == '@' || may_be_digit((unsigned char)text[i]) || may_be_at(text + i, len - i) ||
                                is_encoded_at(text + i, len - i))
                        return true;
                digits += text[i] >= '0' && text[i] <= '9';
        }
        return digits >= 5;
}

bool redact_matches(const FoldedText *text, size_t at, const char *word)
{
        size_t i = 0;
        while (word[i] && at + i < text->n && text->chars[at + i] == (unsigned char)word[i])
                i++;
        return !word[i];
}

/* The state of a scan. */
typedef struct Redaction {
        const char *source;
        FoldedText text;
        Buffer *out;
        size_t done; /* number of characters that are copied or removed */
        size_t at;
        RedactLast last;
        bool is_cut;
        /* Instead of a copy: see redact_each(). */
        int (*on_found)(const RedactFound *found, void *userdata);
        void *userdata;
        int result;
} Redaction;

static void copy_to(Redaction *r, size_t end)
{
        size_t from = r->text.offsets[r->done], to = r->text.offsets[end];
        buffer_append(r->out, r->source + from, to - from);
        r->done = end;
}

static bool has_at(const Redaction *r, const RedactCut *what)
{
        const char *start = r->source + r->text.offsets[what->start];
        size_t len = r->text.offsets[what->end] - r->text.offsets[what->start];
        for (size_t i = 0; i < len; i++)
                if (start[i] == '@' || may_be_at(start + i, len - i) || is_encoded_at(start + i, len - i))
                        return true;
        return false;
}

static void report(Redaction *r, const RedactCut *what)
{
        const RedactFound found = { r->text.offsets[what->start], r->text.offsets[what->end],
                has_at(r, what) };
        r->done = r->at = what->end;
        if (r->result == 0)
                r->result = r->on_found(&found, r->userdata);
}

static void cut(Redaction *r, const RedactCut *what)
{
        if (r->on_found) {
                report(r, what);
                return;
        }
        copy_to(r, what->start);
        buffer_puts(r->out, ELLIPSIS);
        r->done = r->at = what->end;
        r->is_cut = true;
}

static void pass_link(Redaction *r, size_t end)
{
        RedactCut found;
        while (redact_find_in_link(&r->text, r->at, end, &found))
                cut(r, &found);
        r->at = end;
}

static bool begins_word(const FoldedText *text, size_t at)
{
        uint32_t before = redact_before(text, at);
        return !redact_is_digit(before) && !folded_is_letter(before);
}

static bool may_begin_number(uint32_t c)
{
        return redact_is_digit(c) || c == '+' || c == '(';
}

static void step(Redaction *r)
{
        RedactCut found;
        size_t end = r->at + 1;
        bool is_word = begins_word(&r->text, r->at);
        if (is_word && redact_find_link(&r->text, r->at, &end))
                pass_link(r, end);
        else if (redact_find_address(&r->text, r->done, r->at, &found))
                cut(r, &found);
        else if (may_begin_number(r->text.chars[r->at]) &&
                        redact_find_number(&r->text, r->at, &r->last, &found, &end))
                cut(r, &found);
        else
                r->at = end;
}

bool redact_text(const char *text, size_t len, Buffer *out)
{
        Redaction r = { .source = text, .out = out };
        if (!may_have(text, len))
                return false;
        int error = folded_text_init(text, len, &r.text);
        while (error == 0 && r.at < r.text.n)
                step(&r);
        if (error == 0 && r.is_cut)
                copy_to(&r, r.text.n);
        folded_text_done(&r.text);
        /* If there is no memory, the text is not checked, so none of it may be shown. */
        if (error < 0 && out->error == 0)
                out->error = error;
        return r.is_cut || error < 0;
}

int redact_each(const char *text, size_t len, int (*on_found)(const RedactFound *found, void *userdata),
                void *userdata)
{
        Redaction r = { .source = text, .on_found = on_found, .userdata = userdata };
        if (!may_have(text, len))
                return 0;
        r.result = folded_text_init(text, len, &r.text);
        while (r.result == 0 && r.at < r.text.n)
                step(&r);
        folded_text_done(&r.text);
        return r.result;
}
