#include "contact/edit.h"

#include "base/contentline.h"
#include "contact/convert-line.h"
#include "contact/convert.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { MAX_CHANGES = 512, NAME_SIZE = 64, MERGE_BYTES = CARD_CONVERTED_MAX_BYTES };

typedef struct CardEdit {
        const CardChange *changes;
        bool written[MAX_CHANGES];
        bool line_feed_only;
        CardVersion version;
        char now[17];
        Buffer *out;
} CardEdit;

static void latch(Buffer *out, int r)
{
        if (r < 0 && out->error == 0)
                out->error = r;
}

/* Returns the name of a changed property in the version of the card. @name: may have parameters after it */
static const char *name_in(CardVersion version, const char *name, char ret[static NAME_SIZE])
{
        if (version != CARD_VERSION_3)
                return name;
        snprintf(ret, NAME_SIZE, "%.*s", (int)strcspn(name, ";"), name);
        return convert_name(ret);
}

/* The properties whose value is not one TEXT: the caller gives it as it is in a line. */
static bool is_plain_text(const char *name)
{
        static const char *const others[] = { "ADR", "GEO", "URL" };
        size_t len = strcspn(name, ";");
        for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
                if (strlen(others[i]) == len && strncmp(others[i], name, len) == 0)
                        return false;
        return true;
}

static void write_value(CardVersion version, const char *name, const char *value, Buffer *out)
{
        double north, east;
        bool is_point = strcmp(name, "GEO") == 0 && version == CARD_VERSION_3;
        if (is_point && sscanf(value, "geo:%lf,%lf", &north, &east) == 2)
                buffer_printf(out, "%.6f;%.6f", north, east);
        else if (is_plain_text(name))
                content_escape(out, value);
        else
                buffer_puts(out, value);
}

/* Writes a folded line with the line ends of the card. @group: such as `item1`; NULL for none. */
static void write_line(CardEdit *edit, const char *group, const char *name, const char *value)
{
        char plain[NAME_SIZE];
        const char *own = name_in(edit->version, name, plain);
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(CONTENT_LIMITS_CARD.line_bytes);
        CLEANUP(buffer_done) Buffer folded = BUFFER_INIT(2 * CONTENT_LIMITS_CARD.line_bytes);
        if (group)
                buffer_printf(&line, "%s.", group);
        buffer_printf(&line, "%s%s:", own, own == name ? "" : name + strcspn(name, ";"));
        write_value(edit->version, name, value, &line);
        content_fold(&folded, buffer_text(&line), line.len);
        for (size_t i = 0; i < folded.len; i++)
                if (folded.data[i] != '\r' || !edit->line_feed_only)
                        buffer_putc(edit->out, folded.data[i]);
        latch(edit->out, buffer_error(&line));
        latch(edit->out, buffer_error(&folded));
}

static bool is_name_of(CardVersion version, const CardChange *change, const ContentLine *line)
{
        char plain[NAME_SIZE];
        size_t len = strcspn(change->name, ";");
        return (strncmp(change->name, line->name, len) == 0 && line->name[len] == '\0') ||
               strcmp(name_in(version, change->name, plain), line->name) == 0;
}

/*
 * If the line belongs to a changed property, writes the new lines in its place; if they are written already,
 * drops the line. Return: whether the line belongs to a changed property.
 */
static bool replace_line(CardEdit *edit, const ContentLine *line)
{
        bool is_changed = false;
        for (size_t i = 0; edit->changes[i].name; i++) {
                const CardChange *change = &edit->changes[i];
                if (!is_name_of(edit->version, change, line))
                        continue;
                if (change->value && !edit->written[i])
                        write_line(edit, line->group, change->name, change->value);
                edit->written[i] = true;
                is_changed = true;
        }
        return is_changed;
}

static void write_rest(CardEdit *edit)
{
        for (size_t i = 0; edit->changes[i].name; i++)
                if (!edit->written[i] && edit->changes[i].value)
                        write_line(edit, NULL, edit->changes[i].name, edit->changes[i].value);
}

static void copy_line(CardEdit *edit, const ContentLine *line)
{
        if (strcmp(line->name, "END") == 0)
                write_rest(edit);
        if (replace_line(edit, line))
                return;
        if (strcmp(line->name, "REV") == 0)
                write_line(edit, line->group, "REV", edit->now);
        else
                buffer_append(edit->out, line->raw, line->raw_len);
}

static bool has_line_feed_only(const char *text, size_t len)
{
        const char *end = memchr(text, '\n', len);
        return end && end > text && end[-1] != '\r';
}

void card_edit(const Card *card, const CardChange *changes, usec_t now, Buffer *out)
{
        size_t len, n = 0;
        const char *text = card_text(card, &len);
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(text, len, &CONTENT_LIMITS_CARD);
        CardEdit edit = { .changes = changes,
                .line_feed_only = has_line_feed_only(text, len),
                .version = card_version_of(text, len),
                .out = out };
        while (changes[n].name)
                n++;
        if (!reader || n > MAX_CHANGES) {
                latch(out, reader ? -E2BIG : -ENOMEM);
                return;
        }
        time_format_utc(now, edit.now);
        ContentLine line;
        int r;
        while ((r = content_reader_next(reader, &line, NULL)) == 0)
                copy_line(&edit, &line);
        latch(out, r == CONTENT_END ? 0 : r < 0 ? r : -EBADMSG);
}

/* Calls a function for each line of a card. Return: 0 or negative errno. */
static int each_line(const char *text, size_t len, void (*on_line)(const ContentLine *line, void *userdata),
                void *userdata)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(text, len, &CONTENT_LIMITS_CARD);
        ContentLine line;
        int r = reader ? 0 : -ENOMEM;
        while (r == 0 && (r = content_reader_next(reader, &line, NULL)) == 0)
                on_line(&line, userdata);
        return r == CONTENT_END ? 0 : r < 0 ? r : -EBADMSG;
}

static void read_chosen(const ContentLine *line, void *userdata)
{
        char *chosen = userdata;
        if (strcmp(line->name, CARD_CHOSEN) == 0 && line->value_len < CARD_CHOSEN_SIZE)
                memcpy(chosen, line->value, line->value_len + 1);
}

int card_chosen(const Card *card, char ret[static CARD_CHOSEN_SIZE])
{
        size_t len;
        const char *text = card_text(card, &len);
        ret[0] = '\0';
        return each_line(text, len, read_chosen, ret);
}

/* A merge of two cards: the chosen properties come from the kept card, all others from the new card. */
typedef struct CardMerge {
        const Buffer *kept; /* in the version of the new card */
        CardVersion version;
        char chosen[CARD_CHOSEN_SIZE];
        Buffer *out;
} CardMerge;

static bool is_chosen(const CardMerge *merge, const char *name)
{
        if (strcmp(name, CARD_CHOSEN) == 0)
                return true;
        for (const char *at = merge->chosen; *at;) {
                char word[CARD_CHOSEN_SIZE], plain[NAME_SIZE];
                size_t len = strcspn(at, " ");
                snprintf(word, sizeof(word), "%.*s", (int)len, at);
                if (strcmp(word, name) == 0 || strcmp(name_in(merge->version, word, plain), name) == 0)
                        return true;
                at += len + (at[len] == ' ');
        }
        return false;
}

static void copy_chosen(const ContentLine *line, void *userdata)
{
        const CardMerge *merge = userdata;
        if (is_chosen(merge, line->name))
                buffer_append(merge->out, line->raw, line->raw_len);
}

static void copy_other(const ContentLine *line, void *userdata)
{
        CardMerge *merge = userdata;
        if (strcmp(line->name, "END") == 0)
                latch(merge->out, each_line(buffer_text(merge->kept), merge->kept->len, copy_chosen, merge));
        if (!is_chosen(merge, line->name))
                buffer_append(merge->out, line->raw, line->raw_len);
}

void card_keep_chosen(const Card *card, const Card *kept, Buffer *out)
{
        CLEANUP(buffer_done) Buffer converted = BUFFER_INIT(MERGE_BYTES);
        size_t len, kept_len;
        const char *text = card_text(card, &len), *kept_text = card_text(kept, &kept_len);
        CardMerge merge = { .kept = &converted, .version = card_version_of(text, len), .out = out };
        int r = card_convert(kept_text, kept_len, merge.version, &converted);
        if (r == CARD_E_LARGE)
                buffer_append(&converted, kept_text, kept_len);
        latch(out, r == CARD_E_LARGE ? 0 : r > 0 ? -EBADMSG : r);
        latch(out, card_chosen(kept, merge.chosen));
        latch(out, each_line(text, len, copy_other, &merge));
}

void card_compose(const CardChange *properties, Buffer *out)
{
        buffer_puts(out, "BEGIN:VCARD\r\nVERSION:4.0\r\n");
        for (; properties->name; properties++)
                if (properties->value)
                        content_write_text(out, properties->name, properties->value);
        buffer_puts(out, "END:VCARD\r\n");
}
