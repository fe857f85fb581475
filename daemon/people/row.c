#include "people/row.h"

#include "base/buffer.h"
#include "base/text.h"
#include "contact/edit.h"
#include "contact/structured.h"
#include "store/address.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { CARD_BYTES = 1024 * 1024, NAME_BYTES = 64 * 1024, CHANGES_MAX = 16 };

typedef struct Row {
        const Sheet *sheet;
        const PeopleColumns *columns;
        size_t row;
        InputError *error;
} Row;

/* Words for languages, folded, beside the tags themselves. */
static const struct {
        const char *word, *tag;
} languages[] = { { "русский", "ru" }, { "рус", "ru" }, { "русс", "ru" }, { "russian", "ru" },
        { "rus", "ru" }, { "английский", "en" }, { "англ", "en" }, { "english", "en" }, { "eng", "en" } };

static const char *cell(const Row *row, PeopleField field)
{
        size_t column;
        return people_columns_find(row->columns, field, &column) ? sheet_cell(row->sheet, row->row, column)
                                                                 : "";
}

/* Sets where a fault is: the row, and the header of the column or its number. */
static void locate(const Row *row, PeopleField field, char *ret, size_t size)
{
        size_t column = 0;
        bool found = people_columns_find(row->columns, field, &column);
        const char *header = found && row->columns->has_header ? sheet_cell(row->sheet, 0, column) : "";
        if (header[0])
                snprintf(ret, size, "%s", header);
        else if (found)
                snprintf(ret, size, "%zu", column + 1);
        else
                ret[0] = '\0';
}

static int refuse(const Row *row, PeopleField field, const char *format, ...)
                __attribute__((format(printf, 3, 4)));

static int refuse(const Row *row, PeopleField field, const char *format, ...)
{
        char where[96];
        va_list arguments;
        locate(row, field, where, sizeof(where));
        va_start(arguments, format);
        input_error_set_list(row->error, sheet_line(row->sheet, row->row), where, format, arguments);
        va_end(arguments);
        return PEOPLE_E_INVALID;
}

/* Finds the tag of a language: ru and en in words, any other tag as it is. */
static int read_language(const Row *row, const char *value, char ret[static 64])
{
        CLEANUP(buffer_done) Buffer folded = BUFFER_INIT(4096);
        ret[0] = '\0';
        if (strlen(value) >= 64 || text_fold(&folded, value) != 0)
                return refuse(row, PEOPLE_LANGUAGE, "\"%.60s\" is no language tag like ru or en-GB", value);
        size_t len = strcspn(buffer_text(&folded), " .,;");
        for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++)
                if (strlen(languages[i].word) == len &&
                                strncmp(languages[i].word, buffer_text(&folded), len) == 0) {
                        strcpy(ret, languages[i].tag);
                        return 0;
                }
        bool is_tag = strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") ==
                                      strlen(value) &&
                      strcspn(value, "-") >= 2 && strcspn(value, "-") <= 3;
        if (!is_tag)
                return refuse(row, PEOPLE_LANGUAGE, "\"%.60s\" is no language tag like ru or en-GB", value);
        strcpy(ret, value);
        return 0;
}

static bool has_digits(const char *text)
{
        int n = 0;
        for (; *text; text++)
                n += *text >= '0' && *text <= '9';
        return n >= 3;
}

static int check(const Row *row)
{
        const char *address = cell(row, PEOPLE_EMAIL), *telephone = cell(row, PEOPLE_TELEPHONE);
        bool has_name = cell(row, PEOPLE_FULL_NAME)[0] || cell(row, PEOPLE_FAMILY)[0] ||
                        cell(row, PEOPLE_GIVEN)[0];
        if (!has_name && !address[0])
                return refuse(row, PEOPLE_FULL_NAME, "the row has neither a name nor an address");
        if (address[0] && !card_email_valid(address))
                return refuse(row, PEOPLE_EMAIL, "\"%.120s\" is no mail address like name@example.org",
                                address);
        if (telephone[0] && !has_digits(telephone))
                return refuse(row, PEOPLE_TELEPHONE, "\"%.60s\" is no telephone number", telephone);
        return 0;
}

static void append_word(Buffer *out, const char *word)
{
        if (word[0] && out->len > 0)
                buffer_putc(out, ' ');
        buffer_puts(out, word);
}

/*
 * Writes FN. Given name, additional name and family name, in the order of the reader's country: names in
 * Russian begin with the family name.
 */
static void write_full_name(const Row *row, Buffer *out)
{
        const char *full = cell(row, PEOPLE_FULL_NAME);
        const PeopleField order[] = { PEOPLE_FAMILY, PEOPLE_GIVEN, PEOPLE_ADDITIONAL };
        const PeopleField western[] = { PEOPLE_GIVEN, PEOPLE_ADDITIONAL, PEOPLE_FAMILY };
        bool is_ascii = true;
        for (const char *c = cell(row, PEOPLE_FAMILY); *c; c++)
                is_ascii &= (unsigned char)*c < 0x80;
        buffer_puts(out, full);
        for (size_t i = 0; !full[0] && i < 3; i++)
                append_word(out, cell(row, is_ascii ? western[i] : order[i]));
        if (out->len == 0)
                buffer_puts(out, cell(row, PEOPLE_EMAIL));
}

/* Appends a component of N; its separators are part of the property's text and are not escaped. */
static void write_component(Buffer *out, const char *text)
{
        content_escape(out, text);
        buffer_putc(out, ';');
}

/*
 * Writes N. A whole name of two or three words in Cyrillic letters is family, given and additional name, as
 * such columns have them; any other whole name is left to FN.
 */
static void write_parts(const Row *row, Buffer *out)
{
        const char *parts[3] = { cell(row, PEOPLE_FAMILY), cell(row, PEOPLE_GIVEN),
                cell(row, PEOPLE_ADDITIONAL) };
        const char *full = cell(row, PEOPLE_FULL_NAME);
        char copy[256] = "";
        char *rest = copy, *word;
        size_t n = 0;
        bool is_cyrillic = (unsigned char)full[0] == 0xD0 || (unsigned char)full[0] == 0xD1;
        if (!parts[0][0] && !parts[1][0] && is_cyrillic && strlen(full) < sizeof(copy)) {
                strcpy(copy, full);
                while ((word = strsep(&rest, " \t")))
                        if (word[0] && n++ < 3)
                                parts[n - 1] = word;
                if (n < 2 || n > 3)
                        return;
        }
        if (!parts[0][0])
                return;
        for (size_t i = 0; i < 3; i++)
                write_component(out, parts[i]);
        buffer_putc(out, ';');
}

typedef struct Changes {
        CardChange list[CHANGES_MAX];
        size_t n;
        const Card *kept;
} Changes;

static void copy_digits(const char *text, char ret[static 64])
{
        size_t n = 0;
        for (; *text && n < 63; text++)
                if (*text >= '0' && *text <= '9')
                        ret[n++] = *text;
        ret[n] = '\0';
}

/* Whether a card has a telephone with the same digits. */
static bool has_telephone(const Card *card, const char *value)
{
        char wanted[64], found[64];
        copy_digits(value, wanted);
        for (const ContentLine *line = NULL; (line = card_property_next(card, "TEL", line));) {
                copy_digits(line->value, found);
                if (strcmp(found, wanted) == 0)
                        return true;
        }
        return false;
}

static bool has_address(const Card *card, const char *value)
{
        char wanted[ADDRESS_SIZE], found[ADDRESS_SIZE];
        address_fold(value, wanted);
        address_fold(card_email(card), found);
        return strcmp(found, wanted) == 0;
}

static bool has_text(const Card *card, const char *name, const char *value)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(CARD_BYTES);
        if (strcmp(name, "ORG") == 0)
                card_component(card, name, 0, &text);
        else
                card_text_property(card, name, &text);
        return strcmp(buffer_text(&text), value) == 0;
}

/* Adds a value of the row, unless it is empty or the kept card has it. */
static void add(Changes *changes, const char *name, const char *value)
{
        const Card *kept = changes->kept;
        bool is_known = kept && (strcmp(name, "EMAIL") == 0                ? has_address(kept, value)
                                                : strcmp(name, "TEL") == 0 ? has_telephone(kept, value)
                                                                           : has_text(kept, name, value));
        if (value[0] && !is_known)
                changes->list[changes->n++] = (CardChange){ name, value };
}

/* Stands for the value of N, whose separators card_compose() and card_edit() would escape. */
#define N_PLACEHOLDER "convened-name-parts"

/* A whole name that has not changed says nothing about its parts, which another program may know better. */
static void add_parts(const Row *row, Changes *changes, const Buffer *parts)
{
        const ContentLine *line = changes->kept ? card_property(changes->kept, "N", 0) : NULL;
        const char *full = cell(row, PEOPLE_FULL_NAME);
        bool is_kept = line && full[0] && has_text(changes->kept, "FN", full);
        if (parts->len > 0 && !is_kept && !(line && strcmp(line->value, buffer_text(parts)) == 0))
                changes->list[changes->n++] = (CardChange){ "N", N_PLACEHOLDER };
}

static void put_parts(const Buffer *parts, const Buffer *card, Buffer *out)
{
        const char *text = buffer_text(card), *line = strstr(text, "\nN:" N_PLACEHOLDER);
        if (!line) {
                buffer_append(out, text, card->len);
                return;
        }
        const char *end = strchr(line + 1, '\n');
        buffer_append(out, text, (size_t)(line + 1 - text));
        content_write(out, "N", buffer_text(parts));
        buffer_puts(out, end ? end + 1 : "");
}

static void list_changes(const Row *row, const char *uid, const Buffer *name, const Buffer *parts,
                const char *language, Changes *changes)
{
        if (!changes->kept)
                add(changes, "UID", uid);
        add(changes, "FN", buffer_text(name));
        add_parts(row, changes, parts);
        add(changes, "EMAIL", cell(row, PEOPLE_EMAIL));
        add(changes, "ORG", cell(row, PEOPLE_ORGANISATION));
        add(changes, "TITLE", cell(row, PEOPLE_TITLE));
        add(changes, "TEL", cell(row, PEOPLE_TELEPHONE));
        add(changes, "LANG", language);
        add(changes, "NOTE", cell(row, PEOPLE_NOTE));
        changes->list[changes->n] = (CardChange){ NULL, NULL };
}

/* Writes the values of a row into a new card, or into a copy of @kept; the same bytes if nothing changes. */
static int write_card(const Row *row, const char *uid, const Card *kept, usec_t now, Buffer *out)
{
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(NAME_BYTES);
        CLEANUP(buffer_done) Buffer parts = BUFFER_INIT(NAME_BYTES);
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(CARD_BYTES);
        char language[64] = "";
        Changes changes = { .kept = kept };
        size_t len;
        int r = cell(row, PEOPLE_LANGUAGE)[0] ? read_language(row, cell(row, PEOPLE_LANGUAGE), language) : 0;
        if (r != 0)
                return r;
        write_full_name(row, &name);
        write_parts(row, &parts);
        list_changes(row, uid, &name, &parts, language, &changes);
        if (kept && changes.n == 0)
                buffer_puts(&text, card_text(kept, &len));
        else if (kept)
                card_edit(kept, changes.list, now, &text);
        else
                card_compose(changes.list, &text);
        put_parts(&parts, &text, out);
        r = buffer_error(&name)    ? buffer_error(&name)
            : buffer_error(&parts) ? buffer_error(&parts)
                                   : buffer_error(&text);
        return r ? r : buffer_error(out);
}

static int keep_chosen(const Card *kept, Card **card)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(CARD_BYTES);
        CLEANUP(card_freep) Card *merged = NULL;
        char chosen[CARD_CHOSEN_SIZE];
        int r = card_chosen(kept, chosen);
        if (r != 0 || !chosen[0])
                return r;
        card_keep_chosen(*card, kept, &text);
        r = buffer_error(&text);
        if (r == 0)
                r = card_parse(text.data, text.len, &merged, NULL);
        if (r == 0) {
                card_free(*card);
                *card = TAKE_PTR(merged);
        }
        return r;
}

int people_row_card(const Sheet *sheet, const PeopleColumns *columns, size_t number, const char *uid,
                const Card *kept, usec_t now, Card **ret, InputError *ret_error)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(CARD_BYTES);
        CLEANUP(card_freep) Card *card = NULL;
        const Row row = { sheet, columns, number, ret_error };
        InputError fault = { 0 };
        int r = check(&row);
        if (r == 0)
                r = write_card(&row, uid, kept, now, &text);
        if (r == 0)
                r = card_parse(buffer_text(&text), text.len, &card, &fault);
        if (r == CARD_E_INVALID) {
                *ret_error = fault;
                ret_error->line = sheet_line(sheet, number);
                return PEOPLE_E_INVALID;
        }
        if (r == 0 && kept)
                r = keep_chosen(kept, &card);
        if (r == 0)
                *ret = TAKE_PTR(card);
        return r;
}
