/* convene contact import: people from a table. */

#include "base/json.h"
#include "cli/caller-file.h"
#include "cli/contact.h"
#include "cli/find.h"
#include "cli/import-source.h"
#include "cli/output.h"
#include "people/import.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 64 * 1024 };

typedef struct ContactImport {
        Cli *cli;
        const char *path;
        char *bytes;
        Sheet *sheet;
        ObjectRecord *event; /* of --list-for; NULL for none */
        PeopleImportOptions options;
        PeopleImport plan;
        bool json;
} ContactImport;

static void import_done(ContactImport *import)
{
        people_import_done(&import->plan);
        object_record_free(import->event);
        sheet_free(import->sheet);
        free(import->bytes);
}

/* Reads the file with the rights of the caller. */
static int read_sheet(ContactImport *import)
{
        Cli *cli = import->cli;
        const SheetOptions options = { .charset = cli_value(cli, "charset", 0) };
        InputError error = { 0 };
        size_t len = 0;
        int r = caller_file_read(import->path, SHEET_MAX_BYTES, &import->bytes, &len);
        if (r == 0)
                r = sheet_read(import->bytes, len, &options, &import->sheet, &error);
        return r == 0 ? CLI_DONE : cli_refuse_input(cli, import->path, r, &error);
}

/* Takes one --column=COLUMN=FIELD; the last `=` is the one between them. */
static bool set_column(ContactImport *import, const char *value)
{
        const char *equals = strrchr(value, '=');
        CLEANUP(cleanup_free) char *column = equals ? strndup(value, (size_t)(equals - value)) : NULL;
        return column && people_columns_set(&import->options.columns, import->sheet, column, equals + 1);
}

static int match_columns(ContactImport *import)
{
        Cli *cli = import->cli;
        const char *value;
        size_t at;
        int r = people_columns_recognise(import->sheet, &import->options.columns);
        if (r != 0)
                return cli_refuse(cli, import->path, r);
        for (int i = 0; (value = cli_value(cli, "column", i)); i++)
                if (!set_column(import, value))
                        return cli_usage_value(cli, cli->strings->people_no_column, value);
        const PeopleColumns *columns = &import->options.columns;
        if (people_columns_find(columns, PEOPLE_FULL_NAME, &at) ||
                        people_columns_find(columns, PEOPLE_FAMILY, &at) ||
                        people_columns_find(columns, PEOPLE_EMAIL, &at))
                return CLI_DONE;
        cli_error(cli, cli->strings->people_no_name, NULL);
        return CLI_REFUSED;
}

static int read_options(ContactImport *import)
{
        Cli *cli = import->cli;
        const char *doubles = cli_value(cli, "doubles", 0), *event = cli_value(cli, "list-for", 0);
        CLEANUP(event_freep) Event *parsed = NULL;
        int r = import_source_check_charset(cli);
        if (r == CLI_DONE && doubles && !people_choice_find(doubles, &import->options.choice))
                return cli_usage_value(cli, cli->strings->people_bad_doubles, doubles);
        import->json = cli_flag(cli, "json");
        return r == CLI_DONE && event ? find_event(cli, event, &import->event, &parsed) : r;
}

/* Returns the name of a row's person, for people. */
static const char *name_of(const ContactImport *import, const PeopleRow *row)
{
        static const PeopleField fields[] = { PEOPLE_FULL_NAME, PEOPLE_FAMILY, PEOPLE_EMAIL };
        size_t column;
        for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
                if (people_columns_find(&import->options.columns, fields[i], &column) &&
                                sheet_cell(import->sheet, row->row, column)[0])
                        return sheet_cell(import->sheet, row->row, column);
        return "-";
}

static void print_fault(const ContactImport *import, const PeopleRow *row)
{
        char text[1024];
        input_error_format(&row->fault, import->path, text, sizeof(text));
        output_message(stderr, text);
}

static void print_row(const ContactImport *import, const PeopleRow *row)
{
        const CliStrings *strings = import->cli->strings;
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_BYTES);
        const char *pattern = row->earlier                                 ? strings->people_earlier
                              : !row->other || row->action != PEOPLE_ASKED ? NULL
                              : row->same_address                          ? strings->people_same_address
                                                                           : strings->people_same_name;
        buffer_printf(&line, "%s:%zu: %s: %s", import->path, sheet_line(import->sheet, row->row),
                        name_of(import, row), strings->people_actions[row->action]);
        if (pattern) {
                buffer_puts(&line, ": ");
                text_message(&line, import->cli->language, pattern,
                                TEXT_ARGUMENTS({ "name", row->other ? row->other : "", 0 },
                                                { "n", NULL, (int64_t)row->earlier }));
        }
        output_line(row->action == PEOPLE_ASKED ? stderr : stdout, buffer_text(&line));
}

static void print_json(const ContactImport *import, const PeopleRow *row)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_BYTES);
        buffer_printf(&line, "{\"row\": %zu", sheet_line(import->sheet, row->row));
        json_member(&line, "name", name_of(import, row));
        json_member(&line, "action", people_action_name(row->action));
        if (row->other)
                json_member(&line, "contact", row->other);
        if (row->earlier)
                buffer_printf(&line, ", \"earlier\": %zu", row->earlier);
        if (row->action == PEOPLE_REFUSED) {
                json_member(&line, "column", row->fault.where);
                json_member(&line, "fault", row->fault.message);
        }
        buffer_puts(&line, "}");
        puts(buffer_text(&line));
}

/* A person that is added without a question needs no line in a real import. */
static void print_plan(const ContactImport *import)
{
        bool all = cli_flag(import->cli, "dry-run");
        for (size_t i = 0; i < import->plan.n; i++) {
                const PeopleRow *row = &import->plan.rows[i];
                if (import->json)
                        print_json(import, row);
                else if (row->action == PEOPLE_REFUSED)
                        print_fault(import, row);
                else if (all || row->action == PEOPLE_ASKED || row->action == PEOPLE_SKIPPED)
                        print_row(import, row);
        }
}

static void print_counts(const ContactImport *import)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_BYTES);
        for (int i = 0; i < PEOPLE_ACTIONS_N; i++)
                if (import->plan.counts[i] > 0)
                        buffer_printf(&line, "%s%s: %zu", line.len ? ", " : "",
                                        import->cli->strings->people_actions[i], import->plan.counts[i]);
        output_line(stdout, buffer_text(&line));
}

static void print_columns(const ContactImport *import)
{
        CLEANUP(buffer_done) Buffer what = BUFFER_INIT(LINE_BYTES);
        const PeopleColumns *columns = &import->options.columns;
        for (size_t i = 0; i < sheet_columns(import->sheet); i++)
                buffer_printf(&what, "%s%s=%s", i ? ", " : "",
                                columns->has_header ? sheet_cell(import->sheet, 0, i) : "",
                                people_field_name(columns->fields[i]));
        cli_print(import->cli, import->cli->strings->people_columns,
                        TEXT_ARGUMENTS({ "what", buffer_text(&what), 0 }));
}

static int carry_out(ContactImport *import, bool *ret_done)
{
        Cli *cli = import->cli;
        int r = cli_begin_write(cli);
        if (r != 0)
                return r;
        r = collection_ensure(cli->store, COLLECTION_CONTACTS, true, NULL);
        if (r == 0)
                r = people_import_plan(cli->store, import->sheet, &import->options, cli->now, &import->plan);
        *ret_done = r == 0 && people_import_is_complete(&import->plan) && !cli_flag(cli, "dry-run");
        if (*ret_done)
                r = people_import_apply(cli->store, &import->plan, import->event ? import->event->uid : NULL,
                                cli->now);
        if (r == 0 && *ret_done)
                return store_commit(cli->store);
        store_rollback(cli->store);
        return r;
}

static int run(ContactImport *import)
{
        Cli *cli = import->cli;
        bool done = false;
        int r = carry_out(import, &done);
        if (r != 0)
                return cli_refuse(cli, import->path, r);
        if (!import->json && cli_flag(cli, "dry-run"))
                print_columns(import);
        print_plan(import);
        if (!import->json)
                print_counts(import);
        if (done)
                return CLI_DONE;
        bool is_complete = people_import_is_complete(&import->plan);
        cli_error(cli, is_complete ? cli->strings->people_dry_run : cli->strings->people_nothing_done, NULL);
        return is_complete ? CLI_DONE : CLI_REFUSED;
}

int contact_import_action(Cli *cli)
{
        CLEANUP(import_done) ContactImport import = { .cli = cli, .path = cli->words[1] };
        int r = read_options(&import);
        if (r == CLI_DONE)
                r = read_sheet(&import);
        if (r == CLI_DONE)
                r = match_columns(&import);
        return r == CLI_DONE ? run(&import) : r;
}
