/*
 * convene resume: stores the operator's decision about held mails. Mails are held after an older store was
 * put back, or after a repair that lost rows about mails.
 */

#include "cli/command.h"
#include "store/hold.h"

const CliOption resume_options[] = {
        { "skip-past", NULL, HELP_RESUME_SKIP },
        { "send", NULL, HELP_RESUME_SEND },
        { NULL, NULL, 0 },
};

static int decide(Cli *cli, HoldWish wish, MarkAge *ret_why)
{
        int r = cli_begin_write(cli);
        if (r != 0)
                return r;
        r = hold_find(cli->store, ret_why);
        if (r == 0 && *ret_why != MARK_CURRENT)
                r = hold_set_wish(cli->store, wish);
        return cli_end_write(cli, r);
}

int command_resume(Cli *cli)
{
        MarkAge why = MARK_CURRENT;
        bool running = false, skip = cli_flag(cli, "skip-past");
        if (!skip && !cli_flag(cli, "send"))
                return cli_usage(cli, cli->strings->resume_how, NULL);
        int r = decide(cli, skip ? HOLD_SKIP : HOLD_SEND, &why);
        if (r == 0)
                r = store_lock_held(cli->store, &running);
        if (r != 0)
                return cli_refuse(cli, "resume", r);
        if (why == MARK_CURRENT) {
                cli_error(cli, cli->strings->not_held, NULL);
                return CLI_REFUSED;
        }
        cli_print(cli, running ? cli->strings->resumes_now : cli->strings->resumes_at_start, NULL);
        return CLI_DONE;
}
