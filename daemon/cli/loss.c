#include "cli/loss.h"

#include <inttypes.h>
#include <stdio.h>

void loss_report(const Cli *cli, const ObjectLoss *loss)
{
        char first[24], last[24];
        snprintf(first, sizeof(first), "%" PRId64, loss->first);
        snprintf(last, sizeof(last), "%" PRId64, loss->last);
        if (loss->first == loss->last)
                cli_error(cli, cli->strings->lost_object,
                                TEXT_ARGUMENTS({ "name", loss->uid[0] ? loss->uid : first, 0 }));
        else
                cli_error(cli, cli->strings->lost_objects,
                                TEXT_ARGUMENTS({ "first", first, 0 }, { "last", last, 0 }));
}

void loss_report_damaged(const Cli *cli, const ObjectRecord *record)
{
        cli_error(cli, cli->strings->damaged, TEXT_ARGUMENTS({ "name", record->uid, 0 }));
}
