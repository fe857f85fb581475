/*
 * The first pass over the lines finds the beginning, end and UID of each component. Then the text of each
 * object is written from the bytes of its components. Between the two, only offsets are kept.
 */

#include "calendar/split.h"

#include "base/array.h"
#include "base/buffer.h"
#include "base/contentline.h"
#include "base/phrase.h"
#include "calendar/repair-zone-name.h"
#include "calendar/zone.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { PART_MAX_BYTES = 64 * 1024 * 1024 };

/* A component directly below the VCALENDAR. */
typedef struct Piece {
        const char *text;
        size_t len;
        size_t line;    /* line number of its BEGIN */
        size_t n_lines; /* number of physical lines */
        char *uid;      /* UID; the TZID for a VTIMEZONE; NULL for none */
        bool is_zone;
        CalendarMethod method;
        size_t first_reference, n_references;
        size_t wanted_by; /* only for a VTIMEZONE: number of the last part that uses it */
        size_t next;      /* index of the next piece with the same UID and METHOD; 0 for none */
        bool is_next;     /* an earlier piece has the same UID and METHOD */
} Piece;

/* A zone that a component uses, or a VTIMEZONE. */
typedef struct NamedZone {
        char *name;   /* by zone_plain_name() */
        size_t piece; /* only for a VTIMEZONE: its index */
} NamedZone;

typedef struct Split {
        Piece *pieces;
        size_t n;
        Piece open; /* the component that is being read */
        bool is_open, is_bad;
        CalendarMethod method; /* of the calendar that is being read */
        NamedZone *references; /* zones that the pieces use, in the order of the pieces */
        size_t n_references;
        NamedZone *zones; /* the VTIMEZONEs, sorted by name */
        size_t n_zones;
        const char *version, *prodid; /* the file's own lines */
        size_t version_len, prodid_len;
        int (*on_part)(const CalendarPart *part, void *userdata);
        int (*on_error)(const InputError *error, void *userdata);
        int (*on_warning)(const InputError *error, void *userdata); /* if NULL, a bad line is an error */
        void *userdata;
} Split;

static void split_done(Split *split)
{
        for (size_t i = 0; i < split->n; i++)
                free(split->pieces[i].uid);
        for (size_t i = 0; i < split->n_references; i++)
                free(split->references[i].name);
        for (size_t i = 0; i < split->n_zones; i++)
                free(split->zones[i].name);
        free(split->references);
        free(split->zones);
        free(split->pieces);
        free(split->open.uid);
}

static size_t count_lines(const char *text, size_t len)
{
        size_t n = 0;
        for (const char *c = text, *end = text + len; c < end && (c = memchr(c, '\n', (size_t)(end - c)));
                        c++)
                n++;
        return len > 0 && text[len - 1] != '\n' ? n + 1 : n;
}

static int complain(Split *split, size_t line, const char *where, const char *message)
{
        InputError error;
        input_error_set(&error, line, where, "%s", phrase(message));
        return split->on_error(&error, split->userdata);
}

static int keep_piece(Split *split, const ContentLine *line)
{
        Piece *open = &split->open;
        split->is_open = false;
        if (split->is_bad) {
                free(open->uid);
                *open = (Piece){ 0 };
                return 0;
        }
        Piece *pieces = array_grow(split->pieces, split->n, sizeof(*pieces));
        if (!pieces)
                return -ENOMEM;
        split->pieces = pieces;
        open->len = (size_t)(line->raw + line->raw_len - open->text);
        open->n_lines = count_lines(open->text, open->len);
        split->pieces[split->n++] = *open;
        *open = (Piece){ 0 };
        return 0;
}

/* Reads a METHOD, with or without blanks around it. */
static CalendarMethod method_of(const char *value)
{
        static const struct {
                const char *value;
                CalendarMethod method;
        } methods[] = { { "CANCEL", CALENDAR_CANCELS }, { "ADD", CALENDAR_ADDS },
                { "REPLY", CALENDAR_ANSWERS }, { "COUNTER", CALENDAR_ANSWERS },
                { "DECLINECOUNTER", CALENDAR_ANSWERS }, { "REFRESH", CALENDAR_ANSWERS } };
        value += strspn(value, " \t");
        size_t len = strcspn(value, " \t");
        for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
                if (strncasecmp(value, methods[i].value, len) == 0 && !methods[i].value[len])
                        return methods[i].method;
        return CALENDAR_PUBLISHES;
}

static int on_calendar_line(Split *split, const ContentLine *line)
{
        if (strcmp(line->name, "VERSION") == 0 && !split->version) {
                split->version = line->raw;
                split->version_len = line->raw_len;
        } else if (strcmp(line->name, "PRODID") == 0 && !split->prodid) {
                split->prodid = line->raw;
                split->prodid_len = line->raw_len;
        } else if (strcmp(line->name, "METHOD") == 0) {
                split->method = method_of(line->value);
        }
        return 0;
}

static char *plain_name(const char *tzid)
{
        char *name = strdup(tzid);
        if (name)
                zone_plain_name(name);
        return name;
}

/*
 * Records that the open piece uses a zone. A zone that is equal to the piece's last recorded one is not
 * recorded again: most lines of a piece use one zone.
 */
static int add_reference(Split *split, const char *tzid)
{
        Piece *open = &split->open;
        if (open->n_references > 0 && strcmp(split->references[split->n_references - 1].name, tzid) == 0)
                return 0;
        NamedZone *references = array_grow(split->references, split->n_references, sizeof(*references));
        if (!references)
                return -ENOMEM;
        split->references = references;
        char *name = plain_name(tzid);
        if (!name)
                return -ENOMEM;
        split->references[split->n_references++] = (NamedZone){ name, 0 };
        open->n_references++;
        return 0;
}

static int on_line(Split *split, const ContentLine *line)
{
        bool begin = strcmp(line->name, "BEGIN") == 0, end = strcmp(line->name, "END") == 0;
        if (line->depth == 0)
                split->method = CALENDAR_PUBLISHES;
        if (line->depth == 0 && begin && strcmp(line->value, "VCALENDAR") != 0)
                return complain(split, line->number, line->value, "stands outside of a VCALENDAR");
        if (line->depth == 0 && !begin && !end)
                return complain(split, line->number, line->name, "stands outside of a VCALENDAR");
        if (line->depth == 1 && begin) {
                free(split->open.uid);
                split->open = (Piece){ .text = line->raw,
                        .line = line->number,
                        .is_zone = strcmp(line->value, "VTIMEZONE") == 0,
                        .method = split->method,
                        .first_reference = split->n_references };
                split->is_open = true;
                split->is_bad = false;
                return 0;
        }
        if (line->depth == 1 && end && split->is_open)
                return keep_piece(split, line);
        if (line->depth == 1 && !end)
                return on_calendar_line(split, line);
        const char *key = split->open.is_zone ? "TZID" : "UID";
        if (line->depth == 2 && split->is_open && !split->open.uid && line->value[0] &&
                        strcmp(line->name, key) == 0) {
                split->open.uid = strdup(line->value);
                return split->open.uid ? 0 : -ENOMEM;
        }
        char joined[REPAIR_JOINED_SIZE];
        const char *tzid = split->is_open && line->n_params > 0 ? content_line_param(line, "TZID") : NULL;
        if (tzid && repair_join_zone(line, joined))
                tzid = joined;
        return tzid ? add_reference(split, tzid) : 0;
}

/* Reports a broken line. It affects only the component that contains it. */
static int on_bad_line(Split *split, const ContentLine *line, const InputError *error)
{
        bool is_line = line->raw && split->on_warning;
        if (is_line && line->depth >= 2 && split->is_open)
                return 0;
        if (split->on_warning && (is_line || !split->is_open))
                return split->on_warning(error, split->userdata);
        split->is_bad = true;
        return split->on_error(error, split->userdata);
}

static int find_pieces(Split *split, const char *text, size_t len)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(text, len, &CONTENT_LIMITS_FILE);
        if (!reader)
                return -ENOMEM;
        for (;;) {
                ContentLine line;
                InputError error;
                int r = content_reader_next(reader, &line, &error);
                if (r == CONTENT_END)
                        return 0;
                if (r == 0)
                        r = on_line(split, &line);
                else if (r == CONTENT_E_INVALID)
                        r = on_bad_line(split, &line, &error);
                if (r < 0)
                        return r;
        }
}

static int compare_pieces(const void *a, const void *b, void *userdata)
{
        const Piece *pieces = userdata;
        size_t left = *(const size_t *)a, right = *(const size_t *)b;
        int order = strcmp(pieces[left].uid, pieces[right].uid);
        if (order == 0)
                order = (pieces[left].method > pieces[right].method) -
                        (pieces[left].method < pieces[right].method);
        return order ? order : (left > right) - (left < right);
}

/*
 * Sorts all pieces by UID and METHOD, and links those of each object in the order of the file. The pieces of
 * one UID under two methods are two messages about it (RFC 5546, 3.2).
 */
static int link_pieces(Split *split)
{
        CLEANUP(cleanup_free) size_t *sorted = calloc(split->n + 1, sizeof(*sorted));
        size_t n = 0;
        if (!sorted)
                return -ENOMEM;
        for (size_t i = 0; i < split->n; i++)
                if (!split->pieces[i].is_zone && split->pieces[i].uid)
                        sorted[n++] = i;
        qsort_r(sorted, n, sizeof(*sorted), compare_pieces, split->pieces);
        for (size_t i = 1; i < n; i++) {
                Piece *before = &split->pieces[sorted[i - 1]], *piece = &split->pieces[sorted[i]];
                if (strcmp(before->uid, piece->uid) != 0 || before->method != piece->method)
                        continue;
                before->next = sorted[i];
                piece->is_next = true;
        }
        return 0;
}

/* A part that is being written: its text, and for each line the number that the line has in the file. */
typedef struct Part {
        Buffer text;
        size_t *lines;
        size_t n_lines, allocated;
        size_t number; /* number of the part, counted from 1 */
        size_t *zones; /* indexes of pieces */
        size_t n_zones;
} Part;

static int add_lines(Part *part, const char *text, size_t len, size_t first, size_t n)
{
        if (part->n_lines + n > part->allocated) {
                size_t more = (part->n_lines + n) * 2;
                size_t *lines = reallocarray(part->lines, more, sizeof(*lines));
                if (!lines)
                        return -ENOMEM;
                part->lines = lines;
                part->allocated = more;
        }
        for (size_t i = 0; i < n; i++)
                part->lines[part->n_lines++] = first ? first + i : 0;
        buffer_append(&part->text, text, len);
        return buffer_error(&part->text);
}

static int add_text(Part *part, const char *text)
{
        return add_lines(part, text, strlen(text), 0, count_lines(text, strlen(text)));
}

static int add_header(const Split *split, Part *part)
{
        int r = add_text(part, "BEGIN:VCALENDAR\r\n");
        if (r == 0)
                r = split->version ? add_lines(part, split->version, split->version_len, 0,
                                                     count_lines(split->version, split->version_len))
                                   : add_text(part, "VERSION:2.0\r\n");
        if (r == 0)
                r = split->prodid ? add_lines(part, split->prodid, split->prodid_len, 0,
                                                    count_lines(split->prodid, split->prodid_len))
                                  : add_text(part, "PRODID:-//convened//import//EN\r\n");
        return r;
}

static int compare_zones(const void *a, const void *b)
{
        const NamedZone *left = a, *right = b;
        int order = strcmp(left->name, right->name);
        return order ? order : (left->piece > right->piece) - (left->piece < right->piece);
}

static int sort_zones(Split *split)
{
        split->zones = calloc(split->n + 1, sizeof(*split->zones));
        if (!split->zones)
                return -ENOMEM;
        for (size_t i = 0; i < split->n; i++) {
                if (!split->pieces[i].is_zone || !split->pieces[i].uid)
                        continue;
                char *name = plain_name(split->pieces[i].uid);
                if (!name)
                        return -ENOMEM;
                split->zones[split->n_zones++] = (NamedZone){ name, i };
        }
        qsort(split->zones, split->n_zones, sizeof(*split->zones), compare_zones);
        return 0;
}

/*
 * Finds the first VTIMEZONE with a name; others with the name follow it. Return: n_zones if there is none.
 */
static size_t find_zone(const Split *split, const char *name)
{
        size_t low = 0, high = split->n_zones;
        while (low < high) {
                size_t middle = (low + high) / 2;
                if (strcmp(split->zones[middle].name, name) < 0)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low < split->n_zones && strcmp(split->zones[low].name, name) == 0 ? low : split->n_zones;
}

static int compare_numbers(const void *a, const void *b)
{
        size_t left = *(const size_t *)a, right = *(const size_t *)b;
        return (left > right) - (left < right);
}

/* Collects the VTIMEZONEs that a piece uses, each once for the part. */
static int collect_zones(Split *split, Part *part, const Piece *piece)
{
        for (size_t i = 0; i < piece->n_references; i++) {
                const char *name = split->references[piece->first_reference + i].name;
                for (size_t zone = find_zone(split, name);
                                zone < split->n_zones && strcmp(split->zones[zone].name, name) == 0;
                                zone++) {
                        Piece *named = &split->pieces[split->zones[zone].piece];
                        if (named->wanted_by == part->number)
                                continue;
                        named->wanted_by = part->number;
                        size_t *zones = array_grow(part->zones, part->n_zones, sizeof(*zones));
                        if (!zones)
                                return -ENOMEM;
                        part->zones = zones;
                        zones[part->n_zones++] = split->zones[zone].piece;
                }
        }
        return 0;
}

/* Adds the VTIMEZONEs that the pieces of a part use, in the order of the file. @first: the first piece. */
static int add_zones(Split *split, Part *part, size_t first)
{
        int r = 0;
        part->number++;
        part->n_zones = 0;
        for (size_t i = first; r == 0; i = split->pieces[i].next) {
                r = collect_zones(split, part, &split->pieces[i]);
                if (!split->pieces[i].next)
                        break;
        }
        if (part->n_zones > 1)
                qsort(part->zones, part->n_zones, sizeof(*part->zones), compare_numbers);
        for (size_t i = 0; r == 0 && i < part->n_zones; i++) {
                const Piece *zone = &split->pieces[part->zones[i]];
                r = add_lines(part, zone->text, zone->len, zone->line, zone->n_lines);
        }
        return r;
}

static int write_part(Split *split, Part *part, size_t first)
{
        buffer_reset(&part->text);
        part->n_lines = 0;
        int r = add_header(split, part);
        if (r == 0)
                r = add_zones(split, part, first);
        for (size_t i = first; r == 0;) {
                const Piece *piece = &split->pieces[i];
                r = add_lines(part, piece->text, piece->len, piece->line, piece->n_lines);
                if (!piece->next)
                        break;
                i = piece->next;
        }
        if (r == 0)
                r = add_text(part, "END:VCALENDAR\r\n");
        if (r != 0)
                return r;
        CalendarPart ready = {
                .uid = split->pieces[first].uid,
                .method = split->pieces[first].method,
                .text = part->text.data,
                .len = part->text.len,
                .line = split->pieces[first].line,
                .lines = part->lines,
                .n_lines = part->n_lines,
        };
        return split->on_part(&ready, split->userdata);
}

static int write_parts(Split *split)
{
        Part part = { .text = BUFFER_INIT(PART_MAX_BYTES) };
        int r = sort_zones(split);
        for (size_t i = 0; r == 0 && i < split->n; i++)
                if (!split->pieces[i].is_zone && !split->pieces[i].is_next)
                        r = write_part(split, &part, i);
        buffer_done(&part.text);
        free(part.lines);
        free(part.zones);
        return r;
}

static int run(Split *split, const char *text, size_t len)
{
        int r = find_pieces(split, text, len);
        if (r == 0)
                r = link_pieces(split);
        return r != 0 ? r : write_parts(split);
}

int calendar_split(const char *text, size_t len, int (*on_part)(const CalendarPart *part, void *userdata),
                int (*on_error)(const InputError *error, void *userdata), void *userdata)
{
        CLEANUP(split_done) Split split = { .on_part = on_part, .on_error = on_error, .userdata = userdata };
        return run(&split, text, len);
}

int calendar_split_lenient(const char *text, size_t len,
                int (*on_part)(const CalendarPart *part, void *userdata),
                int (*on_error)(const InputError *error, void *userdata),
                int (*on_warning)(const InputError *error, void *userdata), void *userdata)
{
        CLEANUP(split_done)
        Split split = {
                .on_part = on_part, .on_error = on_error, .on_warning = on_warning, .userdata = userdata
        };
        return run(&split, text, len);
}

size_t calendar_part_line(const CalendarPart *part, size_t line)
{
        for (size_t i = line < part->n_lines ? line : part->n_lines; i > 0; i--)
                if (part->lines[i - 1])
                        return part->lines[i - 1];
        return part->line;
}
