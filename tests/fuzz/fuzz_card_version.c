/*
 * The conversion of a vCard to the other version and back: a card that is read is read again in the other
 * version, and its lines come back as they were.
 */

#include "contact/card.h"
#include "contact/convert.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

enum {
        OUT_BYTES = 16 * 1024 * 1024,
        LONG_LINE_BYTES = 1000,
        MANY_PARAMS = 28,
        SMALL_BYTES = 16 * 1024, /* a smaller card does not become too large */
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * The lines of a card that must come back, without their folds, and without blanks, which base64 may have.
 */
typedef struct Lines {
        Buffer text;
        bool is_plain; /* no line is longer, or has more parameters, than always comes back */
        bool has_name; /* N, which version 3.0 needs */
} Lines;

static void add_line(const ContentLine *line, Lines *lines)
{
        lines->is_plain = lines->is_plain && line->raw_len < LONG_LINE_BYTES && line->n_params < MANY_PARAMS;
        lines->has_name = lines->has_name || strcmp(line->name, "N") == 0;
        if (strcmp(line->name, "VERSION") == 0 || strcmp(line->name, "BEGIN") == 0 ||
                        strcmp(line->name, "END") == 0)
                return;
        bool after_line_end = false;
        for (size_t i = 0; i < line->raw_len; i++) {
                char c = line->raw[i];
                bool is_fold = after_line_end;
                after_line_end = c == '\n';
                if (c != '\r' && c != '\n' && c != ' ' && c != '\t' && !is_fold)
                        buffer_putc(&lines->text, c);
        }
        buffer_putc(&lines->text, '\n');
}

static Lines read_lines(const char *text, size_t len)
{
        Lines lines = { .text = BUFFER_INIT(OUT_BYTES), .is_plain = true };
        ContentReader *reader = content_reader_new(text, len, &CONTENT_LIMITS_CARD);
        ContentLine line;
        while (content_reader_next(reader, &line, NULL) == 0)
                add_line(&line, &lines);
        content_reader_free(reader);
        return lines;
}

static bool is_card(const char *text, size_t len)
{
        Card *card = NULL;
        int r = card_parse(text, len, &card, NULL);
        card_free(card);
        return r == 0;
}

/* Whether the card has lines that this program itself adds and removes, so that they need not come back. */
static bool has_made(const char *text, size_t len)
{
        static const char *const names[] = { "X-CONVENED-", "X-LABEL", "X-SORT-STRING" };
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
                size_t n = strlen(names[i]);
                for (size_t at = 0; at + n <= len; at++)
                        if (strncasecmp(text + at, names[i], n) == 0)
                                return true;
        }
        return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        const char *text = (const char *)data;
        if (!is_card(text, size))
                return 0;
        Buffer there = BUFFER_INIT(OUT_BYTES), back = BUFFER_INIT(OUT_BYTES), again = BUFFER_INIT(OUT_BYTES);
        CardVersion from = card_version_of(text, size);
        CardVersion to = from == CARD_VERSION_3 ? CARD_VERSION_4 : CARD_VERSION_3;
        Lines given = read_lines(text, size);
        int r = card_convert(text, size, to, &there);
        assert(r == 0 || (r == CARD_E_LARGE && size > SMALL_BYTES));
        if (r == 0 && given.is_plain) {
                assert(is_card(there.data, there.len));
                assert(card_convert(there.data, there.len, from, &back) == 0);
                Lines restored = read_lines(back.data, back.len);
                assert(has_made(text, size) || (from == CARD_VERSION_3 && !given.has_name) ||
                                strcmp(buffer_text(&given.text), buffer_text(&restored.text)) == 0);
                buffer_done(&restored.text);
                assert(card_convert(back.data, back.len, to, &again) == 0);
        }
        buffer_done(&given.text);
        buffer_done(&there);
        buffer_done(&back);
        buffer_done(&again);
        return 0;
}
