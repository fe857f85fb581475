/* convene draft: proposes drafts of events out of a press text. */

#include "draft/draft.h"
#include "cli/command.h"
#include "cli/draft-print.h"
#include "cli/import-source.h"
#include "cli/input.h"
#include "draft/json.h"

#include <stdio.h>

enum { JSON_MAX_BYTES = 16 * 1024 * 1024 };

const CliOption draft_options[] = {
        { "date", "DATE", HELP_DRAFT_DATE },
        { "explain", NULL, HELP_DRAFT_EXPLAIN },
        { "json", NULL, HELP_JSON },
        { NULL, NULL, 0 },
};

/* Reads the option --date: the day of the text. */
static int read_day(Cli *cli, DraftDay *ret)
{
        const char *text = cli_value(cli, "date", 0);
        When when;
        if (!text)
                return CLI_DONE;
        if (input_when(cli, text, &when) < 0 || when.form != WHEN_DATE)
                return cli_usage_option(cli, cli->strings->bad_day, "date", text);
        *ret = (DraftDay){ when.civil.year, when.civil.month, when.civil.day };
        return CLI_DONE;
}

static int print(Cli *cli, const DraftSet *set)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(JSON_MAX_BYTES);
        if (cli_flag(cli, "json"))
                draft_write_json(set, cli->language, &out);
        else
                draft_print(cli, set, cli_flag(cli, "explain"), &out);
        if (buffer_error(&out) < 0)
                return cli_refuse(cli, cli->words[0], buffer_error(&out));
        fputs(buffer_text(&out), stdout);
        return CLI_DONE;
}

int command_draft(Cli *cli)
{
        CLEANUP(import_source_done) ImportSource source = { .text = NULL };
        CLEANUP(draft_set_done) DraftSet set = { .n_events = 0 };
        DraftOptions options = { .config = cli->config };
        int code = read_day(cli, &options.written);
        if (code != CLI_DONE)
                return code;
        import_source_read(cli->words[0], &source);
        if (source.result < 0)
                return cli_refuse(cli, cli->words[0], source.result);
        int r = draft_read(source.text, source.len, &options, &set);
        return r < 0 ? cli_refuse(cli, cli->words[0], r) : print(cli, &set);
}
