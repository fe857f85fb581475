#include "letter/same.h"

#include "base/text.h"

#include <errno.h>
#include <string.h>

enum { PLACE_BYTES = 64 * 1024 };

static bool has_clock(const When *when)
{
        return when->form == WHEN_FLOATING || when->form == WHEN_ZONED;
}

static bool same_civil(const When *a, const When *b)
{
        return civil_seconds(&a->civil) == civil_seconds(&b->civil);
}

static bool same_end(const When *a, usec_t a_usec, const When *b, usec_t b_usec)
{
        if (a->form == WHEN_DATE || b->form == WHEN_DATE)
                return a->form == b->form && same_civil(a, b);
        return a->form == WHEN_FLOATING && b->form == WHEN_FLOATING ? same_civil(a, b) : a_usec == b_usec;
}

bool same_times(const Occurrence *a, const Occurrence *b)
{
        return same_end(&a->start, a->start_usec, &b->start, b->start_usec) &&
               (!has_clock(&a->start) || !has_clock(&b->start) || same_civil(&a->start, &b->start)) &&
               same_end(&a->end, a->end_usec, &b->end, b->end_usec);
}

/* Appends the text in lower case, without blanks at its ends, and with one blank for several. */
static int append_plain(Buffer *out, const char *text)
{
        CLEANUP(buffer_done) Buffer folded = BUFFER_INIT(PLACE_BYTES);
        int r = text_fold(&folded, text);
        if (r < 0)
                return r;
        for (const char *c = buffer_text(&folded); *(c += strspn(c, " \t\r\n"));) {
                size_t len = strcspn(c, " \t\r\n");
                buffer_puts(out, out->len > 0 ? " " : "");
                buffer_append(out, c, len);
                c += len;
        }
        return buffer_error(out);
}

int same_place(const char *a, const char *b, bool *ret)
{
        CLEANUP(buffer_done) Buffer one = BUFFER_INIT(PLACE_BYTES), other = BUFFER_INIT(PLACE_BYTES);
        *ret = strcmp(a, b) == 0;
        if (*ret)
                return 0;
        int r = append_plain(&one, a);
        if (r == 0)
                r = append_plain(&other, b);
        *ret = r == 0 && strcmp(buffer_text(&one), buffer_text(&other)) == 0;
        return r == -EFBIG ? 0 : r;
}
