#include "contact/convert.h"

#include "base/contentline.h"
#include "base/hash.h"
#include "contact/convert-binary.h"
#include "contact/convert-line.h"
#include "contact/convert-made.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

typedef struct Conversion {
        LineMemory memory;
        CardVersion to;
        CardLines given, made; /* without BEGIN, VERSION and END */
        bool line_feed_only;
        const char *begin, *end; /* the first and the last line */
        size_t begin_len, end_len;
} Conversion;

static void conversion_done(Conversion *conversion)
{
        made_done(&conversion->given);
        made_done(&conversion->made);
        line_memory_done(&conversion->memory);
}

/* ---- Preferences ---- */

/* The lowest PREF of the lines with one name. */
typedef struct LowestPreference {
        const char *name; /* in upper case; NULL for a free place */
        int preference;
} LowestPreference;

/* A hash table by name, with at least twice as many places as there are lines. */
typedef struct Preferences {
        LowestPreference *places;
        size_t n;
} Preferences;

static LowestPreference *find_place(LineMemory *memory, const Preferences *preferences, const char *name)
{
        char *key = (char *)line_format(memory, "%s", name);
        for (char *at = key; *at; at++)
                *at = (char)toupper((unsigned char)*at);
        LowestPreference *place = &preferences->places[hash_quick(key) % preferences->n];
        while (place->name && strcmp(place->name, key) != 0)
                place = place + 1 == preferences->places + preferences->n ? preferences->places : place + 1;
        if (!place->name)
                *place = (LowestPreference){ key, CONVERT_PREFERENCE_NONE };
        return place;
}

/* @lines: of version 4.0 */
static int note_preferences(LineMemory *memory, const CardLines *lines, Preferences *ret)
{
        ret->n = 2 * lines->n + 1;
        ret->places = arena_allocate(&memory->arena, ret->n * sizeof(*ret->places));
        if (!ret->places)
                return -ENOMEM;
        for (size_t i = 0; i < lines->n; i++) {
                int preference = convert_preference(&lines->lines[i]);
                if (preference == CONVERT_PREFERENCE_NONE)
                        continue;
                LowestPreference *place = find_place(memory, ret, lines->lines[i].name);
                if (preference < place->preference)
                        place->preference = preference;
        }
        return memory->error;
}

/* @line: of version 4.0 */
static bool is_preferred(LineMemory *memory, const Preferences *preferences, const CardLine *line)
{
        int preference = convert_preference(line);
        return preference != CONVERT_PREFERENCE_NONE &&
               preference == find_place(memory, preferences, line->name)->preference;
}

/* ---- Lines ---- */

static int take_line(Conversion *conversion, const ContentLine *line)
{
        LineMemory *memory = &conversion->memory;
        CardLine given;
        if (strcmp(line->name, "VERSION") == 0)
                return 0;
        if (strcmp(line->name, "BEGIN") == 0) {
                conversion->begin = line->raw;
                conversion->begin_len = line->raw_len;
                return 0;
        }
        if (strcmp(line->name, "END") == 0) {
                conversion->end = line->raw;
                conversion->end_len = line->raw_len;
                return 0;
        }
        line_cut(memory, line->raw, line->raw_len, &given);
        if (conversion->to == CARD_VERSION_4)
                convert_binary_normalize(&given);
        return conversion->to == CARD_VERSION_4 && made_is(memory, &given)
                               ? 0
                               : made_add(&conversion->given, &given);
}

static int read_lines(Conversion *conversion, const char *text, size_t len)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(text, len, &CONTENT_LIMITS_CARD);
        ContentLine line;
        int r = reader ? 0 : -ENOMEM;
        while (r == 0 && (r = content_reader_next(reader, &line, NULL)) == 0)
                r = take_line(conversion, &line);
        if (r != CONTENT_END)
                return r < 0 ? r : CARD_E_INVALID;
        return conversion->begin && conversion->end ? 0 : CARD_E_INVALID;
}

/* Converts the lines of a card of version 3.0 without knowing which are preferred: that only adds parameters. */
static int convert_first(Conversion *conversion, CardLines *ret)
{
        ConvertContext context = { .memory = &conversion->memory, .to = CARD_VERSION_4 };
        int r = 0;
        for (size_t i = 0; i < conversion->given.n && r == 0; i++) {
                CardLine made = convert_line(&context, &conversion->given.lines[i]);
                r = made_add(ret, &made);
        }
        return r;
}

/* @lines_4: the given lines, in version 4.0 */
static int convert_lines(Conversion *conversion, const CardLines *lines_4)
{
        ConvertContext context = { .memory = &conversion->memory, .to = conversion->to };
        Preferences preferences;
        int r = note_preferences(&conversion->memory, lines_4, &preferences);
        for (size_t i = 0; i < conversion->given.n && r == 0; i++) {
                const CardLine *given = &conversion->given.lines[i];
                context.preferred = is_preferred(&conversion->memory, &preferences, &lines_4->lines[i]);
                CardLine made = convert_line(&context, given);
                bool is_same = given->raw && line_equal(given, &made);
                r = made_add(&conversion->made, is_same ? given : &made);
        }
        return r != 0 ? r : conversion->memory.error;
}

static int convert_to_3(Conversion *conversion)
{
        LineMemory *memory = &conversion->memory;
        made_begin_3(memory, &conversion->given);
        int r = convert_lines(conversion, &conversion->given);
        return r == 0 ? made_complete_3(memory, &conversion->made) : r;
}

static int convert_to_4(Conversion *conversion)
{
        CLEANUP(made_done) CardLines first = { .n = 0 };
        int r = convert_first(conversion, &first);
        if (r == 0)
                r = convert_lines(conversion, &first);
        if (r == 0)
                made_complete_4(&conversion->memory, &conversion->made);
        return r;
}

static int convert(Conversion *conversion)
{
        int r = conversion->to == CARD_VERSION_3 ? convert_to_3(conversion) : convert_to_4(conversion);
        return r != 0 ? r : conversion->memory.error;
}

/* ---- The card ---- */

static void write_line(const Conversion *conversion, const CardLine *line, Buffer *out)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(out->max);
        CLEANUP(buffer_done) Buffer folded = BUFFER_INIT(out->max);
        if (line->raw) {
                buffer_append(out, line->raw, line->raw_len);
                return;
        }
        line_head(line, &text);
        buffer_puts(&text, line->value);
        content_fold(&folded, buffer_text(&text), text.len);
        for (size_t i = 0; i < folded.len; i++)
                if (folded.data[i] != '\r' || !conversion->line_feed_only)
                        buffer_putc(out, folded.data[i]);
        if (buffer_error(&text) || buffer_error(&folded))
                out->error = buffer_error(&text) ? buffer_error(&text) : buffer_error(&folded);
}

static void write_card(const Conversion *conversion, Buffer *out)
{
        buffer_append(out, conversion->begin, conversion->begin_len);
        buffer_printf(out, "VERSION:%d.0%s", conversion->to, conversion->line_feed_only ? "\n" : "\r\n");
        for (size_t i = 0; i < conversion->made.n; i++)
                write_line(conversion, &conversion->made.lines[i], out);
        buffer_append(out, conversion->end, conversion->end_len);
}

int card_convert(const char *text, size_t len, CardVersion version, Buffer *out)
{
        CLEANUP(conversion_done) Conversion conversion = { .to = version };
        if (card_version_of(text, len) == version) {
                buffer_append(out, text, len);
                return buffer_error(out);
        }
        int r = read_lines(&conversion, text, len);
        if (r != 0)
                return r;
        conversion.line_feed_only =
                        conversion.begin_len < 2 || conversion.begin[conversion.begin_len - 2] != '\r';
        r = convert(&conversion);
        if (r != 0)
                return r;
        write_card(&conversion, out);
        return buffer_error(out);
}

const char *card_name_in_other_version(const char *name)
{
        const char *name_3 = convert_name(name), *name_4 = convert_name_4(name);
        return strcmp(name_3, name) != 0 ? name_3 : strcmp(name_4, name) != 0 ? name_4 : NULL;
}
