#include "contact/edit.h"

#include "base/contentline.h"

#include <errno.h>
#include <string.h>

enum { MAX_CHANGES = 512 };

typedef struct CardEdit {
        const CardChange *changes;
        bool written[MAX_CHANGES];
        bool line_feed_only;
        char now[17];
        Buffer *out;
} CardEdit;

static void latch(Buffer *out, int r)
{
        if (r < 0 && out->error == 0)
                out->error = r;
}

/* Writes a folded line with the line ends of the card. @group: such as `item1`; NULL for none. */
static void write_line(CardEdit *edit, const char *group, const char *name, const char *value)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(CONTENT_LIMITS_OBJECT.line_bytes);
        CLEANUP(buffer_done) Buffer folded = BUFFER_INIT(2 * CONTENT_LIMITS_OBJECT.line_bytes);
        if (group)
                buffer_printf(&line, "%s.", group);
        buffer_printf(&line, "%s:", name);
        content_escape(&line, value);
        content_fold(&folded, buffer_text(&line), line.len);
        for (size_t i = 0; i < folded.len; i++)
                if (folded.data[i] != '\r' || !edit->line_feed_only)
                        buffer_putc(edit->out, folded.data[i]);
        latch(edit->out, buffer_error(&line));
        latch(edit->out, buffer_error(&folded));
}

static bool is_name_of(const CardChange *change, const ContentLine *line)
{
        size_t len = strcspn(change->name, ";");
        return strncmp(change->name, line->name, len) == 0 && line->name[len] == '\0';
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
                if (!is_name_of(change, line))
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
        ContentReader *reader = content_reader_new(text, len, &CONTENT_LIMITS_OBJECT);
        CardEdit edit = { .changes = changes, .line_feed_only = has_line_feed_only(text, len), .out = out };
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
static int each_line(
                const Card *card, void (*on_line)(const ContentLine *line, void *userdata), void *userdata)
{
        size_t len;
        const char *text = card_text(card, &len);
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(text, len, &CONTENT_LIMITS_OBJECT);
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
        ret[0] = '\0';
        return each_line(card, read_chosen, ret);
}

/* A merge of two cards: the chosen properties come from the kept card, all others from the new card. */
typedef struct CardMerge {
        const Card *kept;
        char chosen[CARD_CHOSEN_SIZE];
        Buffer *out;
} CardMerge;

static bool is_chosen(const CardMerge *merge, const char *name)
{
        size_t len = strlen(name);
        if (strcmp(name, CARD_CHOSEN) == 0)
                return true;
        for (const char *at = merge->chosen; (at = strstr(at, name)); at += len)
                if ((at == merge->chosen || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
                        return true;
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
                latch(merge->out, each_line(merge->kept, copy_chosen, merge));
        if (!is_chosen(merge, line->name))
                buffer_append(merge->out, line->raw, line->raw_len);
}

void card_keep_chosen(const Card *card, const Card *kept, Buffer *out)
{
        CardMerge merge = { .kept = kept, .out = out };
        latch(out, card_chosen(kept, merge.chosen));
        latch(out, each_line(card, copy_other, &merge));
}

void card_compose(const CardChange *properties, Buffer *out)
{
        buffer_puts(out, "BEGIN:VCARD\r\nVERSION:4.0\r\n");
        for (; properties->name; properties++)
                if (properties->value)
                        content_write_text(out, properties->name, properties->value);
        buffer_puts(out, "END:VCARD\r\n");
}
