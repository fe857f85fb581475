#include "contact/convert.h"

#include "base/contentline.h"
#include "contact/convert-binary.h"
#include "contact/convert-line.h"
#include "contact/convert-made.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/*
 * The maxima of a conversion, in octets for each octet of the card and for all: of the converted card, and
 * of each memory for its lines.
 */
enum {
        CARD_GROWTH = 4,
        CARD_SPARE_BYTES = 64 * 1024,
        MEMORY_GROWTH = 24,
        MEMORY_SPARE_BYTES = 1024 * 1024,
};

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

/* A line with a PREF. */
typedef struct Ranked {
        const char *name;
        int preference;
        size_t at; /* its index */
} Ranked;

static int compare_ranked(const void *one, const void *other)
{
        const Ranked *a = one, *b = other;
        int order = strcasecmp(a->name, b->name);
        return order != 0 ? order : (a->preference > b->preference) - (a->preference < b->preference);
}

/* Return: the number of lines at @ret, which has room for all. */
static size_t rank_lines(const CardLines *lines, Ranked *ret)
{
        size_t n = 0;
        for (size_t i = 0; i < lines->n; i++) {
                int preference = convert_preference(&lines->lines[i]);
                if (preference != CONVERT_PREFERENCE_NONE)
                        ret[n++] = (Ranked){ lines->lines[i].name, preference, i };
        }
        qsort(ret, n, sizeof(*ret), compare_ranked);
        return n;
}

/*
 * Tells of each line whether it has the lowest PREF of those with its name.
 * @lines: of version 4.0
 */
static int find_preferred(LineMemory *memory, const CardLines *lines, bool **ret)
{
        Ranked *ranked = line_allocate(memory, (lines->n + 1) * sizeof(*ranked));
        *ret = line_allocate(memory, (lines->n + 1) * sizeof(**ret));
        if (!ranked || !*ret)
                return memory->error;
        size_t n = rank_lines(lines, ranked);
        for (size_t i = 0, first = 0; i < n; i++) {
                if (strcasecmp(ranked[first].name, ranked[i].name) != 0)
                        first = i;
                (*ret)[ranked[i].at] = ranked[i].preference == ranked[first].preference;
        }
        return 0;
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
                               : made_add(memory, &conversion->given, &given);
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

/*
 * Converts the lines of a card of version 3.0 without knowing which are preferred: that only adds
 * parameters.
 */
static int convert_first(Conversion *conversion, LineMemory *memory, CardLines *ret)
{
        ConvertContext context = { .memory = memory, .to = CARD_VERSION_4 };
        int r = 0;
        for (size_t i = 0; i < conversion->given.n && r == 0; i++) {
                CardLine made = convert_line(&context, &conversion->given.lines[i]);
                r = made_add(memory, ret, &made);
        }
        return r;
}

/* @preferred: of each line */
static int convert_lines(Conversion *conversion, const bool *preferred)
{
        ConvertContext context = { .memory = &conversion->memory, .to = conversion->to };
        int r = 0;
        for (size_t i = 0; i < conversion->given.n && r == 0; i++) {
                context.preferred = preferred[i];
                CardLine made = convert_line(&context, &conversion->given.lines[i]);
                r = made_add(&conversion->memory, &conversion->made, &made);
        }
        return r;
}

static int convert_to_3(Conversion *conversion)
{
        LineMemory *memory = &conversion->memory;
        bool *preferred;
        made_begin_3(memory, &conversion->given);
        int r = find_preferred(memory, &conversion->given, &preferred);
        if (r == 0)
                r = convert_lines(conversion, preferred);
        return r == 0 ? made_complete_3(memory, &conversion->made) : r;
}

static int find_preferred_of_3(Conversion *conversion, bool **ret)
{
        CLEANUP(line_memory_done) LineMemory memory = LINE_MEMORY_INIT(conversion->memory.max);
        CLEANUP(made_done) CardLines first = { .n = 0 };
        int r = convert_first(conversion, &memory, &first);
        return r == 0 ? find_preferred(&conversion->memory, &first, ret) : r;
}

static int convert_to_4(Conversion *conversion)
{
        bool *preferred;
        int r = find_preferred_of_3(conversion, &preferred);
        if (r == 0)
                r = convert_lines(conversion, preferred);
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

static int convert_card(Conversion *conversion, const char *text, size_t len, Buffer *out)
{
        int r = read_lines(conversion, text, len);
        if (r != 0)
                return r;
        conversion->line_feed_only =
                        conversion->begin_len < 2 || conversion->begin[conversion->begin_len - 2] != '\r';
        r = convert(conversion);
        if (r != 0)
                return r;
        write_card(conversion, out);
        return buffer_error(out);
}

int card_convert(const char *text, size_t len, CardVersion version, Buffer *out)
{
        if (card_version_of(text, len) == version) {
                buffer_append(out, text, len);
                return buffer_error(out);
        }
        CLEANUP(conversion_done)
        Conversion conversion = { .memory = LINE_MEMORY_INIT(MEMORY_GROWTH * len + MEMORY_SPARE_BYTES),
                .to = version };
        CLEANUP(buffer_done) Buffer card = BUFFER_INIT(CARD_GROWTH * len + CARD_SPARE_BYTES);
        int r = convert_card(&conversion, text, len, &card);
        if (r != 0)
                return r == -EFBIG ? CARD_E_LARGE : r;
        buffer_append(out, buffer_text(&card), card.len);
        return buffer_error(out);
}

const char *card_name_in_other_version(const char *name)
{
        const char *name_3 = convert_name(name), *name_4 = convert_name_4(name);
        return strcmp(name_3, name) != 0 ? name_3 : strcmp(name_4, name) != 0 ? name_4 : NULL;
}
