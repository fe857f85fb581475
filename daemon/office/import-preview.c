#include "office/import-preview.h"

#include "base/base64.h"
#include "base/html.h"
#include "office/collections.h"
#include "office/layout.h"
#include "office/listing.h"
#include "office/write.h"
#include "web/page.h"

#include <stdio.h>
#include <string.h>

/* A form has a limited number of fields, and a page a limited length. */
enum {
        COLUMNS_SHOWN = 60,
        CHOICES_SHOWN = 300,
        ROWS_SHOWN = 20,
        SAMPLES = 3,
        DATA_BYTES = 2 * IMPORT_FILE_BYTES
};

static const OfficeWord field_words[PEOPLE_FIELDS_N] = {
        [PEOPLE_IGNORED] = OFFICE_WORD(import_ignored),
        [PEOPLE_FULL_NAME] = OFFICE_WORD(person_full_name),
        [PEOPLE_FAMILY] = OFFICE_WORD(import_family),
        [PEOPLE_GIVEN] = OFFICE_WORD(import_given),
        [PEOPLE_ADDITIONAL] = OFFICE_WORD(import_additional),
        [PEOPLE_EMAIL] = OFFICE_WORD(person_email),
        [PEOPLE_ORGANISATION] = OFFICE_WORD(person_organisation),
        [PEOPLE_TITLE] = OFFICE_WORD(person_title),
        [PEOPLE_TELEPHONE] = OFFICE_WORD(person_telephone),
        [PEOPLE_LANGUAGE] = OFFICE_WORD(person_language),
        [PEOPLE_NOTE] = OFFICE_WORD(person_note),
};

static const OfficeWord action_words[PEOPLE_ACTIONS_N] = {
        [PEOPLE_ADDED] = OFFICE_WORD(import_added),
        [PEOPLE_UPDATED] = OFFICE_WORD(import_updated),
        [PEOPLE_UNCHANGED] = OFFICE_WORD(import_unchanged),
        [PEOPLE_SKIPPED] = OFFICE_WORD(import_skipped),
        [PEOPLE_ASKED] = OFFICE_WORD(import_asked),
        [PEOPLE_REFUSED] = OFFICE_WORD(import_refused),
};

static const struct {
        const char *name;
        OfficeWord word;
} choices[] = {
        { "ask", OFFICE_WORD(import_choice_ask) },
        { "update", OFFICE_WORD(import_choice_update) },
        { "add", OFFICE_WORD(import_choice_add) },
        { "skip", OFFICE_WORD(import_choice_skip) },
};

enum { N_CHOICES = sizeof(choices) / sizeof(*choices) };

void import_preview_init(ImportPreview *preview, OfficeCall *call)
{
        *preview = (ImportPreview){ .call = call,
                .bytes = BUFFER_INIT(IMPORT_FILE_BYTES),
                .readable = BUFFER_INIT(COLLECTIONS_MAX_BYTES),
                .writable = BUFFER_INIT(COLLECTIONS_MAX_BYTES) };
}

void import_preview_done(ImportPreview *preview)
{
        people_import_done(&preview->plan);
        sheet_free(preview->sheet);
        buffer_done(&preview->bytes);
        buffer_done(&preview->readable);
        buffer_done(&preview->writable);
        form_faults_done(&preview->faults);
}

/* ---- What the form says ---- */

static void name_column(size_t column, char ret[static 32])
{
        snprintf(ret, 32, "column-%zu", column);
}

/* The choice for one row; PEOPLE_CHOICE_ASK if the form has none. */
static PeopleChoice choose(size_t line, void *userdata)
{
        const ImportPreview *preview = userdata;
        PeopleChoice choice = PEOPLE_CHOICE_ASK;
        char name[32];
        snprintf(name, sizeof(name), "row-%zu", line);
        (void)people_choice_find(office_form(preview->call, name), &choice);
        return choice;
}

static void read_columns(ImportPreview *preview)
{
        OfficeCall *call = preview->call;
        PeopleColumns columns = { .has_header = *office_form(call, "has-header") };
        for (size_t i = 0; i < sheet_columns(preview->sheet) && i < COLUMNS_SHOWN; i++) {
                char name[32];
                size_t other;
                PeopleField field = PEOPLE_IGNORED;
                name_column(i, name);
                (void)people_field_find(office_form(call, name), &field);
                if (field != PEOPLE_IGNORED && people_columns_find(&columns, field, &other))
                        form_fault(&preview->faults, name, call->strings->import_twice);
                else
                        columns.fields[i] = field;
        }
        preview->options.columns = columns;
}

int import_preview_match(ImportPreview *preview)
{
        OfficeCall *call = preview->call;
        const PeopleColumns *columns = &preview->options.columns;
        size_t at;
        int r = 0;
        preview->options.choose = choose;
        preview->options.userdata = preview;
        (void)people_choice_find(office_form(call, "doubles"), &preview->options.choice);
        if (*office_form(call, "data"))
                read_columns(preview);
        else
                r = people_columns_recognise(preview->sheet, &preview->options.columns);
        if (!people_columns_find(columns, PEOPLE_FULL_NAME, &at) &&
                        !people_columns_find(columns, PEOPLE_FAMILY, &at) &&
                        !people_columns_find(columns, PEOPLE_EMAIL, &at))
                form_fault(&preview->faults, "column-0", call->strings->import_no_name);
        return r;
}

/* ---- Columns ---- */

static void write_column(ImportPreview *preview, size_t column)
{
        OfficeCall *call = preview->call;
        FormChoice fields[PEOPLE_FIELDS_N];
        const PeopleColumns *columns = &preview->options.columns;
        size_t first = columns->has_header ? 1 : 0;
        char name[32], number[24];
        name_column(column, name);
        snprintf(number, sizeof(number), "%zu", column + 1);
        for (PeopleField i = 0; i < PEOPLE_FIELDS_N; i++)
                fields[i] = (FormChoice){ people_field_name(i), office_word(call->strings, field_words[i]),
                        call->view.tag };
        buffer_printf(&call->out, "<tr><th scope=\"row\"><label for=\"%s\">", name);
        page_write_text(&call->out, &call->view,
                        columns->has_header && *sheet_cell(preview->sheet, 0, column)
                                        ? sheet_cell(preview->sheet, 0, column)
                                        : number);
        buffer_puts(&call->out, "</label></th><td>");
        for (size_t i = first; i < first + SAMPLES && i < sheet_rows(preview->sheet); i++) {
                buffer_puts(&call->out, i > first ? "<br>" : "");
                page_write_text(&call->out, &call->view, sheet_cell(preview->sheet, i, column));
        }
        buffer_puts(&call->out, "</td><td>");
        form_select(call, &preview->faults,
                        &(FormField){ .name = name, .value = people_field_name(columns->fields[column]) },
                        fields, PEOPLE_FIELDS_N);
        buffer_puts(&call->out, "</td></tr>\n");
}

static void begin_table(
                OfficeCall *call, const char *title, const char *one, const char *two, const char *three)
{
        buffer_printf(&call->out,
                        "<h2>%s</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table class=\"rows\">\n<thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th></tr></thead>\n<tbody>\n",
                        title, title, one, two, three);
}

static void end_table(OfficeCall *call)
{
        buffer_puts(&call->out, "</tbody></table></div>\n");
}

static void write_columns(ImportPreview *preview)
{
        OfficeCall *call = preview->call;
        const OfficeStrings *strings = call->strings;
        begin_table(call, strings->import_columns, strings->import_column, strings->import_sample,
                        strings->import_meaning);
        for (size_t i = 0; i < sheet_columns(preview->sheet) && i < COLUMNS_SHOWN; i++)
                write_column(preview, i);
        end_table(call);
        form_check(call, "has-header", preview->options.columns.has_header, strings->import_has_header);
}

/* ---- Rows ---- */

static void write_name(const ImportPreview *preview, const PeopleRow *row)
{
        static const PeopleField fields[] = { PEOPLE_FULL_NAME, PEOPLE_FAMILY, PEOPLE_GIVEN, PEOPLE_EMAIL };
        OfficeCall *call = preview->call;
        for (size_t i = 0, column; i < sizeof(fields) / sizeof(*fields); i++) {
                if (!people_columns_find(&preview->options.columns, fields[i], &column))
                        continue;
                page_write_text(&call->out, &call->view, sheet_cell(preview->sheet, row->row, column));
                buffer_putc(&call->out, ' ');
        }
}

static void write_choice(const ImportPreview *preview, const PeopleRow *row)
{
        OfficeCall *call = preview->call;
        size_t line = sheet_line(preview->sheet, row->row);
        PeopleChoice chosen = choose(line, (void *)preview);
        buffer_printf(&call->out, "<br><select name=\"row-%zu\" aria-label=\"%s %zu\">\n", line,
                        call->strings->import_row, line);
        for (size_t i = 0; i < N_CHOICES; i++) {
                PeopleChoice choice;
                page_write_option(&call->out, &call->view, choices[i].name,
                                people_choice_find(choices[i].name, &choice) && choice == chosen,
                                call->view.tag,
                                i == 0 ? call->strings->listed_choose
                                       : office_word(call->strings, choices[i].word));
        }
        buffer_puts(&call->out, "</select>\n");
}

static int write_why(const ImportPreview *preview, const PeopleRow *row)
{
        OfficeCall *call = preview->call;
        const OfficeStrings *strings = call->strings;
        if (row->action == PEOPLE_REFUSED) {
                html_escape(&call->out, row->fault.where);
                buffer_puts(&call->out, *row->fault.where ? ": " : "");
                html_escape(&call->out, row->fault.message);
                return 0;
        }
        if (row->earlier)
                return write_message(call, strings->import_earlier,
                                TEXT_ARGUMENTS({ "n", NULL, (int64_t)row->earlier }));
        return !row->other ? 0
                           : write_message(call,
                                             row->same_address ? strings->import_same_address
                                                               : strings->import_same_name,
                                             TEXT_ARGUMENTS({ "name", row->other, 0 }));
}

static int write_row(const ImportPreview *preview, const PeopleRow *row, bool has_choice)
{
        OfficeCall *call = preview->call;
        buffer_printf(&call->out, "<tr><td>%zu</td><th scope=\"row\">",
                        sheet_line(preview->sheet, row->row));
        write_name(preview, row);
        buffer_printf(&call->out, "</th><td><strong>%s</strong> ",
                        office_word(call->strings, action_words[row->action]));
        int r = write_why(preview, row);
        if (has_choice)
                write_choice(preview, row);
        buffer_puts(&call->out, "</td></tr>\n");
        return r;
}

/* Whether a choice can be made, or was made, for a row. */
static bool is_double(const ImportPreview *preview, const PeopleRow *row)
{
        return row->action == PEOPLE_ASKED || row->is_closed ||
               choose(sheet_line(preview->sheet, row->row), (void *)preview) != PEOPLE_CHOICE_ASK;
}

/* Writes the rows that need somebody, all of them, and the first ones of the others. */
static int write_rows(const ImportPreview *preview)
{
        const OfficeStrings *strings = preview->call->strings;
        size_t n_shown = 0, n_choices = 0;
        int r = 0;
        begin_table(preview->call, strings->import_rows, strings->import_row, strings->person_name,
                        strings->import_what);
        for (int pass = 0; pass < 2; pass++)
                for (size_t i = 0; r == 0 && i < preview->plan.n; i++) {
                        const PeopleRow *row = &preview->plan.rows[i];
                        bool asks = is_double(preview, row);
                        bool is_first = asks || row->action == PEOPLE_REFUSED || row->earlier;
                        if (is_first != (pass == 0) || (pass == 1 && n_shown >= ROWS_SHOWN) ||
                                        (asks && n_choices >= CHOICES_SHOWN))
                                continue;
                        n_choices += asks;
                        n_shown += pass == 1;
                        r = write_row(preview, row, asks);
                }
        end_table(preview->call);
        return r;
}

/* ---- The page ---- */

static void write_counts(const ImportPreview *preview)
{
        OfficeCall *call = preview->call;
        bool is_complete = people_import_is_complete(&preview->plan) && preview->faults.n == 0;
        bool is_first = true;
        buffer_puts(&call->out, "<p role=\"status\">");
        for (PeopleAction i = 0; i < PEOPLE_ACTIONS_N; i++) {
                if (preview->plan.counts[i] == 0)
                        continue;
                buffer_printf(&call->out, "%s%s: <strong>%zu</strong>", is_first ? "" : ", ",
                                office_word(call->strings, action_words[i]), preview->plan.counts[i]);
                is_first = false;
        }
        buffer_printf(&call->out, "</p>\n<p class=\"note\">%s</p>\n",
                        is_complete ? call->strings->import_complete : call->strings->import_incomplete);
}

static int write_data(ImportPreview *preview)
{
        CLEANUP(buffer_done) Buffer data = BUFFER_INIT(DATA_BYTES);
        int r = base64_encode(&data, buffer_text(&preview->bytes), preview->bytes.len);
        if (r == 0)
                form_hidden(preview->call, "data", buffer_text(&data));
        form_hidden(preview->call, "charset", office_form(preview->call, "charset"));
        return r;
}

static int write_decisions(ImportPreview *preview)
{
        OfficeCall *call = preview->call;
        FormChoice doubles[N_CHOICES];
        const char *chosen = office_form(call, "doubles");
        for (size_t i = 0; i < N_CHOICES; i++)
                doubles[i] = (FormChoice){ choices[i].name, office_word(call->strings, choices[i].word),
                        call->view.tag };
        buffer_puts(&call->out, "<div class=\"card two\">\n");
        form_select(call, NULL,
                        &(FormField){ .name = "doubles",
                                        .label = call->strings->import_doubles,
                                        .value = *chosen ? chosen : choices[0].name },
                        doubles, N_CHOICES);
        int r = listing_select(call, NULL, call->strings->import_list);
        buffer_puts(&call->out, "</div>\n");
        return r;
}

int import_preview_reply(ImportPreview *preview, int status)
{
        OfficeCall *call = preview->call;
        bool is_complete = people_import_is_complete(&preview->plan) && preview->plan.n > 0;
        office_begin(call, OFFICE_PEOPLE, call->strings->import_title);
        form_faults(call, &preview->faults);
        write_counts(preview);
        form_begin(call, "/office/" IMPORT_PAGE, "import");
        int r = write_data(preview);
        write_columns(preview);
        if (r == 0)
                r = write_rows(preview);
        if (r == 0)
                r = write_decisions(preview);
        buffer_puts(&call->out, "<p class=\"acts\">");
        form_submit(call, "act", "import", is_complete ? NULL : "quiet", call->strings->import_do);
        form_submit(call, "act", "check", is_complete ? "quiet" : NULL, call->strings->import_check);
        buffer_puts(&call->out, "</p>\n");
        form_end(call);
        office_end(call);
        return r != 0 ? r : office_reply(call, status);
}
