/* The form is read as a table of one row, so that a person gets the same card by both ways. */

#include "people/edit.h"

#include "contact/edit.h"
#include "contact/structured.h"

#include <errno.h>
#include <string.h>

enum { CARD_BYTES = 1024 * 1024, TABLE_BYTES = 512 * 1024 };

static const char *const properties[PEOPLE_FIELDS_N] = {
        [PEOPLE_FULL_NAME] = "FN",
        [PEOPLE_EMAIL] = "EMAIL",
        [PEOPLE_ORGANISATION] = "ORG",
        [PEOPLE_TITLE] = "TITLE",
        [PEOPLE_TELEPHONE] = "TEL",
        [PEOPLE_LANGUAGE] = "LANG",
        [PEOPLE_NOTE] = "NOTE",
};

const char *people_edit_property(PeopleField field)
{
        return properties[field];
}

/* Returns the line whose value the form shows; NULL if there is none. */
static const ContentLine *shown_line(const Card *card, PeopleField field)
{
        const ContentLine *first = card_property(card, properties[field], 0), *line = NULL;
        const char *address = field == PEOPLE_EMAIL ? card_email(card) : NULL;
        while (address && (line = card_property_next(card, "EMAIL", line)))
                if (strcmp(line->value, address) == 0)
                        return line;
        return first;
}

void people_edit_read(const Card *card, PeopleField field, Buffer *out)
{
        const ContentLine *line = shown_line(card, field);
        if (field == PEOPLE_ORGANISATION)
                card_component(card, "ORG", 0, out);
        else if (field == PEOPLE_LANGUAGE)
                buffer_puts(out, card_language(card) ? card_language(card) : "");
        else if (field == PEOPLE_EMAIL && card_email(card))
                buffer_puts(out, card_email(card));
        else if (line)
                content_unescape(out, line->value, line->value_len);
}

static void write_cell(Buffer *out, const char *text)
{
        buffer_putc(out, '"');
        for (; *text; text++)
                buffer_puts(out, *text == '"' ? "\"\"" : (char[]){ *text, '\0' });
        buffer_puts(out, "\",");
}

/* Makes a table with the names of the fields as its header. */
static int make_sheet(const PeopleFields *fields, Sheet **ret, PeopleColumns *ret_columns)
{
        CLEANUP(buffer_done) Buffer table = BUFFER_INIT(TABLE_BYTES);
        size_t n = 0;
        *ret_columns = (PeopleColumns){ .has_header = true };
        for (PeopleField i = 0; i < PEOPLE_FIELDS_N; i++)
                if (fields->text[i]) {
                        write_cell(&table, people_field_name(i));
                        ret_columns->fields[n++] = i;
                }
        buffer_puts(&table, "\r\n");
        for (PeopleField i = 0; i < PEOPLE_FIELDS_N; i++)
                if (fields->text[i])
                        write_cell(&table, fields->text[i]);
        int r = buffer_error(&table);
        return r != 0 ? r
                      : sheet_read(buffer_text(&table), table.len,
                                        &(SheetOptions){ .charset = "UTF-8", .separator = ',' }, ret,
                                        &(InputError){ 0 });
}

/* Removes the properties whose fields are empty now, and the parts of another name. */
static int clear_fields(const PeopleFields *fields, const Card *kept, usec_t now, Card **ret)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(CARD_BYTES);
        CardChange changes[PEOPLE_FIELDS_N + 1] = { { NULL, NULL } };
        const char *name = fields->text[PEOPLE_FULL_NAME];
        size_t n = 0, len;
        if (name && strcmp(name, card_name(kept)) != 0)
                changes[n++] = (CardChange){ "N", NULL };
        for (PeopleField i = 0; i < PEOPLE_FIELDS_N; i++)
                if (i != PEOPLE_FULL_NAME && fields->text[i] && !fields->text[i][0] &&
                                card_property(kept, properties[i], 0))
                        changes[n++] = (CardChange){ properties[i], NULL };
        if (n > 0)
                card_edit(kept, changes, now, &text);
        else
                buffer_puts(&text, card_text(kept, &len));
        int r = buffer_error(&text);
        return r != 0 ? r : card_parse(buffer_text(&text), text.len, ret, NULL);
}

/* Appends the lines of a property that the form does not show, if the card has lost them. */
static void write_others(const Card *kept, const Card *card, PeopleField field, Buffer *out)
{
        const ContentLine *shown = shown_line(kept, field), *line = NULL;
        const ContentLine *now = card_property(card, properties[field], 0);
        size_t before = 0, after = 0;
        while ((line = card_property_next(kept, properties[field], line)))
                before++;
        while ((line = card_property_next(card, properties[field], line)))
                after++;
        while (before > 1 && after <= 1 && (line = card_property_next(kept, properties[field], line)))
                if (line != shown && !(now && strcmp(now->value, line->value) == 0))
                        buffer_append(out, line->raw, line->raw_len);
}

static int keep_others(const Card *kept, Card **card)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(CARD_BYTES), others = BUFFER_INIT(CARD_BYTES);
        CLEANUP(card_freep) Card *whole = NULL;
        size_t len;
        const char *bytes = card_text(*card, &len), *end = NULL, *at = bytes;
        write_others(kept, *card, PEOPLE_EMAIL, &others);
        write_others(kept, *card, PEOPLE_TELEPHONE, &others);
        if (others.len == 0)
                return buffer_error(&others);
        while ((at = strcasestr(at, "END:VCARD")))
                end = at++;
        buffer_append(&text, bytes, end ? (size_t)(end - bytes) : len);
        buffer_puts(&text, buffer_text(&others));
        buffer_puts(&text, end ? end : "");
        int r = buffer_error(&others) ? buffer_error(&others) : buffer_error(&text);
        if (r == 0)
                r = card_parse(buffer_text(&text), text.len, &whole, NULL);
        if (r == 0) {
                card_free(*card);
                *card = TAKE_PTR(whole);
        }
        return r;
}

static bool is_empty(const PeopleFields *fields)
{
        const char *name = fields->text[PEOPLE_FULL_NAME], *address = fields->text[PEOPLE_EMAIL];
        return !(name && name[strspn(name, " \t\r\n")]) && !(address && address[strspn(address, " \t\r\n")]);
}

int people_edit(const PeopleFields *fields, const char *uid, const Card *kept, usec_t now, Card **ret,
                InputError *ret_error)
{
        CLEANUP(sheet_freep) Sheet *sheet = NULL;
        CLEANUP(card_freep) Card *cleared = NULL, *card = NULL;
        PeopleColumns columns;
        if (is_empty(fields)) {
                input_error_set(ret_error, 0, people_field_name(PEOPLE_FULL_NAME),
                                "the row has neither a name nor an address");
                return PEOPLE_E_INVALID;
        }
        int r = make_sheet(fields, &sheet, &columns);
        if (r == 0 && kept)
                r = clear_fields(fields, kept, now, &cleared);
        if (r == 0)
                r = people_row_card(sheet, &columns, 1, kept ? card_uid(kept) : uid, cleared, now, &card,
                                ret_error);
        if (r == 0 && kept)
                r = keep_others(kept, &card);
        if (r == 0)
                *ret = TAKE_PTR(card);
        return r == SHEET_E_INVALID || r == CARD_E_INVALID ? PEOPLE_E_INVALID : r;
}
