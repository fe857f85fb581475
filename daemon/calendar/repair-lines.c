#include "calendar/repair-lines.h"

#include "base/phrase.h"

#include <errno.h>
#include <string.h>

static const RepairProperty properties[] = {
        { "UID", true, repair_uid },
        { "DTSTART", true, repair_moment },
        { "DTEND", true, repair_moment },
        { "DURATION", true, repair_duration },
        { "RECURRENCE-ID", true, repair_recurrence_id },
        { "RRULE", true, repair_rule },
        { "RDATE", true, repair_dates },
        { "EXDATE", true, repair_dates },
        { "EXRULE", true, repair_rule },
        { "SUMMARY", true, NULL },
        { "X-CONVENED-TZID", true, NULL },
        { "STATUS", false, repair_word },
        { "CLASS", false, repair_word },
        { "TRANSP", false, repair_word },
        { "SEQUENCE", false, repair_word },
        { "PRIORITY", false, repair_word },
        { "DTSTAMP", false, repair_stamp },
        { "LAST-MODIFIED", false, repair_stamp },
        { "CREATED", false, repair_stamp },
        { "GEO", false, repair_geo },
        { "URL", false, repair_uri },
        { "ORGANIZER", false, repair_uri },
        { "ATTENDEE", false, repair_uri },
        { "CONCEPT", false, repair_uri },
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

/* Returns the name at the start of an unreadable line, in capitals. */
static const char *name_of(Repair *repair, const char *raw, size_t len)
{
        size_t n = 0;
        while (n < len && n < 64 && raw[n] &&
                        strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-", raw[n]))
                n++;
        char *name = arena_copy(&repair->event->arena, raw, n);
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

static int take_bad_line(Repair *repair, Entry *entry, const InputError *error)
{
        CLEANUP(buffer_done) Buffer unfolded = BUFFER_INIT(REPAIR_LINE_MAX_BYTES);
        CLEANUP(buffer_done) Buffer clean = BUFFER_INIT(REPAIR_LINE_MAX_BYTES);
        ContentLine line = entry->line;
        entry->name = name_of(repair, line.raw, line.raw_len);
        if (!entry->name)
                return -ENOMEM;
        if (line.raw_len < CONTENT_LIMITS_OBJECT.line_bytes) {
                content_line_unfold(&line, &unfolded);
                remove_controls(&unfolded, &clean);
                entry->anew = arena_copy(&repair->event->arena, buffer_text(&clean), clean.len);
                if (clean.len < unfolded.len && entry->anew &&
                                repair_read_line(repair, entry->anew, clean.len, &entry->line)) {
                        entry->line.number = line.number;
                        entry->line.depth = line.depth;
                        return repair_warn(repair, entry, error->message, "the character is left out");
                }
        }
        entry->anew = NULL;
        if (repair_decides(entry->name))
                return 0;
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
        *entry = (Entry){ .line = *line };
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
                if (entry->anew)
                        content_fold(out, entry->anew, strlen(entry->anew));
                else
                        buffer_append(out, entry->line.raw, entry->line.raw_len);
                note_lines(out, start, entry->line.number, !entry->anew, lines);
                start = out->len;
                write_added(entry->behind, out);
                note_lines(out, start, entry->line.number, false, lines);
        }
        return buffer_error(out) ? buffer_error(out) : buffer_error(lines);
}
