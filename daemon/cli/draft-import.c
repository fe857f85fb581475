#include "cli/draft-import.h"

#include "cli/edit-transaction.h"
#include "draft/json.h"
#include "draft/keep.h"

static void on_kept(const DraftEvent *event, const char *uid, DraftKept kept, void *userdata)
{
        const Cli *cli = userdata;
        const char *const patterns[] = { [DRAFT_CREATED] = cli->strings->draft_created,
                [DRAFT_UPDATED] = cli->strings->draft_updated,
                [DRAFT_UNCHANGED] = cli->strings->draft_unchanged,
                [DRAFT_KNOWN] = cli->strings->draft_known };
        char day[16];
        draft_day_text(&event->from, day);
        cli_print(cli, patterns[kept],
                        TEXT_ARGUMENTS({ "uid", uid, 0 },
                                        { "title", event->title.text ? event->title.text : "", 0 },
                                        { "date", day, 0 }));
}

int draft_import(Cli *cli, const DraftSet *set)
{
        int code = edit_transaction_begin(cli);
        if (code != CLI_DONE)
                return code;
        const DraftKeep keep = { cli->store, cli->config, cli->zones, cli->language, cli->now, on_kept,
                cli };
        int r = draft_keep(&keep, set);
        return edit_transaction_end(cli, r != 0 ? cli_refuse(cli, cli->words[0], r) : CLI_DONE);
}
