#include "calendar/repair-lines.h"

#include "base/phrase.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { SHOWN_MAX = 60, NAME_MAX_BYTES = 128 };

static const RepairProperty properties[] = {
        { "UID", true, repair_uid, NULL },
        { "DTSTART", true, repair_moment, NULL },
        { "DTEND", true, repair_moment, NULL },
        { "DURATION", true, repair_duration, NULL },
        { "RECURRENCE-ID", true, repair_recurrence_id, NULL },
        { "RRULE", true, repair_rule, NULL },
        { "RDATE", true, repair_dates, NULL },
        { "EXDATE", true, repair_dates, NULL },
        { "EXRULE", true, repair_rule, NULL },
        { "X-CONVENED-TZID", true, NULL, NULL },
        { "STATUS", false, repair_word, NULL },
        { "CLASS", false, repair_word, "CLASS:PRIVATE" },
        { "TRANSP", false, repair_word, NULL },
        { "SEQUENCE", false, repair_word, NULL },
        { "PRIORITY", false, repair_word, NULL },
        { "DTSTAMP", false, repair_stamp, NULL },
        { "LAST-MODIFIED", false, repair_stamp, NULL },
        { "CREATED", false, repair_stamp, NULL },
        { "GEO", false, repair_geo, NULL },
        { "URL", false, repair_uri, NULL },
        { "ORGANIZER", false, repair_uri, NULL },
        { "ATTENDEE", false, repair_uri, NULL },
        { "CONCEPT", false, repair_uri, NULL },
};

int repair_warn(const Repair *repair, const Entry *entry, const char *what, const char *done)
{
        InputError warning;
        input_error_set(&warning, entry->line.number, entry->name, "%.200s; %.100s", phrase(what),
                        phrase(done));
        return repair->on_warning(&warning, repair->userdata);
}

const RepairProperty *repair_property(const char *name)
{
        for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++)
                if (strcmp(properties[i].name, name) == 0)
                        return &properties[i];
        return NULL;
}

bool repair_decides(const char *name)
{
        const RepairProperty *property = repair_property(name);
        return property && property->decides;
}

bool repair_status_may_cancel(const char *text, size_t len)
{
        static const char word[] = "CANCEL";
        for (size_t i = 0; i + sizeof(word) - 1 <= len; i++)
                if (strncasecmp(text + i, word, sizeof(word) - 1) == 0)
                        return true;
        return false;
}

bool repair_read_line(Repair *repair, const char *text, size_t len, ContentLine *ret)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(text, len, &CONTENT_LIMITS_FILE);
        LineList list = { 0 };
        ContentLine line;
        if (!reader || content_reader_next(reader, &line, NULL) != 0 ||
                        line_list_add(&list, &repair->event->arena, &line) != 0)
                return false;
        *ret = list.items[0];
        return true;
}

/*
 * Returns the name at the start of an unreadable line, in capitals.
 * @ret_is_property: whether a colon or semicolon follows it; `Duration 30 minutes` is a piece of a text that
 *                   was not folded
 */
static const char *name_of(Repair *repair, const ContentLine *line, bool *ret_is_property)
{
        CLEANUP(buffer_done) Buffer start = BUFFER_INIT(NAME_MAX_BYTES);
        ContentLine cut = *line;
        cut.raw_len = cut.raw_len < NAME_MAX_BYTES ? cut.raw_len : NAME_MAX_BYTES;
        content_line_unfold(&cut, &start);
        const char *text = buffer_text(&start);
        size_t n = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");
        const char *next = text + n + strspn(text + n, " \t");
        char *name = arena_copy(&repair->event->arena, text, n);
        *ret_is_property = *next == ':' || *next == ';';
        for (char *c = name; c && *c; c++)
                *c = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
        return name;
}

/* Copies the text without control characters. The programs that wrote these do not show them either. */
static void remove_controls(const Buffer *from, Buffer *to)
{
        for (size_t i = 0; i < from->len; i++) {
                unsigned char c = (unsigned char)from->data[i];
                if (c == '\t' || (c >= 0x20 && c != 0x7F))
                        buffer_putc(to, (char)c);
        }
}

/* Copies the line without the blanks beside the separators of its name and parameters: `SUMMARY :a`. */
static void remove_blanks(const Buffer *from, Buffer *to)
{
        bool quoted = false, head = true;
        for (size_t i = 0; i < from->len; i++) {
                char c = from->data[i], next = i + 1 < from->len ? from->data[i + 1] : ':';
                char last = to->len > 0 ? to->data[to->len - 1] : ':';
                if (head && !quoted && (c == ' ' || c == '\t') && (strchr(":;= \t", next) || last == ';'))
                        continue;
                quoted ^= c == '"';
                head = head && (c != ':' || quoted);
                buffer_putc(to, c);
        }
}

/* Replaces an unreadable line by another one, and reports it. Return: false if that one cannot be read. */
static bool read_as(Repair *repair, Entry *entry, const char *line, size_t len)
{
        ContentLine read;
        if (!line || !repair_read_line(repair, line, len, &read))
                return false;
        read.number = entry->line.number;
        read.depth = entry->line.depth;
        entry->line = read;
        entry->replacement = line;
        return true;
}

static int warn_read_as(Repair *repair, const Entry *entry, const InputError *error)
{
        char done[SHOWN_MAX + 80];
        snprintf(done, sizeof(done), phrase("it is read as %.*s"), SHOWN_MAX, entry->replacement);
        return repair_warn(repair, entry, error->message, done);
}

/* Whether the line that is read is one of the event itself, or is in a time zone, at any depth. */
static bool is_of_event_or_zone(const Repair *repair, const Entry *entry)
{
        const Block *block = repair->n_blocks > 0 ? &repair->blocks[repair->n_blocks - 1] : NULL;
        bool is_open = block && block->end == 0;
        return is_open && (entry->line.depth == 2 || strcmp(repair->entries[block->begin].line.value,
                                                                     "VTIMEZONE") == 0);
}

/* Whether the line is the title, in another encoding: all texts of the file are in that one. */
static bool is_title_of_other_encoding(const Entry *entry)
{
        CLEANUP(buffer_done) Buffer unfolded = BUFFER_INIT(REPAIR_LINE_MAX_BYTES);
        CLEANUP(buffer_done) Buffer repaired = BUFFER_INIT(3 * REPAIR_LINE_MAX_BYTES);
        if (strcmp(entry->name, "SUMMARY") != 0)
                return false;
        content_line_unfold(&entry->line, &unfolded);
        return utf8_append_repaired(&repaired, buffer_text(&unfolded), unfolded.len) > 0;
}

/* Whether an unreadable line must stay, so that the parser refuses the object. */
static bool must_stay(const Repair *repair, const Entry *entry)
{
        bool may_cancel = strcmp(entry->name, "STATUS") == 0 &&
                          repair_status_may_cancel(entry->line.raw, entry->line.raw_len);
        return is_of_event_or_zone(repair, entry) &&
               (repair_decides(entry->name) || may_cancel || is_title_of_other_encoding(entry));
}

/*
 * Reads a line without its control characters, or without blanks that do not belong there.
 * Return: true if it can be read then; @ret has the result of the warning.
 */
static bool read_cleaned(Repair *repair, Entry *entry, const InputError *error, int *ret)
{
        CLEANUP(buffer_done) Buffer unfolded = BUFFER_INIT(REPAIR_LINE_MAX_BYTES);
        CLEANUP(buffer_done) Buffer clean = BUFFER_INIT(REPAIR_LINE_MAX_BYTES);
        CLEANUP(buffer_done) Buffer closed = BUFFER_INIT(REPAIR_LINE_MAX_BYTES);
        content_line_unfold(&entry->line, &unfolded);
        remove_controls(&unfolded, &clean);
        remove_blanks(&clean, &closed);
        if (closed.len == unfolded.len ||
                        !read_as(repair, entry,
                                        arena_copy(&repair->event->arena, buffer_text(&closed), closed.len),
                                        closed.len))
                return false;
        *ret = clean.len < unfolded.len
                               ? repair_warn(repair, entry, error->message, "the character is left out")
                               : warn_read_as(repair, entry, error);
        return true;
}

static int take_bad_line(Repair *repair, Entry *entry, const InputError *error)
{
        bool is_property;
        int r = 0;
        entry->name = name_of(repair, &entry->line, &is_property);
        if (!entry->name)
                return -ENOMEM;
        if (entry->line.raw_len < CONTENT_LIMITS_OBJECT.line_bytes && read_cleaned(repair, entry, error, &r))
                return r;
        if (is_property && must_stay(repair, entry))
                return 0;
        const RepairProperty *property = repair_property(entry->name);
        const char *fallback = property ? property->fallback : NULL;
        if (fallback)
                return read_as(repair, entry, fallback, strlen(fallback))
                                       ? warn_read_as(repair, entry, error)
                                       : -ENOMEM;
        entry->left_out = true;
        return repair_warn(repair, entry, error->message, "the line is left out");
}

static Entry *add_entry(Repair *repair, const ContentLine *line)
{
        Entry *entries = list_grow(&repair->event->arena, repair->entries, repair->n, &repair->allocated,
                        sizeof(*entries));
        LineList list = { 0 };
        if (!entries)
                return NULL;
        repair->entries = entries;
        Entry *entry = &entries[repair->n++];
        *entry = (Entry){ .line = *line, .given = line->raw, .given_len = line->raw_len };
        if (!line->name)
                return entry;
        if (line_list_add(&list, &repair->event->arena, line) != 0)
                return NULL;
        entry->line = list.items[0];
        entry->name = entry->line.name;
        return entry;
}

static int note_block(Repair *repair, const ContentLine *line)
{
        bool begin = line->depth == 1 && strcmp(line->name, "BEGIN") == 0;
        if (begin) {
                Block *blocks = list_grow(&repair->event->arena, repair->blocks, repair->n_blocks,
                                &repair->blocks_allocated, sizeof(*blocks));
                if (!blocks)
                        return -ENOMEM;
                repair->blocks = blocks;
                blocks[repair->n_blocks++] = (Block){ .begin = repair->n - 1 };
        } else if (line->depth == 1 && strcmp(line->name, "END") == 0 && repair->n_blocks > 0) {
                repair->blocks[repair->n_blocks - 1].end = repair->n - 1;
        }
        return 0;
}

int repair_read(Repair *repair, const char *text, size_t len)
{
        static const ContentLimits limits = { 64 * 1024 * 1024, 256 * 1024, 1000000, 32, 4 };
        CLEANUP(content_reader_freep) ContentReader *reader = content_reader_new(text, len, &limits);
        ContentLine line;
        InputError error;
        int r = reader ? 0 : -ENOMEM;
        while (r == 0) {
                r = content_reader_next(reader, &line, &error);
                if (r == CONTENT_END)
                        return 0;
                if (r == CONTENT_E_INVALID && !line.raw)
                        return EVENT_E_INVALID;
                if (r < 0)
                        return r;
                Entry *entry = add_entry(repair, &line);
                r = !entry   ? -ENOMEM
                    : r == 0 ? note_block(repair, &line)
                             : take_bad_line(repair, entry, &error);
        }
        return r;
}

/*
 * Records the original line number of each line that @out has from @start on. If @raw is true, these are
 * copies of line @first and the lines after it; otherwise all of them come from line @first.
 */
static void note_lines(const Buffer *out, size_t start, size_t first, bool raw, Buffer *lines)
{
        size_t number = first;
        for (size_t i = start; i < out->len; i++)
                if (out->data[i] == '\n') {
                        buffer_append(lines, &number, sizeof(number));
                        number += raw ? 1 : 0;
                }
}

static void write_added(const char *added, Buffer *out)
{
        for (size_t len; added && *added; added += len + (added[len] == '\n')) {
                len = strcspn(added, "\n");
                content_fold(out, added, len);
        }
}

int repair_write(const Repair *repair, Buffer *out, Buffer *lines)
{
        for (size_t i = 0; i < repair->n; i++) {
                const Entry *entry = &repair->entries[i];
                size_t start = out->len;
                if (entry->left_out)
                        continue;
                if (entry->replacement)
                        content_fold(out, entry->replacement, strlen(entry->replacement));
                else
                        buffer_append(out, entry->line.raw, entry->line.raw_len);
                note_lines(out, start, entry->line.number, !entry->replacement, lines);
                start = out->len;
                write_added(entry->added, out);
                note_lines(out, start, entry->line.number, false, lines);
        }
        return buffer_error(out) ? buffer_error(out) : buffer_error(lines);
}
