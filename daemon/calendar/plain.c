#include "calendar/plain.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "base/contentline.h"
#include "base/phrase.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { UID_MAX_BYTES = 1000, SUMMARY_MAX_BYTES = 1000 };

struct PlainObject {
        Arena arena;
        const char *text;
        size_t len;
        PlainKind kind;
        const char *uid, *summary, *status;
        EventClass class;
        int sequence;
};

/* The properties of one component. */
typedef struct PlainPart {
        const char *uid, *summary, *status;
        EventClass class;
        int sequence;
        bool is_override;
} PlainPart;

/* The state of the pass over the lines. */
typedef struct Pass {
        PlainObject *plain;
        PlainPart part; /* the component that is open */
        bool is_open;   /* a component is open that is no VTIMEZONE */
        bool has_any;   /* a component was complete */
        bool has_first; /* that component was no override */
        size_t n_calendars;
        InputError *error;
} Pass;

static const char *const kind_names[] = {
        [PLAIN_EVENT] = "VEVENT", [PLAIN_TODO] = "VTODO", [PLAIN_JOURNAL] = "VJOURNAL"
};

enum { N_KINDS = sizeof(kind_names) / sizeof(kind_names[0]) };

static int refuse(const Pass *pass, const ContentLine *line, int condition, const char *what)
{
        input_error_set(pass->error, line->number, line->name, "%s", phrase(what));
        return condition;
}

static int begin_component(Pass *pass, const ContentLine *line)
{
        int kind = 0;
        while (kind < N_KINDS && strcmp(kind_names[kind], line->value) != 0)
                kind++;
        if (strcmp(line->value, "VTIMEZONE") == 0 || strncmp(line->value, "X-", 2) == 0)
                return 0;
        if (kind == N_KINDS)
                return refuse(pass, line, PLAIN_E_COMPONENT, "is a component that is not kept here");
        if (pass->has_any && (PlainKind)kind != pass->plain->kind)
                return refuse(pass, line, PLAIN_E_SEVERAL,
                                "is of another kind than the component before it");
        pass->plain->kind = (PlainKind)kind;
        pass->part = (PlainPart){ .summary = "", .status = "" };
        pass->is_open = true;
        return 0;
}

static int on_begin(Pass *pass, const ContentLine *line)
{
        if (line->depth == 1)
                return begin_component(pass, line);
        if (line->depth > 1)
                return 0;
        if (strcmp(line->value, "VCALENDAR") != 0 || pass->n_calendars++ > 0)
                return refuse(pass, line, PLAIN_E_INVALID, "one VCALENDAR is expected, and nothing else");
        return 0;
}

static int end_component(Pass *pass, const ContentLine *line)
{
        PlainObject *plain = pass->plain;
        const PlainPart *part = &pass->part;
        if (!pass->is_open)
                return 0;
        pass->is_open = false;
        if (!part->uid)
                return refuse(pass, line, PLAIN_E_SEVERAL, "has no UID");
        if (pass->has_any && strcmp(plain->uid, part->uid) != 0)
                return refuse(pass, line, PLAIN_E_SEVERAL, "has another UID than the component before it");
        if (pass->has_any && (part->is_override || pass->has_first))
                return 0;
        plain->uid = part->uid;
        plain->summary = part->summary;
        plain->status = part->status;
        plain->class = part->class;
        plain->sequence = part->sequence;
        pass->has_any = true;
        pass->has_first = !part->is_override;
        return 0;
}

static int copy_value(PlainObject *plain, const char *value, size_t len, const char **ret)
{
        const char *copy = arena_copy(&plain->arena, value, len);
        if (!copy)
                return -ENOMEM;
        *ret = copy;
        return 0;
}

static int copy_text(PlainObject *plain, const ContentLine *line, size_t max, const char **ret)
{
        CLEANUP(buffer_done) Buffer decoded = BUFFER_INIT(CONTENT_LIMITS_OBJECT.line_bytes);
        content_unescape(&decoded, line->value, line->value_len);
        if (buffer_error(&decoded))
                return buffer_error(&decoded);
        return copy_value(plain, buffer_text(&decoded), decoded.len < max ? decoded.len : 0, ret);
}

static int read_sequence(const char *value)
{
        char *end;
        errno = 0;
        long sequence = strtol(value, &end, 10);
        return errno == 0 && !*end && sequence >= 0 && sequence < INT_MAX ? (int)sequence : 0;
}

static int take_property(Pass *pass, const ContentLine *line)
{
        PlainObject *plain = pass->plain;
        PlainPart *part = &pass->part;
        if (strcmp(line->name, "UID") == 0) {
                if (line->value_len == 0 || line->value_len > UID_MAX_BYTES || part->uid)
                        return refuse(pass, line, PLAIN_E_INVALID, "is empty, too long or repeated");
                return copy_text(plain, line, UID_MAX_BYTES + 1, &part->uid);
        }
        if (strcmp(line->name, "SUMMARY") == 0)
                return copy_text(plain, line, SUMMARY_MAX_BYTES, &part->summary);
        if (strcmp(line->name, "STATUS") == 0)
                return copy_text(plain, line, SUMMARY_MAX_BYTES, &part->status);
        if (strcmp(line->name, "CLASS") == 0)
                part->class = event_class_of(line->value);
        else if (strcmp(line->name, "SEQUENCE") == 0)
                part->sequence = read_sequence(line->value);
        else if (strcmp(line->name, "RECURRENCE-ID") == 0)
                part->is_override = true;
        return 0;
}

static int on_line(Pass *pass, const ContentLine *line)
{
        if (strcmp(line->name, "BEGIN") == 0)
                return on_begin(pass, line);
        if (strcmp(line->name, "END") == 0)
                return line->depth == 1 ? end_component(pass, line) : 0;
        if (line->depth == 0)
                return refuse(pass, line, PLAIN_E_INVALID, "stands outside of the VCALENDAR");
        if (line->depth == 1 && strcmp(line->name, "METHOD") == 0)
                return refuse(pass, line, PLAIN_E_SEVERAL, "belongs to messages, not to kept objects");
        return pass->is_open && line->depth == 2 ? take_property(pass, line) : 0;
}

static int collect(PlainObject *plain, InputError *error)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(plain->text, plain->len, &CONTENT_LIMITS_OBJECT);
        Pass pass = { .plain = plain, .error = error };
        ContentLine line;
        int r = reader ? 0 : -ENOMEM;
        while (r == 0) {
                r = content_reader_next(reader, &line, error);
                if (r == CONTENT_END)
                        break;
                r = r == 0 ? on_line(&pass, &line) : r == CONTENT_E_INVALID ? PLAIN_E_INVALID : r;
        }
        if (r == CONTENT_END && !pass.has_any) {
                input_error_set(error, 1, "VCALENDAR", "%s", phrase("has no VEVENT, VTODO or VJOURNAL"));
                return pass.n_calendars > 0 ? PLAIN_E_SEVERAL : PLAIN_E_INVALID;
        }
        return r == CONTENT_END ? 0 : r;
}

int plain_parse(const char *text, size_t len, PlainObject **ret, InputError *ret_error)
{
        InputError unused;
        CLEANUP(plain_freep) PlainObject *plain = calloc(1, sizeof(*plain));
        *ret = NULL;
        if (!plain)
                return -ENOMEM;
        plain->text = arena_copy(&plain->arena, text, len);
        plain->len = len;
        int r = plain->text ? collect(plain, ret_error ? ret_error : &unused) : -ENOMEM;
        if (r == 0)
                *ret = TAKE_PTR(plain);
        return r;
}

PlainObject *plain_free(PlainObject *plain)
{
        if (!plain)
                return NULL;
        arena_done(&plain->arena);
        free(plain);
        return NULL;
}

PlainKind plain_kind(const PlainObject *plain)
{
        return plain->kind;
}

const char *plain_text(const PlainObject *plain, size_t *ret_len)
{
        *ret_len = plain->len;
        return plain->text;
}

const char *plain_uid(const PlainObject *plain)
{
        return plain->uid;
}

const char *plain_summary(const PlainObject *plain)
{
        return plain->summary;
}

const char *plain_status(const PlainObject *plain)
{
        return plain->status;
}

EventClass plain_class(const PlainObject *plain)
{
        return plain->class;
}

int plain_sequence(const PlainObject *plain)
{
        return plain->sequence;
}
