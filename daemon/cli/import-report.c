#include "cli/import-report.h"

#include "cli/output.h"

#include <stdio.h>

enum {
        PROGRESS_EVERY = 1000, /* objects, on a terminal */
        PROGRESS_BYTES = 256,
};

void import_say(const Import *import, const InputError *error)
{
        char line[1024];
        input_error_format(error, import->file, line, sizeof(line));
        if (import->progress)
                fputc('\r', stderr);
        output_message(stderr, line);
}

void import_refuse(Import *import, const InputError *error)
{
        import_say(import, error);
        import->n_refused++;
}

int import_on_warning(const InputError *warning, void *userdata)
{
        Import *import = userdata;
        if (!import->quiet)
                import_say(import, warning);
        import->n_warnings++;
        return 0;
}

int64_t import_count_done(const Import *import)
{
        return import->n[0] + import->n[1] + import->n[2] + import->n_stale + import->n_refused;
}

void import_show_progress(const Import *import)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(PROGRESS_BYTES);
        const Cli *cli = import->cli;
        int64_t done = import_count_done(import);
        if (!import->progress || done % PROGRESS_EVERY != 0)
                return;
        text_message(&text, cli->language, cli->strings->progress, TEXT_ARGUMENTS({ "n", NULL, done }));
        fputc('\r', stderr);
        output_text(stderr, buffer_text(&text));
}

void import_say_of_store(const Import *import, int condition, size_t line, const char *uid)
{
        InputError error;
        input_error_set(&error, line, "UID", "%s: %s", uid,
                        cli_store_error(import->cli->strings, condition));
        import_say(import, &error);
}

void import_print_result(const Import *import)
{
        cli_print(import->cli, import->cli->strings->imported,
                        TEXT_ARGUMENTS({ "created", NULL, import->n[OBJECT_CREATED] },
                                        { "updated", NULL, import->n[OBJECT_UPDATED] },
                                        { "unchanged", NULL, import->n[OBJECT_UNCHANGED] },
                                        { "stale", NULL, import->n_stale },
                                        { "refused", NULL, import->n_refused }));
        if (import->n_state > 0)
                cli_print(import->cli, import->cli->strings->state_imported,
                                TEXT_ARGUMENTS({ "n", NULL, import->n_state },
                                                { "lost", NULL, import->n_state_lost }));
        if (import->n_warnings > 0)
                cli_print(import->cli, import->cli->strings->mended,
                                TEXT_ARGUMENTS({ "n", NULL, import->n_warnings }));
}
