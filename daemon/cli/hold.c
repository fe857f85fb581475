/*
 * convene hold: holds mails until `convene resume`. A database server's own backup may have been put back,
 * which the store cannot notice: its mails would go for the second time. Calendar programs, which have seen
 * changes that the store does not have, are to read their calendars again.
 */

#include "store/hold.h"
#include "cli/command.h"
#include "store/epoch.h"

const CliOption hold_options[] = { { NULL, NULL, 0 } };

int command_hold(Cli *cli)
{
        int r = cli_begin_write(cli);
        if (r == 0) {
                r = hold_order(cli->store);
                if (r == 0)
                        r = epoch_renew(cli->store);
                r = cli_end_write(cli, r);
        }
        if (r != 0)
                return cli_refuse(cli, "hold", r);
        cli_print(cli, cli->strings->holds, NULL);
        return CLI_DONE;
}
