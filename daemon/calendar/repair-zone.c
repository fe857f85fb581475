#include "calendar/repair-zone.h"

#include "base/phrase.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { VALUE_SIZE = 64, ZONE_MAX_BYTES = 1024 * 1024, SHOWN_MAX = 60, DATE_DIGITS = 8 };

static size_t count_digits(const char *text)
{
        size_t n = 0;
        while (isdigit((unsigned char)text[n]))
                n++;
        return n;
}

/* Reads two digits after a colon, or without one if @is_close is true. Return: false if there are none. */
static bool read_pair(const char **at, bool is_close, int *ret)
{
        const char *digits = **at == ':' ? *at + 1 : *at;
        if ((**at != ':' && !is_close) || !isdigit((unsigned char)digits[0]) ||
                        !isdigit((unsigned char)digits[1]))
                return false;
        *ret = (digits[0] - '0') * 10 + digits[1] - '0';
        *at = digits + 2;
        return true;
}

/* Writes an offset such as "+3", "0300", "+03:00" as RFC 5545, 3.3.14 has it. */
static bool write_offset(const char *value, Buffer *out)
{
        int hours = 0, minutes = 0, seconds = 0;
        value += strspn(value, " \t");
        char sign = *value == '-' ? '-' : '+';
        value += *value == '-' || *value == '+';
        size_t n = count_digits(value);
        if (n == 0 || n == 3 || n == 5 || n > 6)
                return false;
        hours = value[0] - '0';
        if (n > 1)
                hours = hours * 10 + value[1] - '0';
        value += n > 1 ? 2 : 1;
        bool has_minutes = read_pair(&value, n > 2, &minutes);
        bool has_seconds = has_minutes && read_pair(&value, n > 4, &seconds);
        value += strspn(value, " \t");
        if (*value || hours > 23 || minutes > 59 || seconds > 59)
                return false;
        buffer_printf(out, "%c%02d%02d", sign, hours, minutes);
        if (has_seconds && seconds > 0)
                buffer_printf(out, "%02d", seconds);
        return true;
}

static bool write_onset(const char *value, size_t len, Buffer *out)
{
        const char *slash = memchr(value, '/', len);
        len = slash ? (size_t)(slash - value) : len;
        while (len > 0 && (value[len - 1] == ' ' || value[len - 1] == 'Z' || value[len - 1] == 'z'))
                len--;
        buffer_append(out, value, len);
        if (len == DATE_DIGITS && count_digits(value) >= DATE_DIGITS)
                buffer_puts(out, "T000000");
        return len > 0;
}

static bool write_onsets(const char *values, Buffer *out)
{
        bool is_first = true;
        while (*values) {
                values += strspn(values, ", ");
                size_t len = strcspn(values, ",");
                if (len == 0)
                        break;
                buffer_puts(out, is_first ? "" : ",");
                if (!write_onset(values, len, out))
                        return false;
                is_first = false;
                values += len;
        }
        return !is_first;
}

static const struct {
        const char *name;
        bool (*write)(const char *value, Buffer *out);
} properties[] = {
        { "DTSTART", write_onsets },
        { "RDATE", write_onsets },
        { "TZOFFSETFROM", write_offset },
        { "TZOFFSETTO", write_offset },
};

static int correct_line(Repair *repair, Entry *entry)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(REPAIR_LINE_MAX_BYTES);
        for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++) {
                if (strcmp(entry->name, properties[i].name) != 0)
                        continue;
                buffer_printf(&line, "%s:", entry->name);
                size_t head = line.len;
                if (!properties[i].write(entry->line.value, &line) ||
                                strcmp(buffer_text(&line) + head, entry->line.value) == 0)
                        return 0;
                entry->replacement = arena_copy(&repair->event->arena, buffer_text(&line), line.len);
                entry->is_corrected = true;
                return entry->replacement ? 0 : -ENOMEM;
        }
        return 0;
}

static int correct_lines(Repair *repair, const Block *block, Buffer *out)
{
        int r = 0;
        for (size_t i = block->begin; r == 0 && i <= block->end; i++) {
                Entry *entry = &repair->entries[i];
                if (entry->left_out)
                        continue;
                if (entry->line.depth == 3 && entry->line.name && !entry->replacement)
                        r = correct_line(repair, entry);
                if (entry->replacement)
                        content_fold(out, entry->replacement, strlen(entry->replacement));
                else
                        buffer_append(out, entry->line.raw, entry->line.raw_len);
        }
        return r == 0 ? buffer_error(out) : r;
}

static int warn_of_line(const Repair *repair, const Entry *entry)
{
        char done[SHOWN_MAX + 80];
        snprintf(done, sizeof(done), phrase("it is read as %.*s"), SHOWN_MAX, entry->replacement);
        return repair_warn(repair, entry, "is no valid line of a time zone", done);
}

int repair_own_zone(Repair *repair, const Block *block, Zone **ret)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(ZONE_MAX_BYTES);
        *ret = NULL;
        int r = correct_lines(repair, block, &text);
        if (r == 0)
                r = zone_from_vtimezone(buffer_text(&text), text.len, ret);
        for (size_t i = block->begin; r >= 0 && i <= block->end; i++) {
                Entry *entry = &repair->entries[i];
                if (!entry->is_corrected)
                        continue;
                if (r > 0)
                        entry->replacement = NULL;
                else
                        r = warn_of_line(repair, entry);
        }
        return r < 0 ? r : 0;
}
