/* convene store copy FROM TO. */

#include "cli/command.h"
#include "cli/owner.h"
#include "cli/refusal.h"
#include "config/forms.h"
#include "store/copy.h"

const CliOption store_options[] = {
        { NULL, NULL, 0 },
};

static void on_table(const StoreCopyTable *table, void *userdata)
{
        const Cli *cli = userdata;
        if (table->n_rows > 0)
                cli_print(cli, cli->strings->copied_table,
                                TEXT_ARGUMENTS({ "name", table->name, 0 }, { "n", NULL, table->n_rows },
                                                { "digest", table->digest, 0 }));
}

static int refuse(const Cli *cli, const char *url, int condition, const StoreCopyReport *report,
                const InputError *error)
{
        const CliStrings *strings = cli->strings;
        const char *pattern = condition == COPY_E_NOT_EMPTY ? strings->copy_not_empty
                              : condition == COPY_E_DIFFERS ? strings->copy_differs
                              : condition == COPY_E_AT_WORK ? strings->copy_at_work
                              : condition == COPY_E_HELD    ? cli_held(strings, report->held)
                                                            : NULL;
        if (!pattern)
                return cli_refuse_store(cli, url, report->at_target, condition, error);
        cli_error(cli, pattern,
                        TEXT_ARGUMENTS({ "path", db_name(url), 0 },
                                        { "table", report->table ? report->table : "", 0 }));
        return CLI_REFUSED;
}

/* The files of a new store belong to the owner of its directory, like those of the daemon. */
static int store_copy_command(Cli *cli)
{
        const char *from = cli->words[1], *to = cli->words[2];
        const StoreCopyOptions options = { from, to, cli->zones, on_table, cli };
        StoreCopyReport report;
        InputError error = { 0 };
        for (int i = 1; i <= 2; i++)
                if (!form_store(cli->words[i]))
                        return cli_usage_value(cli, cli->strings->bad_store, db_name(cli->words[i]));
        int r = owner_become(db_path(to) ? to : from);
        if (r != 0)
                return cli_refuse(cli, db_name(to), r);
        r = store_copy(&options, &report, &error);
        if (r != 0)
                return refuse(cli, report.at_target ? to : from, r, &report, &error);
        cli_print(cli, cli->strings->store_copied,
                        TEXT_ARGUMENTS({ "path", db_name(to), 0 }, { "n", NULL, report.n_rows }));
        if (report.n_repaired > 0)
                cli_error(cli, cli->strings->copy_repaired,
                                TEXT_ARGUMENTS({ "n", NULL, report.n_repaired }));
        return CLI_DONE;
}

const CliAction store_actions[] = {
        { "copy", "FROM TO", 2, 2, store_copy_command },
        { NULL, NULL, 0, 0, NULL },
};
