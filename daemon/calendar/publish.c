#include "calendar/publish.h"

#include "base/contentline.h"
#include "base/hash.h"
#include "calendar/redact.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
        MAX_OBJECT_BYTES = 8 * 1024 * 1024,
        MAX_OWN_ZONES = 16,    /* VTIMEZONEs with names of their own in one object */
        SHORT_LINE_BYTES = 77, /* 75 octets and CRLF */
};

/* From open to shut: the stricter one is the greater one. */
typedef enum Visibility { VISIBLE, BUSY, HIDDEN } Visibility;

typedef enum Action {
        ACTION_TEXT, /* running text, maybe with numbers and addresses in it; all that the table does not name */
        ACTION_PLAIN_TEXT, /* the same, and the type is known to be TEXT, so bad escapes are put right */
        ACTION_KEEP,
        ACTION_TIME, /* kept; its TZID is made a published one */
        ACTION_URI,
        ACTION_OMIT,
        ACTION_CONTACT_ONLY,
        ACTION_SEQUENCE,
        ACTION_CLASS,
        ACTION_CREATED,
        ACTION_URL,
        ACTION_RECURRENCE_ID,
} Action;

typedef struct Rule {
        const char *name;
        Action action;
        bool busy; /* stays in a CONFIDENTIAL event */
} Rule;

/* In order of name. */
static const Rule rules[] = {
        { "ATTACH", ACTION_URI, false },
        { "ATTENDEE", ACTION_OMIT, false },
        { "CATEGORIES", ACTION_TEXT, false },
        { "CLASS", ACTION_CLASS, true },
        { "COLOR", ACTION_KEEP, false },
        { "COMMENT", ACTION_PLAIN_TEXT, false },
        { "CONFERENCE", ACTION_URI, false },
        { "CONTACT", ACTION_PLAIN_TEXT, false },
        { "CREATED", ACTION_CREATED, false },
        { "DESCRIPTION", ACTION_PLAIN_TEXT, false },
        { "DTEND", ACTION_TIME, true },
        { "DTSTAMP", ACTION_OMIT, false },
        { "DTSTART", ACTION_TIME, true },
        { "DURATION", ACTION_KEEP, true },
        { "EXDATE", ACTION_TIME, true },
        { "GEO", ACTION_KEEP, false },
        { "IMAGE", ACTION_URI, false },
        { "LAST-MODIFIED", ACTION_OMIT, false },
        { "LOCATION", ACTION_PLAIN_TEXT, false },
        { "ORGANIZER", ACTION_CONTACT_ONLY, false },
        { "PRIORITY", ACTION_KEEP, false },
        { "RDATE", ACTION_TIME, true },
        { "RECURRENCE-ID", ACTION_RECURRENCE_ID, true },
        { "RELATED-TO", ACTION_KEEP, false },
        { "REQUEST-STATUS", ACTION_OMIT, false },
        { "RRULE", ACTION_KEEP, true },
        { "SEQUENCE", ACTION_SEQUENCE, false },
        { "SOURCE", ACTION_URI, false },
        { "STATUS", ACTION_KEEP, true },
        { "SUMMARY", ACTION_PLAIN_TEXT, false },
        { "TRANSP", ACTION_KEEP, true },
        { "UID", ACTION_KEEP, true },
        { "URL", ACTION_URL, false },
        { "X-CONVENED-DATE-BASIS", ACTION_KEEP, false },
        { "X-CONVENED-TZID", ACTION_KEEP, false },
};

static const Rule rule_own = { "X-CONVENED-", ACTION_OMIT, false },
                  rule_library = { "X-LIC-", ACTION_OMIT, false },
                  rule_default = { NULL, ACTION_TEXT, false };

/* A VTIMEZONE of the object whose name the table does not know. */
typedef struct OwnZone {
        char *tzid;
        Buffer text; /* as published */
        char hash[9];
        bool used;
} OwnZone;

typedef struct Publication {
        const PublishObject *object;
        PublishAudience audience;
        Buffer *out;
        Buffer line;    /* unfolded */
        Buffer decoded; /* of a TEXT value */
        Buffer cut;     /* the same without what may not go out */
        Buffer classes; /* a Visibility in an octet for each component's own CLASS; known after the first pass */
        Buffer left_out; /* of the instances whose override is HIDDEN: value, VALUE and TZID, a line each */
        Buffer zones;    /* of const Zone *: the table's that are used */
        OwnZone own[MAX_OWN_ZONES];
        size_t n_own;
        Visibility master;
        bool first_pass, has_hidden, has_unknown_zone;
        size_t n_components, n_written;

        /* the component that is being read */
        bool in_event;
        size_t start; /* its offset in out */
        Visibility visibility, own_class;
        bool is_override, has_created, has_url;
        size_t left_out_before; /* the length of left_out without this one */
        int sequence;
} Publication;

static void publication_done(Publication *p)
{
        buffer_done(&p->line);
        buffer_done(&p->decoded);
        buffer_done(&p->cut);
        buffer_done(&p->classes);
        buffer_done(&p->left_out);
        buffer_done(&p->zones);
        for (size_t i = 0; i < p->n_own; i++) {
                free(p->own[i].tzid);
                buffer_done(&p->own[i].text);
        }
}

static const Rule *find_rule(const char *name)
{
        size_t low = 0, high = sizeof(rules) / sizeof(*rules);
        while (low < high) {
                size_t middle = (low + high) / 2;
                int order = strcmp(name, rules[middle].name);
                if (order == 0)
                        return &rules[middle];
                if (order < 0)
                        high = middle;
                else
                        low = middle + 1;
        }
        if (strncmp(name, rule_own.name, strlen(rule_own.name)) == 0)
                return &rule_own;
        return strncmp(name, rule_library.name, strlen(rule_library.name)) == 0 ? &rule_library
                                                                                : &rule_default;
}

/* The line as one piece, without its end. */
static void unfold(const ContentLine *line, Buffer *out)
{
        const char *at = line->raw, *end = at + line->raw_len;
        buffer_reset(out);
        while (at < end) {
                const char *line_feed = memchr(at, '\n', (size_t)(end - at));
                const char *stop = line_feed ? line_feed : end;
                size_t len = (size_t)(stop - at);
                if (line_feed && len > 0 && at[len - 1] == '\r')
                        len--;
                buffer_append(out, at, len);
                at = line_feed ? line_feed + 2 : end; /* behind the blank that continues */
        }
}

/* Where `;NAME=value` stands in an unfolded line. */
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

static void set_param(Buffer *line, const char *name, const char *value)
{
        size_t start, len;
        if (!find_param(line, name, &start, &len))
                return;
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
        while (find_param(line, name, &start, &len))
                buffer_remove(line, start, len);
}

/* A property of a VTIMEZONE that makes up its rules; names and comments that differ do not make another zone. */
static bool is_zone_property(const char *name)
{
        static const char *const names[] = { "BEGIN", "END", "DTSTART", "TZOFFSETFROM", "TZOFFSETTO",
                "RRULE", "RDATE", "TZNAME" };
        for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
                if (strcmp(name, names[i]) == 0)
                        return true;
        return false;
}

/* One line of a VTIMEZONE; returns whether it was the last one. Zones that the table knows are left to the table. */
static int take_zone_line(Publication *p, const ContentLine *line, bool *ret_end)
{
        OwnZone *zone = &p->own[p->n_own];
        *ret_end = line->depth == 1 && strcmp(line->name, "END") == 0;
        if (line->depth == 2 && strcmp(line->name, "TZID") == 0 && !zone->tzid) {
                const Zone *known;
                int r = zone_table_get(p->object->zones, line->value, &known);
                if (r != ZONE_E_UNKNOWN && r != ZONE_E_INVALID)
                        return r;
                zone->tzid = strdup(line->value);
                return zone->tzid ? 0 : -ENOMEM;
        }
        if (!is_zone_property(line->name))
                return 0;
        unfold(line, &p->line);
        content_fold(&zone->text, buffer_text(&p->line), p->line.len);
        return buffer_error(&zone->text);
}

/* Hash of the rules; then the name, which stands behind the first line. */
static void finish_zone(OwnZone *zone)
{
        static const char begin[] = "BEGIN:VTIMEZONE\r\n";
        char hash[HASH_HEX_SIZE], name[256];
        hash_hex(buffer_text(&zone->text), zone->text.len, hash);
        memcpy(zone->hash, hash, 8);
        Buffer line = BUFFER_INIT(4096);
        snprintf(name, sizeof(name), "%.200s-%.8s", zone->tzid, zone->hash);
        content_write(&line, "TZID", name);
        buffer_insert(&zone->text, sizeof(begin) - 1, buffer_text(&line), line.len);
        buffer_done(&line);
}

static int read_zone(Publication *p, ContentReader *reader, const ContentLine *begin)
{
        ContentLine line = *begin;
        bool end = false;
        if (p->n_own == MAX_OWN_ZONES)
                return 0;
        OwnZone *zone = &p->own[p->n_own];
        zone->text = BUFFER_INIT(MAX_OBJECT_BYTES);
        int r = take_zone_line(p, &line, &end);
        while (r == 0 && !end) {
                r = content_reader_next(reader, &line, NULL);
                if (r == 0)
                        r = take_zone_line(p, &line, &end);
        }
        if (r != 0 || !zone->tzid) {
                free(zone->tzid);
                buffer_done(&zone->text);
                *zone = (OwnZone){ 0 };
                return r;
        }
        finish_zone(zone);
        p->n_own++;
        return 0;
}

/* The name to publish for a TZID, in @ret; false when nothing explains it (yet). */
static int publish_zone_name(Publication *p, const char *tzid, char ret[static 256], bool *ret_known)
{
        const Zone *zone;
        int r = zone_table_get(p->object->zones, tzid, &zone);
        *ret_known = true;
        if (r == 0) {
                const Zone *const *used = (const Zone *const *)(const void *)p->zones.data;
                size_t n = p->zones.len / sizeof(zone);
                while (n > 0 && used[n - 1] != zone)
                        n--;
                if (n == 0)
                        buffer_append(&p->zones, &zone, sizeof(zone));
                snprintf(ret, 256, "%s", zone_name(zone));
                return 0;
        }
        if (r < 0)
                return r;
        for (size_t i = 0; i < p->n_own; i++)
                if (strcmp(p->own[i].tzid, tzid) == 0) {
                        p->own[i].used = true;
                        snprintf(ret, 256, "%.200s-%.8s", tzid, p->own[i].hash);
                        return 0;
                }
        *ret_known = false;
        return 0;
}

/* Writes the line that is in p->line. */
static void write_unfolded(Publication *p)
{
        content_fold(p->out, buffer_text(&p->line), p->line.len);
}

static void write_kept(Publication *p, const ContentLine *line)
{
        size_t len = line->raw_len;
        if (len >= 2 && len <= SHORT_LINE_BYTES && line->raw[len - 2] == '\r' &&
                        memchr(line->raw, '\n', len) == line->raw + len - 1) {
                buffer_append(p->out, line->raw, len);
                return;
        }
        unfold(line, &p->line);
        write_unfolded(p);
}

static bool is_personal_param(Publication *p, const ContentParam *param)
{
        if (strcmp(param->name, "ALTREP") == 0 || strcmp(param->name, "EMAIL") == 0)
                return true;
        buffer_reset(&p->cut);
        return redact_text(param->value, strlen(param->value), &p->cut);
}

/* Unfolds the line without the parameters that the world may not see; returns whether any was left out. */
static bool clean_params(Publication *p, const ContentLine *line)
{
        bool removed = false, unfolded = false;
        for (size_t i = 0; p->audience == PUBLISH_PUBLIC && i < line->n_params; i++) {
                if (!is_personal_param(p, &line->params[i]))
                        continue;
                if (!unfolded)
                        unfold(line, &p->line);
                unfolded = removed = true;
                remove_param(&p->line, line->params[i].name);
        }
        return removed;
}

static void write_line(Publication *p, const ContentLine *line)
{
        if (line->n_params > 0 && clean_params(p, line))
                write_unfolded(p);
        else
                write_kept(p, line);
}

static int write_time(Publication *p, const ContentLine *line)
{
        const char *tzid = content_line_param(line, "TZID");
        char name[256];
        bool known = true;
        if (!tzid) {
                write_line(p, line);
                return 0;
        }
        int r = publish_zone_name(p, tzid, name, &known);
        if (r < 0)
                return r;
        p->has_unknown_zone = p->has_unknown_zone || !known;
        if (!known || strcmp(tzid, name) == 0) {
                write_line(p, line);
                return 0;
        }
        if (!clean_params(p, line))
                unfold(line, &p->line);
        set_param(&p->line, "TZID", name);
        write_unfolded(p);
        return 0;
}

/* A lone `;` or `,`, or a backslash before what needs none (RFC 5545, 3.3.11). */
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

static void write_text(Publication *p, const ContentLine *line, bool plain)
{
        buffer_reset(&p->decoded);
        content_unescape(&p->decoded, line->value, line->value_len);
        buffer_reset(&p->cut);
        bool cut = p->audience == PUBLISH_PUBLIC &&
                   redact_text(buffer_text(&p->decoded), p->decoded.len, &p->cut);
        if (!cut && !(plain && has_bad_escapes(line->value, line->value_len))) {
                write_line(p, line);
                return;
        }
        Buffer *text = cut ? &p->cut : &p->decoded;
        Buffer value = BUFFER_INIT(MAX_OBJECT_BYTES);
        content_escape(&value, buffer_text(text));
        if (!clean_params(p, line))
                unfold(line, &p->line);
        buffer_remove(&p->line, p->line.len - line->value_len, line->value_len);
        buffer_append(&p->line, buffer_text(&value), value.len);
        buffer_done(&value);
        write_unfolded(p);
}

static void write_uri(Publication *p, const ContentLine *line)
{
        static const char *const schemes[] = { "mailto:", "tel:", "sms:", "sip:", "sips:", "data:" };
        for (size_t i = 0; p->audience == PUBLISH_PUBLIC && i < sizeof(schemes) / sizeof(*schemes); i++)
                if (strncasecmp(line->value, schemes[i], strlen(schemes[i])) == 0)
                        return;
        const char *type = content_line_param(line, "VALUE");
        if (p->audience == PUBLISH_PUBLIC && type && strcasecmp(type, "BINARY") == 0)
                return;
        write_line(p, line);
}

static Visibility class_visibility(PublishAudience audience, const char *value)
{
        if (strcasecmp(value, "PUBLIC") == 0)
                return VISIBLE;
        if (strcasecmp(value, "CONFIDENTIAL") == 0)
                return BUSY;
        return audience == PUBLISH_PUBLIC ? HIDDEN
                                          : VISIBLE; /* an unknown one is PRIVATE (RFC 5545, 3.8.1.3) */
}

static void take_sequence(Publication *p, const char *value)
{
        long number = strtol(value, NULL, 10);
        if (number > p->sequence && number < INT32_MAX)
                p->sequence = (int)number;
}

/* What the component takes the place of; end_event() knows whether that is needed. */
static void take_recurrence_id(Publication *p, const ContentLine *line)
{
        const char *type = content_line_param(line, "VALUE"), *tzid = content_line_param(line, "TZID");
        p->is_override = true;
        if (p->first_pass)
                buffer_printf(&p->left_out, "%s\n%s\n%s\n", line->value, type ? type : "", tzid ? tzid : "");
}

static int write_property(Publication *p, const ContentLine *line)
{
        const Rule *rule = find_rule(line->name);
        if (rule->action == ACTION_CLASS)
                p->own_class = class_visibility(p->audience, line->value);
        if (rule->action == ACTION_SEQUENCE)
                take_sequence(p, line->value);
        if (rule->action == ACTION_RECURRENCE_ID)
                take_recurrence_id(p, line);
        if (p->visibility == HIDDEN || (p->visibility == BUSY && !rule->busy))
                return 0;
        switch (rule->action) {
        case ACTION_PLAIN_TEXT:
        case ACTION_TEXT:
                write_text(p, line, rule->action == ACTION_PLAIN_TEXT);
                return 0;
        case ACTION_TIME:
        case ACTION_RECURRENCE_ID:
                return write_time(p, line);
        case ACTION_URL:
                p->has_url = true;
                write_uri(p, line);
                return 0;
        case ACTION_URI:
                write_uri(p, line);
                return 0;
        case ACTION_CONTACT_ONLY:
                if (p->audience == PUBLISH_CONTACT)
                        write_line(p, line);
                return 0;
        case ACTION_CREATED:
                p->has_created = true;
                write_line(p, line);
                return 0;
        case ACTION_KEEP:
        case ACTION_CLASS:
                write_line(p, line);
                return 0;
        case ACTION_SEQUENCE:
        case ACTION_OMIT:
                return 0;
        }
        return 0;
}

static void begin_event(Publication *p)
{
        p->in_event = true;
        p->start = p->out->len;
        p->own_class = VISIBLE;
        p->is_override = p->has_created = p->has_url = false;
        p->left_out_before = p->left_out.len;
        p->sequence = p->object->sequence;
        p->visibility = VISIBLE;
        if (!p->first_pass) {
                Visibility own = (Visibility)p->classes.data[p->n_components];
                p->visibility = own > p->master ? own : p->master;
        }
        buffer_puts(p->out, "BEGIN:VEVENT\r\n");
}

static void write_stamp(Publication *p, const char *name, usec_t time)
{
        char text[17];
        time_format_utc(time, text);
        buffer_puts(p->out, name);
        buffer_putc(p->out, ':');
        buffer_puts(p->out, text);
        buffer_puts(p->out, "\r\n");
}

static int write_exdate(Publication *p, const char *value, const char *type, const char *tzid)
{
        char name[256];
        bool known = false;
        int r = *tzid ? publish_zone_name(p, tzid, name, &known) : 0;
        if (r < 0)
                return r;
        if (!known)
                snprintf(name, sizeof(name), "%.255s", tzid);
        buffer_reset(&p->line);
        buffer_puts(&p->line, "EXDATE");
        if (*type)
                buffer_printf(&p->line, ";VALUE=%s", type);
        if (*tzid)
                buffer_puts(&p->line, ";TZID=x");
        buffer_printf(&p->line, ":%s", value);
        set_param(&p->line, "TZID", name);
        write_unfolded(p);
        return 0;
}

/* An instance that may not be seen where it was moved to must not be seen where it was either: there it takes place no more. */
static int write_left_out(Publication *p)
{
        char *at = p->left_out.len > 0 ? p->left_out.data : NULL;
        int r = 0;
        while (r == 0 && at && *at) {
                const char *value = strsep(&at, "\n"), *type = strsep(&at, "\n"), *tzid = strsep(&at, "\n");
                r = write_exdate(p, value, type, tzid);
        }
        return r;
}

static int end_event(Publication *p)
{
        p->in_event = false;
        p->n_components++;
        if (p->first_pass) {
                buffer_putc(&p->classes, (char)p->own_class);
                p->has_hidden = p->has_hidden || p->own_class != VISIBLE;
                if (!p->is_override && p->own_class > p->master)
                        p->master = p->own_class;
                if (p->own_class != HIDDEN)
                        buffer_remove(&p->left_out, p->left_out_before,
                                        p->left_out.len - p->left_out_before);
        }
        if (p->visibility == HIDDEN) {
                buffer_remove(p->out, p->start, p->out->len - p->start);
                return 0;
        }
        if (!p->first_pass && !p->is_override) {
                int r = write_left_out(p);
                if (r < 0)
                        return r;
        }
        write_stamp(p, "DTSTAMP", p->object->changed);
        write_stamp(p, "LAST-MODIFIED", p->object->changed);
        if (p->visibility == BUSY)
                content_write_text(p->out, "SUMMARY", p->object->busy ? p->object->busy : "Busy");
        else if (!p->has_created && p->object->created > 0)
                write_stamp(p, "CREATED", p->object->created);
        if (p->visibility == VISIBLE && !p->has_url && p->object->url)
                content_write(p->out, "URL", p->object->url);
        char number[32];
        snprintf(number, sizeof(number), "SEQUENCE:%d\r\n", p->sequence);
        buffer_puts(p->out, number);
        buffer_puts(p->out, "END:VEVENT\r\n");
        p->n_written++;
        return 0;
}

static int take_line(Publication *p, ContentReader *reader, const ContentLine *line)
{
        bool begin = strcmp(line->name, "BEGIN") == 0, end = !begin && strcmp(line->name, "END") == 0;
        if (p->in_event && line->depth == 2 && !begin && !end)
                return write_property(p, line);
        if (line->depth != 1)
                return 0;
        if (begin && strcmp(line->value, "VEVENT") == 0)
                begin_event(p);
        else if (begin && p->first_pass && strcmp(line->value, "VTIMEZONE") == 0)
                return read_zone(p, reader, line);
        else if (end && p->in_event)
                return end_event(p);
        return 0;
}

static int pass(Publication *p)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(p->object->text, p->object->len, &CONTENT_LIMITS_OBJECT);
        ContentLine line;
        if (!reader)
                return -ENOMEM;
        p->n_components = p->n_written = 0;
        for (;;) {
                int r = content_reader_next(reader, &line, NULL);
                if (r == 0)
                        r = take_line(p, reader, &line);
                if (r == CONTENT_END)
                        return buffer_error(p->out);
                if (r != 0)
                        return r == CONTENT_E_INVALID ? -EBADMSG : r;
        }
}

static int publish(Publication *p)
{
        size_t start = p->out->len;
        p->first_pass = true;
        int r = pass(p);
        if (r == 0 && (p->has_hidden || (p->has_unknown_zone && p->n_own > 0))) {
                if (buffer_error(&p->classes) || buffer_error(&p->left_out))
                        return -ENOMEM;
                buffer_remove(p->out, start, p->out->len - start);
                p->first_pass = false;
                buffer_reset(&p->zones);
                for (size_t i = 0; i < p->n_own; i++)
                        p->own[i].used = false;
                r = pass(p);
        }
        if (r == 0)
                r = buffer_error(&p->line);
        if (r == 0)
                r = buffer_error(&p->zones);
        return r == 0 && p->n_written == 0 ? PUBLISH_HIDDEN : r;
}

static void report_zones(
                const Publication *p, void (*on_zone)(const char *, const char *, void *), void *userdata)
{
        const Zone *const *used = (const Zone *const *)(const void *)p->zones.data;
        for (size_t i = 0; i < p->zones.len / sizeof(*used); i++)
                on_zone(zone_name(used[i]), NULL, userdata);
        for (size_t i = 0; i < p->n_own; i++) {
                char name[256];
                snprintf(name, sizeof(name), "%.200s-%.8s", p->own[i].tzid, p->own[i].hash);
                if (p->own[i].used)
                        on_zone(name, buffer_text(&p->own[i].text), userdata);
        }
}

int publish_components(const PublishObject *object, PublishAudience audience, Buffer *out,
                void (*on_zone)(const char *tzid, const char *vtimezone, void *userdata), void *userdata)
{
        assert(object->zones);
        size_t start = out->len;
        CLEANUP(publication_done)
        Publication p = {
                .object = object,
                .audience = audience,
                .out = out,
                .line = BUFFER_INIT(MAX_OBJECT_BYTES),
                .decoded = BUFFER_INIT(MAX_OBJECT_BYTES),
                .cut = BUFFER_INIT(MAX_OBJECT_BYTES),
                .classes = BUFFER_INIT(MAX_OBJECT_BYTES),
                .left_out = BUFFER_INIT(MAX_OBJECT_BYTES),
                .zones = BUFFER_INIT(MAX_OBJECT_BYTES),
        };
        int r = buffer_error(out) ? buffer_error(out) : publish(&p);
        if (r == 0)
                report_zones(&p, on_zone, userdata);
        else
                buffer_remove(out, start, out->len - start);
        return r;
}
