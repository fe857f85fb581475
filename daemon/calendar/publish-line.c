#include "calendar/publish-line.h"

#include "calendar/component.h"
#include "calendar/redact.h"
#include "calendar/when.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define TIME_ENDS ",/" /* the separators of the times of a list and of a period */

enum { LINE_MAX_BYTES = 8 * 1024 * 1024, SHORT_LINE_BYTES = 77 /* 75 octets and CRLF */ };

bool publish_line_has_no_zone(const ContentLine *line)
{
        const char *type = content_line_param(line, "VALUE");
        if (type && strcasecmp(type, "DATE") == 0)
                return true;
        for (const char *at = line->value;; at++) {
                size_t len = strcspn(at, TIME_ENDS);
                bool is_length = at > line->value && at[-1] == '/' && !isdigit((unsigned char)*at);
                if (!is_length && (len == 0 || at[len - 1] != 'Z'))
                        return false;
                at += len;
                if (!*at)
                        return true;
        }
}

bool publish_line_is_odd_time(const ContentLine *line)
{
        for (size_t i = 1; i < line->n_params; i++)
                for (size_t k = 0; k < i; k++)
                        if (strcmp(line->params[i].name, line->params[k].name) == 0)
                                return true;
        for (const char *at = line->value;; at++) {
                if (when_has_leap(at))
                        return true;
                at += strcspn(at, TIME_ENDS);
                if (!*at)
                        return false;
        }
}

/* Whether the parameter comes first with its name. */
static bool is_first(const ContentLine *line, size_t index)
{
        for (size_t i = 0; i < index; i++)
                if (strcmp(line->params[i].name, line->params[index].name) == 0)
                        return false;
        return true;
}

void publish_line_write_odd_time(const ContentLine *line, Buffer *out)
{
        buffer_puts(out, line->name);
        for (size_t i = 0; i < line->n_params; i++)
                if (is_first(line, i))
                        content_write_param(out, line->params[i].name, line->params[i].value);
        buffer_putc(out, ':');
        for (const char *at = line->value; *at;) {
                size_t len = strcspn(at, TIME_ENDS);
                when_write_without_leap(at, len, out);
                at += len;
                if (*at)
                        buffer_putc(out, *at++);
        }
}

bool publish_line_is_text(const ContentLine *line)
{
        const char *type = content_line_param(line, "VALUE");
        return !type || strcasecmp(type, "TEXT") == 0;
}

void publish_line_init(LineWriter *w, bool is_public, Buffer *out)
{
        *w = (LineWriter){
                .is_public = is_public,
                .out = out,
                .line = BUFFER_INIT(LINE_MAX_BYTES),
                .decoded = BUFFER_INIT(LINE_MAX_BYTES),
                .cut = BUFFER_INIT(LINE_MAX_BYTES),
        };
}

void publish_line_done(LineWriter *w)
{
        buffer_done(&w->line);
        buffer_done(&w->decoded);
        buffer_done(&w->cut);
}

/* Finds `;NAME=value` in an unfolded line. */
static bool find_param(const Buffer *line, const char *name, size_t *ret_start, size_t *ret_len)
{
        size_t name_len = strlen(name), start = 0;
        bool quoted = false, found = false;
        for (size_t i = 0; i < line->len; i++) {
                char c = line->data[i];
                if (c == '"')
                        quoted = !quoted;
                if (quoted || (c != ';' && c != ':'))
                        continue;
                if (found) {
                        *ret_start = start;
                        *ret_len = i - start;
                        return true;
                }
                if (c == ':')
                        return false;
                start = i;
                found = line->len - i > name_len + 2 &&
                        strncasecmp(line->data + i + 1, name, name_len) == 0 &&
                        line->data[i + 1 + name_len] == '=';
        }
        return false;
}

/* Returns where the value of an unfolded line begins; the length of the line if it has no colon. */
static size_t value_start(const Buffer *line)
{
        bool is_quoted = false;
        for (size_t i = 0; i < line->len; i++) {
                is_quoted ^= line->data[i] == '"';
                if (line->data[i] == ':' && !is_quoted)
                        return i + 1;
        }
        return line->len;
}

/* Sets a parameter, which becomes the last one if the line does not have it. */
static void set_param(Buffer *line, const char *name, const char *value)
{
        size_t start, len;
        if (!find_param(line, name, &start, &len)) {
                start = value_start(line);
                start -= start > 0 && line->data[start - 1] == ':';
                len = 0;
        }
        bool quote = strpbrk(value, ":;,") != NULL;
        char param[512];
        int n = snprintf(param, sizeof(param), quote ? ";%s=\"%s\"" : ";%s=%s", name, value);
        if (n < 0 || (size_t)n >= sizeof(param))
                return;
        buffer_remove(line, start, len);
        buffer_insert(line, start, param, (size_t)n);
}

static void remove_param(Buffer *line, const char *name)
{
        size_t start, len;
        while (buffer_error(line) == 0 && find_param(line, name, &start, &len))
                buffer_remove(line, start, len);
}

/*
 * Writes the names of a property and of its parameters in capitals to @ret, which has the line already: some
 * programs do not find `tzid`, although names are case-insensitive (RFC 5545, 2). @ret may be NULL. Return:
 * whether a name has a small letter.
 */
static bool raise_names(const char *line, size_t len, char *ret)
{
        bool is_quoted = false, is_name = true, found = false;
        for (size_t i = 0; i < len && (is_quoted || line[i] != ':'); i++) {
                is_quoted ^= line[i] == '"';
                if (!is_quoted && (line[i] == ';' || line[i] == '='))
                        is_name = line[i] == ';';
                if (!is_name || !islower((unsigned char)line[i]))
                        continue;
                found = true;
                if (ret)
                        ret[i] = (char)toupper((unsigned char)line[i]);
        }
        return found;
}

static void write_unfolded(LineWriter *w)
{
        raise_names(buffer_text(&w->line), w->line.len, w->line.data);
        content_fold(w->out, buffer_text(&w->line), w->line.len);
}

static void write_kept(LineWriter *w, const ContentLine *line)
{
        size_t len = line->raw_len;
        if (len >= 2 && len <= SHORT_LINE_BYTES && line->raw[len - 2] == '\r' &&
                        memchr(line->raw, '\n', len) == line->raw + len - 1 &&
                        !raise_names(line->raw, len, NULL)) {
                buffer_append(w->out, line->raw, len);
                return;
        }
        content_line_unfold(line, &w->line);
        write_unfolded(w);
}

static bool is_personal_param(LineWriter *w, const ContentParam *param)
{
        if (strcmp(param->name, "ALTREP") == 0 || strcmp(param->name, "EMAIL") == 0 ||
                        strcmp(param->name, "X-AS-WRITTEN") == 0)
                return true;
        buffer_reset(&w->cut);
        return redact_text(param->value, strlen(param->value), &w->cut);
}

/*
 * Removes the personal parameters. If there are any, w->line is set to the unfolded line without them.
 * Return: false if there are none; then w->line is not set.
 */
static bool clean_params(LineWriter *w, const ContentLine *line)
{
        bool removed = false, unfolded = false;
        for (size_t i = 0; w->is_public && i < line->n_params; i++) {
                if (!is_personal_param(w, &line->params[i]))
                        continue;
                if (!unfolded)
                        content_line_unfold(line, &w->line);
                unfolded = removed = true;
                remove_param(&w->line, line->params[i].name);
        }
        return removed;
}

void publish_line_write(LineWriter *w, const ContentLine *line)
{
        if (line->n_params > 0 && clean_params(w, line))
                write_unfolded(w);
        else
                write_kept(w, line);
}

/*
 * Whether a TEXT value has an unescaped `;` or `,`, or a backslash before a character that has no escape
 * (RFC 5545, 3.3.11).
 */
static bool has_bad_escapes(const char *value, size_t len)
{
        for (size_t i = 0; i < len; i++) {
                if (value[i] == ';' || value[i] == ',')
                        return true;
                if (value[i] == '\\' && (i + 1 == len || !strchr("\\;,nN", value[++i])))
                        return true;
        }
        return false;
}

void publish_line_write_text(LineWriter *w, const ContentLine *line, bool plain)
{
        buffer_reset(&w->decoded);
        content_unescape(&w->decoded, line->value, line->value_len);
        buffer_reset(&w->cut);
        bool cut = w->is_public && redact_text(buffer_text(&w->decoded), w->decoded.len, &w->cut);
        if (!cut && !(plain && has_bad_escapes(line->value, line->value_len))) {
                publish_line_write(w, line);
                return;
        }
        CLEANUP(buffer_done) Buffer value = BUFFER_INIT(LINE_MAX_BYTES);
        content_escape(&value, buffer_text(cut ? &w->cut : &w->decoded));
        publish_line_write_value(w, line, buffer_text(&value));
}

void publish_line_write_uri(LineWriter *w, const ContentLine *line)
{
        static const char *const schemes[] = { "mailto:", "tel:", "sms:", "sip:", "sips:", "data:" };
        for (size_t i = 0; w->is_public && i < sizeof(schemes) / sizeof(*schemes); i++)
                if (strncasecmp(line->value, schemes[i], strlen(schemes[i])) == 0)
                        return;
        const char *type = content_line_param(line, "VALUE");
        /* The UID of a LINK (RFC 9253, 8.1) may be that of an event that is not public. */
        if (w->is_public && type && (strcasecmp(type, "BINARY") == 0 || strcasecmp(type, "UID") == 0))
                return;
        publish_line_write(w, line);
}

void publish_line_write_zoned(LineWriter *w, const ContentLine *line, const char *tzid)
{
        if (!clean_params(w, line))
                content_line_unfold(line, &w->line);
        set_param(&w->line, "TZID", tzid);
        write_unfolded(w);
}

void publish_line_write_moment(
                LineWriter *w, const char *name, const char *value, const char *type, const char *tzid)
{
        buffer_reset(&w->line);
        buffer_puts(&w->line, name);
        if (*type)
                buffer_printf(&w->line, ";VALUE=%s", type);
        buffer_printf(&w->line, ":%s", value);
        if (*tzid)
                set_param(&w->line, "TZID", tzid);
        write_unfolded(w);
}

void publish_line_write_untimed(LineWriter *w, const ContentLine *line)
{
        if (!clean_params(w, line))
                content_line_unfold(line, &w->line);
        remove_param(&w->line, "TZID");
        write_unfolded(w);
}

void publish_line_write_value(LineWriter *w, const ContentLine *line, const char *value)
{
        if (!clean_params(w, line))
                content_line_unfold(line, &w->line);
        buffer_remove(&w->line, w->line.len - line->value_len, line->value_len);
        buffer_puts(&w->line, value);
        write_unfolded(w);
}

void publish_line_begin_text(LineWriter *w, size_t at, size_t len, const char *text)
{
        CLEANUP(buffer_done)
        Buffer begin = BUFFER_INIT(LINE_MAX_BYTES), folded = BUFFER_INIT(LINE_MAX_BYTES);
        const char *written = w->out->data + at;
        buffer_reset(&w->line);
        for (size_t i = 0; i < len; i++) {
                if (written[i] == '\r' || written[i] == '\n')
                        i += written[i] == '\n' ? 1 : 0; /* and the blank after it */
                else
                        buffer_putc(&w->line, written[i]);
        }
        content_escape(&begin, text);
        size_t start = value_start(&w->line);
        if (start < w->line.len)
                buffer_puts(&begin, "\\n\\n");
        buffer_insert(&w->line, start, begin.data, begin.len);
        content_fold(&folded, buffer_text(&w->line), w->line.len);
        buffer_remove(w->out, at, len);
        buffer_insert(w->out, at, folded.data, folded.len);
}

void publish_line_write_stamp(LineWriter *w, const char *name, usec_t time)
{
        char text[17];
        time_format_utc(time, text);
        buffer_printf(w->out, "%s:%s\r\n", name, text);
}
