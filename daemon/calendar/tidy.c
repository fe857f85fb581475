#include "calendar/tidy.h"

#include <string.h>
#include <strings.h>

static const char byte_order_mark[] = "\xEF\xBB\xBF";

/*
 * Returns the length of the line without its end: LF, CR LF, CR CR LF or CR. @ret_next: the text after the
 * end.
 */
static size_t measure(const char *text, const char *end, const char **ret_next)
{
        const char *stop = text;
        while (stop < end && *stop != '\n' && *stop != '\r')
                stop++;
        size_t len = (size_t)(stop - text);
        while (stop < end && *stop == '\r')
                stop++;
        stop += stop < end && *stop == '\n';
        *ret_next = stop;
        return len;
}

static size_t without_blanks(const char *line, size_t len)
{
        while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\t'))
                len--;
        return len;
}

static bool is_frame(const char *line, size_t len)
{
        return (len > 6 && strncasecmp(line, "BEGIN:", 6) == 0) ||
               (len > 4 && strncasecmp(line, "END:", 4) == 0);
}

/* Returns the length of the byte order marks and NULs before BEGIN; 0 if another word is after them. */
static size_t marks_before_begin(const char *line, size_t len)
{
        size_t n = 0;
        while (len - n >= 3 && (line[n] == '\0' || memcmp(line + n, byte_order_mark, 3) == 0))
                n += line[n] == '\0' ? 1 : 3;
        return len - n >= 6 && strncasecmp(line + n, "BEGIN:", 6) == 0 ? n : 0;
}

/*
 * Returns how many octets of the line at *@line are kept, and moves @line past byte order marks before
 * BEGIN. A line of blanks is kept, because it may continue a folded line, except if @first is true: the
 * lines before it are all empty.
 */
static size_t kept_length(const char **line, size_t len, bool first)
{
        size_t marks = marks_before_begin(*line, len);
        *line += marks;
        len -= marks;
        size_t bare = without_blanks(*line, len);
        return (bare == 0 && first) || is_frame(*line, bare) ? bare : len;
}

static bool is_tidy(const char *text, size_t len)
{
        const char *end = text + len, *next;
        bool first = true;
        for (const char *at = text; at < end; at = next) {
                const char *line = at;
                size_t whole = measure(at, end, &next), tail = (size_t)(next - at) - whole;
                bool good_end = tail == 0 || (tail == 1 && next[-1] == '\n') ||
                                (tail == 2 && next[-1] == '\n');
                if (!good_end || kept_length(&line, whole, first) != whole || line != at)
                        return false;
                first = first && whole == 0;
        }
        return true;
}

bool calendar_tidy(const char *text, size_t len, Buffer *out)
{
        const char *end = text + len, *next;
        if (is_tidy(text, len))
                return false;
        bool first = true;
        for (const char *at = text; at < end; at = next) {
                const char *line = at;
                size_t keep = kept_length(&line, measure(at, end, &next), first);
                first = first && keep == 0;
                buffer_append(out, line, keep);
                buffer_append(out, "\r\n", 2);
        }
        return true;
}
