#include "dav/address-data.h"

#include "base/contentline.h"
#include "contact/convert.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool address_data_is_supported(const DataRequest *request)
{
        return (!request->content_type || strcasecmp(request->content_type, "text/vcard") == 0) &&
               (!request->version || strcmp(request->version, "3.0") == 0 ||
                               strcmp(request->version, "4.0") == 0);
}

/* ---- Properties ---- */

/* Whether a requested property names this line. The requested name may have a group: `group.NAME`. */
static bool is_of(const DataProperty *property, const ContentLine *line)
{
        const char *dot = strchr(property->name, '.');
        size_t len = dot ? (size_t)(dot - property->name) : 0;
        if (dot && (!line->group || strlen(line->group) != len ||
                                   strncasecmp(line->group, property->name, len) != 0))
                return false;
        return strcasecmp(dot ? dot + 1 : property->name, line->name) == 0;
}

static const DataProperty *find_property(const DataRequest *request, const ContentLine *line)
{
        for (const DataProperty *property = request->properties; property; property = property->next)
                if (is_of(property, line))
                        return property;
        return NULL;
}

static bool is_frame(const ContentLine *line)
{
        return strcmp(line->name, "BEGIN") == 0 || strcmp(line->name, "VERSION") == 0 ||
               strcmp(line->name, "END") == 0;
}

static void write_line(const DataRequest *request, const ContentLine *line, Buffer *out)
{
        const DataProperty *property = find_property(request, line);
        if (is_frame(line) || (property && !property->without_value))
                buffer_append(out, line->raw, line->raw_len);
        else if (property)
                buffer_printf(out, "%s%s%s:\r\n", line->group ? line->group : "", line->group ? "." : "",
                                line->name);
}

/* Copies the properties that are asked for. */
static int choose(const DataRequest *request, const Buffer *card, Buffer *out)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(buffer_text(card), card->len, &CONTENT_LIMITS_CARD);
        ContentLine line;
        int r = reader ? 0 : -ENOMEM;
        while (r == 0 && (r = content_reader_next(reader, &line, NULL)) == 0)
                write_line(request, &line, out);
        return r == CONTENT_END ? buffer_error(out) : r < 0 ? r : ADDRESS_DATA_E_UNREADABLE;
}

int address_data_make(const DataRequest *request, const char *text, size_t len, Buffer *out)
{
        CLEANUP(buffer_done) Buffer card = BUFFER_INIT(CARD_CONVERTED_MAX_BYTES);
        bool is_4 = request->version && strcmp(request->version, "4.0") == 0;
        size_t before = out->len;
        Buffer *whole = request->properties ? &card : out;
        int r = card_convert(text, len, is_4 ? CARD_VERSION_4 : CARD_VERSION_3, whole);
        if (r == CARD_E_LARGE) {
                buffer_append(whole, text, len);
                r = buffer_error(whole);
        }
        if (r == 0 && request->properties)
                r = choose(request, &card, out);
        if (r > 0)
                buffer_remove(out, before, out->len - before);
        return r > 0 ? ADDRESS_DATA_E_UNREADABLE : r;
}

/* ---- Accept ---- */

/* A media range of the field Accept. */
typedef struct MediaRange {
        bool is_card, is_4;
        double weight;
} MediaRange;

static bool is_word(const char *text, size_t len, const char *word)
{
        return strlen(word) == len && strncasecmp(text, word, len) == 0;
}

/* Takes a parameter, `version=4.0` or `q=0.5`. */
static void take_parameter(const char *text, size_t len, MediaRange *range)
{
        char value[16];
        const char *equals = memchr(text, '=', len);
        if (!equals)
                return;
        size_t name_len = (size_t)(equals - text), skip = equals[1] == '"' ? 1 : 0;
        snprintf(value, sizeof(value), "%.*s", (int)(len - name_len - 1 - skip), equals + 1 + skip);
        if (is_word(text, name_len, "version"))
                range->is_4 = strncmp(value, "4.0", 3) == 0;
        else if (is_word(text, name_len, "q"))
                range->weight = strtod(value, NULL);
}

/* @len: up to the comma or the end */
static MediaRange read_range(const char *text, size_t len)
{
        MediaRange range = { .weight = 1 };
        for (size_t at = 0, n = 0; at <= len; n++) {
                size_t part = 0;
                while (at + part < len && text[at + part] != ';')
                        part++;
                const char *begin = text + at;
                size_t size = part;
                while (size > 0 && strchr(" \t", *begin)) {
                        begin++;
                        size--;
                }
                while (size > 0 && strchr(" \t", begin[size - 1]))
                        size--;
                if (n == 0)
                        range.is_card = is_word(begin, size, "text/vcard") ||
                                        is_word(begin, size, "text/*") || is_word(begin, size, "*/*");
                else
                        take_parameter(begin, size, &range);
                at += part + 1;
        }
        return range;
}

CardVersion address_data_accepted(const char *accept)
{
        double weight_3 = -1, weight_4 = -1;
        for (const char *at = accept; at && *at;) {
                size_t len = strcspn(at, ",");
                MediaRange range = read_range(at, len);
                double *weight = range.is_4 ? &weight_4 : &weight_3;
                if (range.is_card && range.weight > *weight)
                        *weight = range.weight;
                at += len + (at[len] == ',');
        }
        return weight_4 > 0 && weight_4 >= weight_3 ? CARD_VERSION_4 : CARD_VERSION_3;
}
