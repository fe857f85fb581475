#include "people/columns.h"

#include "base/text.h"
#include "contact/address.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[PEOPLE_FIELDS_N] = {
        [PEOPLE_IGNORED] = "-",
        [PEOPLE_FULL_NAME] = "name",
        [PEOPLE_FAMILY] = "family",
        [PEOPLE_GIVEN] = "given",
        [PEOPLE_ADDITIONAL] = "additional",
        [PEOPLE_EMAIL] = "email",
        [PEOPLE_ORGANISATION] = "organisation",
        [PEOPLE_TITLE] = "title",
        [PEOPLE_TELEPHONE] = "telephone",
        [PEOPLE_LANGUAGE] = "language",
        [PEOPLE_NOTE] = "note",
};

/* Headers as header_key() makes them. */
static const struct {
        const char *header;
        PeopleField field;
} headers[] = {
        { "фио", PEOPLE_FULL_NAME },
        { "фамилияимяотчество", PEOPLE_FULL_NAME },
        { "фамилияимя", PEOPLE_FULL_NAME },
        { "полноеимя", PEOPLE_FULL_NAME },
        { "участник", PEOPLE_FULL_NAME },
        { "контактноелицо", PEOPLE_FULL_NAME },
        { "name", PEOPLE_FULL_NAME },
        { "fullname", PEOPLE_FULL_NAME },
        { "displayname", PEOPLE_FULL_NAME },
        { "participant", PEOPLE_FULL_NAME },
        { "фамилия", PEOPLE_FAMILY },
        { "surname", PEOPLE_FAMILY },
        { "lastname", PEOPLE_FAMILY },
        { "familyname", PEOPLE_FAMILY },
        { "имя", PEOPLE_GIVEN },
        { "firstname", PEOPLE_GIVEN },
        { "givenname", PEOPLE_GIVEN },
        { "forename", PEOPLE_GIVEN },
        { "отчество", PEOPLE_ADDITIONAL },
        { "middlename", PEOPLE_ADDITIONAL },
        { "patronymic", PEOPLE_ADDITIONAL },
        { "почта", PEOPLE_EMAIL },
        { "электроннаяпочта", PEOPLE_EMAIL },
        { "эпочта", PEOPLE_EMAIL },
        { "элпочта", PEOPLE_EMAIL },
        { "адресэлектроннойпочты", PEOPLE_EMAIL },
        { "электронныйадрес", PEOPLE_EMAIL },
        { "имейл", PEOPLE_EMAIL },
        { "емейл", PEOPLE_EMAIL },
        { "email", PEOPLE_EMAIL },
        { "mail", PEOPLE_EMAIL },
        { "emailaddress", PEOPLE_EMAIL },
        { "организация", PEOPLE_ORGANISATION },
        { "компания", PEOPLE_ORGANISATION },
        { "предприятие", PEOPLE_ORGANISATION },
        { "учреждение", PEOPLE_ORGANISATION },
        { "местоработы", PEOPLE_ORGANISATION },
        { "organisation", PEOPLE_ORGANISATION },
        { "organization", PEOPLE_ORGANISATION },
        { "company", PEOPLE_ORGANISATION },
        { "должность", PEOPLE_TITLE },
        { "title", PEOPLE_TITLE },
        { "jobtitle", PEOPLE_TITLE },
        { "position", PEOPLE_TITLE },
        { "телефон", PEOPLE_TELEPHONE },
        { "мобильный", PEOPLE_TELEPHONE },
        { "мобильныйтелефон", PEOPLE_TELEPHONE },
        { "контактныйтелефон", PEOPLE_TELEPHONE },
        { "тел", PEOPLE_TELEPHONE },
        { "phone", PEOPLE_TELEPHONE },
        { "telephone", PEOPLE_TELEPHONE },
        { "mobile", PEOPLE_TELEPHONE },
        { "phonenumber", PEOPLE_TELEPHONE },
        { "язык", PEOPLE_LANGUAGE },
        { "language", PEOPLE_LANGUAGE },
        { "lang", PEOPLE_LANGUAGE },
        { "примечание", PEOPLE_NOTE },
        { "комментарий", PEOPLE_NOTE },
        { "note", PEOPLE_NOTE },
        { "notes", PEOPLE_NOTE },
        { "comment", PEOPLE_NOTE },
};

enum { KEY_BYTES = 512 };

const char *people_field_name(PeopleField field)
{
        return names[field];
}

bool people_field_find(const char *name, PeopleField *ret)
{
        for (int i = 0; i < PEOPLE_FIELDS_N; i++)
                if (strcmp(names[i], name) == 0) {
                        *ret = (PeopleField)i;
                        return true;
                }
        return false;
}

/* Writes a header in lower case, without what people put between its words. A long text has the key "". */
static int header_key(const char *header, char ret[static KEY_BYTES])
{
        CLEANUP(buffer_done) Buffer folded = BUFFER_INIT(4 * KEY_BYTES);
        ret[0] = '\0';
        int r = strlen(header) < KEY_BYTES / 2 ? text_fold(&folded, header) : 0;
        if (r != 0 || folded.len >= KEY_BYTES)
                return r == -EFBIG ? 0 : r;
        size_t n = 0;
        for (const char *c = buffer_text(&folded); *c; c++)
                if (!strchr(" .-_,:;*/()\t\r\n'\"", *c))
                        ret[n++] = *c;
        ret[n] = '\0';
        return 0;
}

static PeopleField field_of_header(const char *key)
{
        for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
                if (strcmp(headers[i].header, key) == 0)
                        return headers[i].field;
        return PEOPLE_IGNORED;
}

bool people_columns_find(const PeopleColumns *columns, PeopleField field, size_t *ret)
{
        for (size_t i = 0; i < SHEET_COLUMNS_MAX; i++)
                if (columns->fields[i] == field) {
                        *ret = i;
                        return true;
                }
        return false;
}

int people_columns_recognise(const Sheet *sheet, PeopleColumns *ret)
{
        PeopleColumns columns = { .has_header = false };
        bool has_address = false;
        for (size_t i = 0; i < sheet_columns(sheet); i++) {
                char key[KEY_BYTES];
                const char *cell = sheet_cell(sheet, 0, i);
                int r = header_key(cell, key);
                if (r != 0)
                        return r;
                PeopleField field = field_of_header(key);
                size_t other;
                if (field != PEOPLE_IGNORED && !people_columns_find(&columns, field, &other))
                        columns.fields[i] = field;
                columns.has_header |= field != PEOPLE_IGNORED;
                if (card_email_valid(cell) && !has_address) {
                        has_address = true;
                        columns.fields[i] = PEOPLE_EMAIL;
                }
        }
        /* A row with an address is a person. */
        columns.has_header &= !has_address;
        /* "Имя" alone is the whole name. */
        size_t at, other;
        if (people_columns_find(&columns, PEOPLE_GIVEN, &at) &&
                        !people_columns_find(&columns, PEOPLE_FAMILY, &other) &&
                        !people_columns_find(&columns, PEOPLE_FULL_NAME, &other))
                columns.fields[at] = PEOPLE_FULL_NAME;
        *ret = columns;
        return 0;
}

/* Finds a column by its number or header. */
static bool find_column(const PeopleColumns *columns, const Sheet *sheet, const char *column, size_t *ret)
{
        char *end;
        unsigned long number = strtoul(column, &end, 10);
        for (size_t i = 0; columns->has_header && i < sheet_columns(sheet); i++)
                if (strcmp(sheet_cell(sheet, 0, i), column) == 0) {
                        *ret = i;
                        return true;
                }
        if (!column[0] || *end || number < 1 || number > sheet_columns(sheet))
                return false;
        *ret = number - 1;
        return true;
}

bool people_columns_set(PeopleColumns *columns, const Sheet *sheet, const char *column, const char *field)
{
        size_t at, other;
        PeopleField found;
        /* A header that is given by hand need not be one that is recognised. */
        PeopleColumns with_header = *columns;
        with_header.has_header = true;
        if (!people_field_find(field, &found) || !find_column(&with_header, sheet, column, &at))
                return false;
        columns->has_header |= strcmp(sheet_cell(sheet, 0, at), column) == 0;
        if (found != PEOPLE_IGNORED && people_columns_find(columns, found, &other))
                columns->fields[other] = PEOPLE_IGNORED;
        columns->fields[at] = found;
        return true;
}
