#include "people/merge.h"

#include "contact/convert.h"
#include "contact/edit.h"
#include "store/contact-merge.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

enum { CARD_BYTES = CARD_CONVERTED_MAX_BYTES };

/* The properties of which a card has one line, or those of which the kept card's lines are enough. */
static bool is_single(const char *name)
{
        static const char *const several[] = { "EMAIL", "TEL", "ADR", "URL", "IMPP", "NOTE", "CATEGORIES",
                "RELATED" };
        for (size_t i = 0; i < sizeof(several) / sizeof(*several); i++)
                if (strcmp(several[i], name) == 0)
                        return false;
        return true;
}

static bool is_frame(const char *name)
{
        static const char *const frame[] = { "BEGIN", "END", "VERSION", "UID", "REV", "PRODID", "FN", "N",
                "KIND", CARD_CHOSEN };
        for (size_t i = 0; i < sizeof(frame) / sizeof(*frame); i++)
                if (strcmp(frame[i], name) == 0)
                        return true;
        return false;
}

static bool has_line(const Card *card, const ContentLine *wanted)
{
        const ContentLine *line = NULL;
        while ((line = card_property_next(card, wanted->name, line)))
                if (is_single(wanted->name) || strcasecmp(line->value, wanted->value) == 0)
                        return true;
        return false;
}

/* Appends a line; an address of the other card must not become the main one by its PREF. */
static void write_line(const ContentLine *line, Buffer *out)
{
        if (content_line_param(line, "PREF") || strcmp(line->name, "EMAIL") == 0)
                content_write(out, line->name, line->value);
        else
                buffer_append(out, line->raw, line->raw_len);
}

/* Collects the lines that only the other card has. */
static int collect(const Card *kept, const Buffer *other, Buffer *out)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(buffer_text(other), other->len, &CONTENT_LIMITS_CARD);
        ContentLine line;
        int r = reader ? 0 : -ENOMEM;
        while (r == 0 && (r = content_reader_next(reader, &line, NULL)) == 0)
                if (!is_frame(line.name) && !has_line(kept, &line))
                        write_line(&line, out);
        return r == CONTENT_END ? buffer_error(out) : r < 0 ? r : CARD_E_INVALID;
}

static int add_lines(const Card *kept, const Buffer *lines, Buffer *out)
{
        size_t len;
        const char *text = card_text(kept, &len), *end = NULL, *at = text;
        while ((at = strcasestr(at, "END:VCARD")))
                end = at++;
        buffer_append(out, text, end ? (size_t)(end - text) : len);
        buffer_append(out, buffer_text(lines), lines->len);
        buffer_puts(out, end ? end : "");
        return buffer_error(out);
}

static int parse_again(Buffer *text, Card **card)
{
        Card *parsed = NULL;
        int r = buffer_error(text);
        if (r == 0)
                r = card_parse(buffer_text(text), text->len, &parsed, NULL);
        if (r != 0)
                return r;
        card_free(*card);
        *card = parsed;
        return 0;
}

static int take_wishes(const Card *kept, const Card *other, usec_t now, Card **card)
{
        CLEANUP(buffer_done) Buffer chosen = BUFFER_INIT(CARD_BYTES), quiet = BUFFER_INIT(CARD_BYTES);
        char mine[CARD_CHOSEN_SIZE], theirs[CARD_CHOSEN_SIZE];
        int r = card_chosen(kept, mine);
        if (r == 0)
                r = card_chosen(other, theirs);
        if (r == 0 && !mine[0] && theirs[0]) {
                card_keep_chosen(*card, other, &chosen);
                r = parse_again(&chosen, card);
        }
        if (r == 0 && card_reminders_off(other) && !card_reminders_off(*card)) {
                card_edit(*card, (const CardChange[]){ { "X-CONVENED-REMINDERS", "OFF" }, { NULL, NULL } },
                                now, &quiet);
                r = parse_again(&quiet, card);
        }
        return r;
}

int people_merge_card(const Card *kept, const Card *other, usec_t now, Card **ret)
{
        CLEANUP(buffer_done) Buffer converted = BUFFER_INIT(CARD_BYTES), lines = BUFFER_INIT(CARD_BYTES);
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(CARD_BYTES);
        CLEANUP(card_freep) Card *card = NULL;
        size_t len, other_len;
        const char *bytes = card_text(kept, &len), *others = card_text(other, &other_len);
        int r = card_convert(others, other_len, card_version_of(bytes, len), &converted);
        if (r == 0)
                r = collect(kept, &converted, &lines);
        if (r == 0)
                r = add_lines(kept, &lines, &text);
        if (r == 0)
                r = parse_again(&text, &card);
        if (r == 0)
                r = take_wishes(kept, other, now, &card);
        if (r == 0)
                *ret = TAKE_PTR(card);
        return r;
}

static int put_card(Store *store, const ObjectRecord *kept, const ObjectRecord *other, usec_t now)
{
        CLEANUP(card_freep) Card *mine = NULL, *theirs = NULL, *merged = NULL;
        ObjectOutcome outcome;
        int r = card_parse(kept->text, kept->len, &mine, NULL);
        if (r == 0)
                r = card_parse(other->text, other->len, &theirs, NULL);
        if (r == 0)
                r = people_merge_card(mine, theirs, now, &merged);
        return r != 0 ? r
                      : object_put_card(store, merged,
                                        &(ObjectPut){ .collection = kept->collection,
                                                        .resource = kept->resource,
                                                        .now = now },
                                        &outcome);
}

int people_merge(Store *store, const ObjectRecord *kept, const ObjectRecord *other, usec_t now)
{
        if (kept->id == other->id || kept->kind != OBJECT_CARD || other->kind != OBJECT_CARD)
                return STORE_E_CONFLICT;
        int r = put_card(store, kept, other, now);
        return r != 0 ? r : contact_merge(store, kept, other, now);
}
