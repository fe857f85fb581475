#include "cli/repair.h"

#include "store/repair.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct Losses {
        const Cli *cli;
        int64_t n;
} Losses;

static void on_loss(const DbLoss *loss, void *userdata)
{
        Losses *losses = userdata;
        const CliStrings *strings = losses->cli->strings;
        char first[24], last[24];
        snprintf(first, sizeof(first), "%" PRId64, loss->first);
        snprintf(last, sizeof(last), "%" PRId64, loss->last);
        losses->n++;
        if (loss->first == loss->last)
                cli_error(losses->cli, strings->lost_row,
                                TEXT_ARGUMENTS({ "table", loss->table, 0 },
                                                { "name", loss->name[0] ? loss->name : first, 0 }));
        else
                cli_error(losses->cli, strings->lost_rows,
                                TEXT_ARGUMENTS({ "table", loss->table, 0 }, { "first", first, 0 },
                                                { "last", last, 0 }));
}

static void tell(const Cli *cli, const RepairReport *report)
{
        const CliStrings *strings = cli->strings;
        cli_print(cli, strings->replaced, TEXT_ARGUMENTS({ "path", report->aside, 0 }));
        if (report->n_lost_keys > 0)
                cli_error(cli, strings->lost_mails, TEXT_ARGUMENTS({ "n", NULL, report->n_lost_keys }));
}

static int repair(Cli *cli)
{
        Losses losses = { .cli = cli };
        RepairReport report = { .aside = NULL };
        const RepairOptions options = {
                .zones = cli->zones,
                .fallback = cli->config->time_zone,
                .now = cli->now,
                .on_loss = on_loss,
                .userdata = &losses,
        };
        cli->store = store_close(cli->store);
        int r = repair_store(cli->config->store, &options, &report);
        if (r == DB_E_BUSY)
                cli_error(cli, cli->strings->stop_daemon, NULL);
        else if (r == 0)
                tell(cli, &report);
        else
                cli_refuse(cli, "check --repair", r);
        free(report.aside);
        if (r == 0) {
                r = store_open(cli->config->store, STORE_READ_ONLY, cli->zones, &cli->store, NULL);
                if (r != 0)
                        cli_refuse(cli, "check --repair", r);
        }
        return r != 0 ? CLI_REFUSED : losses.n > 0 ? CLI_PARTLY : CLI_DONE;
}

static void count_fault(const char *fault, void *userdata)
{
        (void)fault;
        ++*(int *)userdata;
}

/* If the check itself fails, the store is repaired, too. */
int cli_repair(Cli *cli)
{
        int n_faults = 0;
        const DbCheckOptions options = { .full = true, .on_fault = count_fault, .userdata = &n_faults };
        int r = store_expect_bulk(cli->store);
        if (r == 0)
                r = store_check(cli->store, &options);
        return r == 0 && n_faults == 0 ? CLI_DONE : repair(cli);
}
