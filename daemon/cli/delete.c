/*
 * convene delete: an event of which contacts were told is cancelled first, and deleted when they have heard
 * of that (remind/deletion.h).
 */

#include "cli/command.h"
#include "cli/edit-transaction.h"
#include "cli/find.h"
#include "cli/parts.h"
#include "remind/deletion.h"
#include "store/object.h"

const CliOption delete_options[] = {
        { "with-parts", NULL, HELP_DELETE_PARTS },
        { "notify", "yes|no|all", HELP_NOTIFY_DELETION },
        { NULL, NULL, 0 },
};

/* The result of one deletion. */
typedef enum Deletion {
        DELETED,
        DELETED_LATER, /* the event is cancelled, and contacts hear of that before it is deleted */
} Deletion;

/*
 * Deletes an object, in an open transaction. With --notify=no, no contact hears of that.
 * Return: an exit code; @ret is set on CLI_DONE only.
 */
static int delete_one(Cli *cli, const ObjectRecord *record, Deletion *ret)
{
        DueNotify notify = DUE_NOTIFY_SETTLED;
        CLEANUP(notice_basis_done) NoticeBasis basis = { .record = NULL };
        bool waits = false;
        int code = edit_transaction_notify(cli, &notify);
        if (code != CLI_DONE)
                return code;
        int r = edit_transaction_watch(cli, record->uid, &basis);
        if (r == 0)
                r = notify == DUE_NOTIFY_NONE ? object_delete(cli->store, record->collection,
                                                                record->resource, 0, cli->now)
                                              : deletion_begin(cli->store, cli->config->time_zone, record,
                                                                DUE_NOTIFY_DELETE, basis.record != NULL,
                                                                cli->now, &waits);
        if (r == 0)
                r = notice_tell_all(&basis, cli->now);
        if (r != 0)
                return cli_refuse(cli, record->uid, r);
        *ret = waits ? DELETED_LATER : DELETED;
        return CLI_DONE;
}

static void tell(Cli *cli, const ObjectRecord *record, Deletion deletion)
{
        if (deletion == DELETED_LATER)
                cli_print(cli, cli->strings->deleted_later, TEXT_ARGUMENTS({ "name", record->name, 0 }));
}

static int delete_part(Cli *cli, const Part *part)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        Deletion deletion = DELETED;
        int r = object_find(cli->store, part->uid, &record);
        if (r != 0)
                return cli_refuse(cli, part->uid, r);
        int code = delete_one(cli, record, &deletion);
        if (code == CLI_DONE)
                parts_tell_changed(cli, part);
        if (code == CLI_DONE)
                tell(cli, record, deletion);
        return code;
}

/*
 * Deletes an object and, with --with-parts, its parts: these even if the event itself was deleted earlier.
 */
static int delete_all(Cli *cli, Parts *parts)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        bool with_parts = cli_flag(cli, "with-parts");
        Deletion deletion = DELETED;
        const char *uid = cli->words[0];
        int code = CLI_DONE, r = parts_find(cli->store, uid, parts);
        if (r == 0)
                r = object_find(cli->store, uid, &record);
        if (r == STORE_E_NOT_FOUND && !(with_parts && parts->n > 0))
                return find_refuse(cli, NULL, uid);
        if (r != 0 && r != STORE_E_NOT_FOUND)
                return cli_refuse(cli, uid, r);
        if (record)
                code = delete_one(cli, record, &deletion);
        if (record && code == CLI_DONE)
                tell(cli, record, deletion);
        for (size_t i = 0; code == CLI_DONE && with_parts && i < parts->n; i++)
                code = delete_part(cli, &parts->items[i]);
        return code;
}

int command_delete(Cli *cli)
{
        CLEANUP(parts_done) Parts parts = { .n = 0 };
        DueNotify notify;
        int code = edit_transaction_notify(cli, &notify);
        if (code == CLI_DONE)
                code = edit_transaction_begin(cli);
        if (code != CLI_DONE)
                return code;
        code = edit_transaction_end(cli, delete_all(cli, &parts));
        if (code == CLI_DONE && !cli_flag(cli, "with-parts"))
                parts_tell(cli, cli->strings->parts_orphaned, &parts);
        return code;
}
