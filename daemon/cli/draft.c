/* convene draft: proposes drafts of events out of a press text. */

#include "draft/draft.h"
#include "cli/command.h"
#include "cli/draft-import.h"
#include "cli/draft-print.h"
#include "cli/import-source.h"
#include "cli/input.h"
#include "draft/json.h"
#include "draft/source.h"

#include <errno.h>
#include <stdio.h>

enum { JSON_MAX_BYTES = 16 * 1024 * 1024 };

const CliOption draft_options[] = {
        { "date", "DATE", HELP_DRAFT_DATE },
        { "explain", NULL, HELP_DRAFT_EXPLAIN },
        { "json", NULL, HELP_JSON },
        { "import", NULL, HELP_DRAFT_IMPORT },
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

static int refuse(const Cli *cli, int r)
{
        if (r != -EFBIG && r != DRAFT_E_FORMAT && r != -EINVAL)
                return cli_refuse(cli, cli->words[0], r);
        const char *why = r == -EFBIG ? cli->strings->draft_too_large : cli->strings->draft_unreadable;
        cli_error(cli, "{what}: {why}", TEXT_ARGUMENTS({ "what", cli->words[0], 0 }, { "why", why, 0 }));
        return CLI_REFUSED;
}

int command_draft(Cli *cli)
{
        CLEANUP(import_source_done) ImportSource source = { .text = NULL };
        CLEANUP(draft_set_done) DraftSet set = { .n_events = 0 };
        CLEANUP(source_text_done) SourceText text = { .written = { 0 } };
        DraftOptions options = { .config = cli->config };
        int code = read_day(cli, &options.written);
        if (code != CLI_DONE)
                return code;
        import_source_read(cli->words[0], &source);
        if (source.result < 0)
                return cli_refuse(cli, cli->words[0], source.result);
        int r = source_read(source.text, source.len, &text);
        if (r == 0 && !options.written.year)
                options.written = text.written;
        if (r == 0)
                r = draft_read(buffer_text(&text.text), text.text.len, &options, &set);
        if (r != 0)
                return refuse(cli, r);
        return cli_flag(cli, "import") ? draft_import(cli, &set) : print(cli, &set);
}
