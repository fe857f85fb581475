/* convene contact merge: two contacts that are one person become one. */

#include "store/contact-merge.h"
#include "cli/contact.h"
#include "cli/find.h"
#include "people/merge.h"

/* With --dry-run the merge is rolled back, so that it tells what a real one would tell. */
static int merge(Cli *cli, const ObjectRecord *kept, const ObjectRecord *other)
{
        int r = cli_begin_write(cli);
        if (r == 0)
                r = people_merge(cli->store, kept, other, cli->now);
        if (r == 0 && !cli_flag(cli, "dry-run"))
                return store_commit(cli->store);
        store_rollback(cli->store);
        return r;
}

int contact_merge_action(Cli *cli)
{
        CLEANUP(object_record_freep) ObjectRecord *kept = NULL, *other = NULL;
        int r = find_contact(cli, cli->words[1], &kept);
        if (r == CLI_DONE)
                r = find_contact(cli, cli->words[2], &other);
        if (r != CLI_DONE)
                return r;
        const TextArgument names[] = { { "name", kept->name, 0 }, { "other", other->name, 0 },
                { NULL, NULL, 0 } };
        r = merge(cli, kept, other);
        if (r == CONTACT_MERGE_E_HOST) {
                cli_error(cli, cli->strings->merge_host, names);
                return CLI_REFUSED;
        }
        if (r != 0)
                return cli_refuse(cli, other->uid, r);
        cli_print(cli, cli_flag(cli, "dry-run") ? cli->strings->merge_dry_run : cli->strings->merged, names);
        return CLI_DONE;
}
