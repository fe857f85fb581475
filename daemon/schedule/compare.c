#include "schedule/compare.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SIGNATURE_MAX_BYTES = 4 * 1024 * 1024 };

static bool is_in(const char *name, const char *const *names)
{
        while (*names && strcmp(*names, name) != 0)
                names++;
        return *names;
}

static bool is_time(const char *name)
{
        static const char *const names[] = { "DTSTART", "DTEND", "DUE", "RECURRENCE-ID", NULL };
        return is_in(name, names);
}

static bool is_of_series(const char *name)
{
        static const char *const names[] = { "DTSTART", "DTEND", "DUE", "DURATION", "RRULE", "RDATE",
                "EXDATE", "EXRULE", "RECURRENCE-ID", NULL };
        return is_in(name, names);
}

static bool counts(const char *name, CompareScope scope, bool is_override)
{
        static const char *const stamps[] = { "DTSTAMP", "CREATED", "LAST-MODIFIED", "TRANSP",
                "PERCENT-COMPLETE", "COMPLETED", "REQUEST-STATUS", NULL };
        static const char *const of_attendee[] = { "EXDATE", "COMMENT", "SEQUENCE", NULL };
        static const char *const times[] = { "DTSTART", "DTEND", "DUE", "DURATION", "RRULE", "RDATE", NULL };
        if (scope == COMPARE_TIMES)
                return is_in(name, times);
        if (is_in(name, stamps) || strncmp(name, "X-", 2) == 0 || (is_override && is_of_series(name)))
                return false;
        return scope == COMPARE_NEWS ? strcmp(name, "EXDATE") != 0 : !is_in(name, of_attendee);
}

/* Appends a line in a form that is the same for equal lines. */
static void put_line(const ItipObject *object, const ItipLine *line, CompareScope scope, Buffer *out)
{
        char instance[32];
        const ContentLine *content = &line->content;
        buffer_printf(out, "%s:", content->name);
        if (line->user) {
                buffer_puts(out, line->user);
                if (scope == COMPARE_NEWS)
                        buffer_printf(out, ";%s;%s", itip_param(line, "ROLE"), itip_param(line, "CUTYPE"));
        } else if (is_time(content->name)) {
                itip_instance(object, content, content->value, instance);
                buffer_puts(out, instance);
        } else {
                buffer_puts(out, content->value);
        }
        buffer_putc(out, '\0');
}

static int by_text(const void *a, const void *b)
{
        return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The lines that count, as a text of sorted lines. */
static int sign(const ItipObject *object, const ItipComponent *component, CompareScope scope,
                bool is_override, Buffer *out)
{
        CLEANUP(buffer_done) Buffer lines = BUFFER_INIT(SIGNATURE_MAX_BYTES);
        size_t n = 0;
        for (size_t i = 0; i < component->n_lines; i++)
                if (counts(component->lines[i].content.name, scope, is_override)) {
                        put_line(object, &component->lines[i], scope, &lines);
                        n++;
                }
        CLEANUP(cleanup_free) const char **sorted = calloc(n + 1, sizeof(*sorted));
        if (!sorted || buffer_error(&lines))
                return -ENOMEM;
        const char *text = buffer_text(&lines);
        for (size_t i = 0; i < n; text += strlen(text) + 1)
                sorted[i++] = text;
        qsort(sorted, n, sizeof(*sorted), by_text);
        for (size_t i = 0; i < n; i++) {
                buffer_puts(out, sorted[i]);
                buffer_putc(out, '\n');
        }
        return buffer_error(out);
}

int compare_components(const ItipObject *a_object, const ItipComponent *a, const ItipObject *b_object,
                const ItipComponent *b, CompareScope scope, bool is_override, bool *ret_same)
{
        CLEANUP(buffer_done) Buffer first = BUFFER_INIT(SIGNATURE_MAX_BYTES);
        CLEANUP(buffer_done) Buffer second = BUFFER_INIT(SIGNATURE_MAX_BYTES);
        int r = sign(a_object, a, scope, is_override, &first);
        if (r == 0)
                r = sign(b_object, b, scope, is_override, &second);
        if (r == 0)
                *ret_same = strcmp(a->name, b->name) == 0 &&
                            strcmp(buffer_text(&first), buffer_text(&second)) == 0;
        return r;
}
