/* convene contact erase: everything about a person goes, but for the opt-out and the ledger's keys. */

#include "cli/contact.h"
#include "cli/find.h"
#include "store/erase.h"

/* With --dry-run the erasure is rolled back, so that the numbers are those of a real one. */
static int erase(Cli *cli, const ObjectRecord *contact, Erasure *ret)
{
        int r = cli_begin_write(cli);
        if (r == 0)
                r = erase_person(cli->store, contact, cli->now, ret);
        if (r == 0 && !cli_flag(cli, "dry-run"))
                return store_commit(cli->store);
        store_rollback(cli->store);
        return r;
}

static int finish(Cli *cli, const ObjectRecord *contact)
{
        int r = erase_finish(cli->store);
        if (r != DB_E_BUSY)
                return r == 0 ? CLI_DONE : cli_refuse(cli, contact->uid, r);
        cli_error(cli, cli->strings->erase_log_waits, NULL);
        return CLI_LATER;
}

int contact_erase_action(Cli *cli)
{
        CLEANUP(object_record_freep) ObjectRecord *contact = NULL;
        Erasure erasure = { 0 };
        bool dry = cli_flag(cli, "dry-run");
        int r = find_contact(cli, cli->words[1], &contact);
        if (r != CLI_DONE)
                return r;
        r = erase(cli, contact, &erasure);
        if (r == ERASE_E_MEETINGS) {
                cli_error(cli, cli->strings->erase_meetings, TEXT_ARGUMENTS({ "name", contact->name, 0 }));
                return CLI_REFUSED;
        }
        if (r != 0)
                return cli_refuse(cli, contact->uid, r);
        cli_print(cli, dry ? cli->strings->erase_dry_run : cli->strings->erased,
                        TEXT_ARGUMENTS({ "name", contact->name, 0 }, { "mails", NULL, erasure.mails },
                                        { "meetings", NULL, erasure.meetings },
                                        { "changes", NULL, erasure.changes }));
        return dry ? CLI_DONE : finish(cli, contact);
}
