#include "cli/command-store.h"

#include "cli/author.h"
#include "cli/command-client.h"
#include "cli/command-right.h"
#include "cli/owner.h"
#include "cli/refusal.h"
#include "edit/office-texts.h"
#include "store/collection.h"
#include "store/history.h"

#include <errno.h>
#include <string.h>

static int ensure_collections(Cli *cli)
{
        int r = collection_ensure(cli->store, COLLECTION_EVENTS, false, cli->config->time_zone_name);
        return r != 0 ? r : collection_ensure(cli->store, COLLECTION_CONTACTS, true, NULL);
}

static int refuse_store(const Cli *cli, int condition, const InputError *error)
{
        bool creates = cli->command->mode == STORE_CREATE;
        return cli_refuse_store(cli, cli->config->store, creates, condition, error);
}

/*
 * Opens the store. If this user may only read it, it is opened for reading, for an action that only reads.
 */
static int open_in_mode(Cli *cli, StoreMode *ret_mode, InputError *ret_error)
{
        *ret_mode = cli->command->mode;
        int r = store_open(cli->config->store, *ret_mode, cli->zones, &cli->store, ret_error);
        if (r != DB_E_READ_ONLY || !cli_only_reads(cli))
                return r;
        *ret_mode = STORE_READ_ONLY;
        return store_open(cli->config->store, *ret_mode, cli->zones, &cli->store, ret_error);
}

/* Whether to hand the command over. A command that is served already is not. */
static bool is_forbidden(const Cli *cli, int condition)
{
        return condition != 0 && !cli->served_store && cli_store_is_forbidden(cli->config->store, condition);
}

/* Checks a command that is served: that it is for this store, and what its user may do. */
static int check_served(const Cli *cli, const char *user)
{
        if (!cli->served_store)
                return CLI_DONE;
        if (strcmp(cli->served_store, store_name(cli->store)) == 0)
                return command_right_check(cli, user);
        cli_error(cli, cli->strings->command_other_store,
                        TEXT_ARGUMENTS({ "path", cli->served_store, 0 },
                                        { "other", store_name(cli->store), 0 }));
        return CLI_REFUSED;
}

/* Puts the office's own texts over the configuration, as the daemon does, which logs their faults. */
static int take_office_texts(Cli *cli)
{
        Config *config;
        int r = office_texts_apply(cli->store, cli->config, NULL, NULL, &config, NULL);
        if (r != 0)
                return r;
        config_unref(cli->config);
        cli->config = config;
        return 0;
}

int command_store_open(Cli *cli, int n_words, char **words, int *ret_code)
{
        StoreMode mode;
        char author[HISTORY_AUTHOR_SIZE];
        author_name(author, sizeof(author));
        InputError error = { 0 };
        *ret_code = -1;
        int r = owner_become(cli->config->store);
        if (r < 0)
                return cli_refuse(cli, cli->config->store, r);
        r = open_in_mode(cli, &mode, &error);
        if (is_forbidden(cli, r) && command_client_run(cli, n_words, words, ret_code) == 0)
                return CLI_DONE;
        if (r != 0)
                return refuse_store(cli, r, &error);
        history_set_author(cli->store,
                        cli->command->run == command_import ? HISTORY_IMPORT : HISTORY_COMMAND, author);
        store_set_patience(cli->store, CLI_PATIENCE_SECONDS * USEC_PER_SEC);
        int code = check_served(cli, author);
        r = code != CLI_DONE || mode == STORE_READ_ONLY ? 0 : ensure_collections(cli);
        if (r == 0 && code == CLI_DONE)
                r = take_office_texts(cli);
        return r != 0 ? refuse_store(cli, r, &error) : code;
}
