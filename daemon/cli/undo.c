/* convene undo, convene restore UID: bring back earlier texts of objects. */

#include "remind/undo.h"

#include "base/array.h"
#include "cli/author.h"
#include "cli/command.h"
#include "cli/edit-transaction.h"
#include "cli/find.h"
#include "store/collection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const CliOption undo_options[] = {
        { "notify", "yes|no|all", HELP_NOTIFY },
        { NULL, NULL, 0 },
};

const CliOption restore_options[] = {
        { "version", "NUMBER", HELP_RESTORE_VERSION },
        { "notify", "yes|no|all", HELP_NOTIFY },
        { NULL, NULL, 0 },
};

static int refuse(Cli *cli, const char *what, int r)
{
        if (r != STORE_E_MISMATCH && r != STORE_E_NOT_FOUND)
                return cli_refuse(cli, what, r);
        cli_error(cli, r == STORE_E_MISMATCH ? cli->strings->undo_changed : cli->strings->undo_nothing,
                        TEXT_ARGUMENTS({ "name", what, 0 }));
        return CLI_REFUSED;
}

static int begin(Cli *cli, UndoWork *ret)
{
        DueNotify notify;
        int code = edit_transaction_notify(cli, &notify);
        if (code == CLI_DONE)
                code = edit_transaction_begin(cli);
        *ret = (UndoWork){ cli->store, cli->config->time_zone, notify, cli->now, false };
        return code;
}

static void tell(Cli *cli, const HistoryEntry *entry, const char *pattern)
{
        cli_print(cli, pattern,
                        TEXT_ARGUMENTS({ "name", entry->name[0] ? entry->name : entry->uid, 0 },
                                        { "uid", entry->uid, 0 }));
}

/* ---- undo ---- */

/* The changes of one step, the newest first. */
typedef struct Step {
        int64_t step;
        int64_t *ids;
        size_t n;
} Step;

static void step_done(Step *step)
{
        free(step->ids);
}

static int add_change(const HistoryEntry *entry, void *userdata)
{
        Step *step = userdata;
        if (step->n > 0 && entry->step != step->step)
                return 1; /* the rows of a step follow each other */
        int64_t *ids = array_grow(step->ids, step->n, sizeof(*ids));
        if (!ids)
                return -ENOMEM;
        step->ids = ids;
        step->step = entry->step;
        step->ids[step->n++] = entry->id;
        return 0;
}

static int undo_one(Cli *cli, const UndoWork *work, int64_t id)
{
        CLEANUP(history_row_done) HistoryRow row = { .text = NULL };
        CLEANUP(notice_basis_done) NoticeBasis basis = { .record = NULL };
        UndoWork own = *work;
        int r = history_get(cli->store, id, &row);
        if (r == 0)
                r = edit_transaction_watch(cli, row.entry.uid, &basis);
        own.tells_all = basis.record != NULL;
        if (r == 0)
                r = undo_change(&own, id);
        if (r == 0)
                r = notice_tell_all(&basis, cli->now);
        if (r != 0)
                return refuse(cli, row.entry.uid ? row.entry.uid : "undo", r);
        tell(cli, &row.entry, cli->strings->undone);
        return CLI_DONE;
}

/* Takes back the last step that this user has made by a command, and nothing of it if a part of it fails. */
static int undo_step(Cli *cli, const UndoWork *work)
{
        CLEANUP(step_done) Step step = { .n = 0 };
        char author[HISTORY_AUTHOR_SIZE];
        author_name(author, sizeof(author));
        HistoryFilter filter = { .author = author, .way = HISTORY_COMMAND };
        int r = history_each(cli->store, &filter, add_change, &step);
        if (r < 0 || (r == 0 && step.n == 0))
                return refuse(cli, author, r < 0 ? r : STORE_E_NOT_FOUND);
        int code = CLI_DONE;
        for (size_t i = 0; code == CLI_DONE && i < step.n; i++)
                code = undo_one(cli, work, step.ids[i]);
        return code;
}

static int undo_of(Cli *cli, const UndoWork *work, const char *uid)
{
        CLEANUP(history_row_done) HistoryRow row = { .text = NULL };
        int r = history_get_last(cli->store, uid, &row);
        return r != 0 ? refuse(cli, uid, r) : undo_one(cli, work, row.entry.id);
}

int command_undo(Cli *cli)
{
        UndoWork work;
        int code = begin(cli, &work);
        if (code != CLI_DONE)
                return code;
        code = cli->n_words > 0 ? undo_of(cli, &work, cli->words[0]) : undo_step(cli, &work);
        return edit_transaction_end(cli, code);
}

/* ---- restore ---- */

static int restore_version(Cli *cli, const UndoWork *work, const char *uid, const char *version)
{
        CLEANUP(history_row_done) HistoryRow row = { .text = NULL };
        CLEANUP(notice_basis_done) NoticeBasis basis = { .record = NULL };
        char *end = NULL;
        long long id = strtoll(version, &end, 10);
        if (!version[0] || *end || id < 1)
                return cli_usage_option(cli, cli->strings->bad_number, "version", version);
        int r = history_get(cli->store, id, &row);
        /* A collection of an account is private: only root writes into it by a command. */
        bool is_private = r == 0 && cli->served_store && collection_is_own_name(row.entry.collection);
        if (r == 0 && (is_private || strcmp(row.entry.uid, uid) != 0))
                r = STORE_E_NOT_FOUND;
        if (r == 0)
                r = edit_transaction_watch(cli, uid, &basis);
        if (r == 0)
                r = undo_restore(work, id);
        if (r == 0)
                r = notice_tell_all(&basis, cli->now);
        if (r != 0)
                return refuse(cli, uid, r);
        tell(cli, &row.entry, cli->strings->restored);
        return CLI_DONE;
}

static int restore_deleted(Cli *cli, const UndoWork *work, const char *uid)
{
        CLEANUP(history_row_done) HistoryRow row = { .text = NULL };
        bool is_newest = false;
        int r = history_get_last_deletion(cli->store, uid, &row);
        if (r == 0)
                r = history_is_newest(cli->store, &row.entry, &is_newest);
        if (r == 0 && !is_newest)
                r = STORE_E_NOT_FOUND; /* it came back already */
        if (r == 0)
                r = undo_restore_deleted(work, uid);
        if (r != 0)
                return refuse(cli, uid, r);
        tell(cli, &row.entry, cli->strings->restored);
        return CLI_DONE;
}

int command_restore(Cli *cli)
{
        UndoWork work;
        const char *version = cli_value(cli, "version", 0);
        int code = begin(cli, &work);
        if (code != CLI_DONE)
                return code;
        code = version ? restore_version(cli, &work, cli->words[0], version)
                       : restore_deleted(cli, &work, cli->words[0]);
        return edit_transaction_end(cli, code);
}
