#include "cli/command-right.h"

#include "cli/backup.h"
#include "cli/import-source.h"
#include "cli/state-file.h"
#include "store/account-right.h"

#include <stdio.h>
#include <string.h>

typedef enum Right { RIGHT_NONE, RIGHT_READ, RIGHT_EDIT, RIGHT_ADMINISTER } Right;

/*
 * The commands that are run for other users. An action that only reads (Command.readers) needs RIGHT_READ.
 * A command that is not in the table is root's, and so are those words that command_right_check_words()
 * refuses.
 */
static const struct {
        const char *command;
        Right right;
} rights[] = {
        { "list", RIGHT_READ },
        { "show", RIGHT_READ },
        { "preview", RIGHT_READ },
        { "why", RIGHT_READ },
        { "log", RIGHT_READ },
        { "status", RIGHT_READ },
        { "outbox", RIGHT_READ },
        { "import", RIGHT_EDIT },
        { "add", RIGHT_EDIT },
        { "set", RIGHT_EDIT },
        { "date", RIGHT_EDIT },
        { "occurrence", RIGHT_EDIT },
        { "cancel", RIGHT_EDIT },
        { "delete", RIGHT_EDIT },
        { "subscribe", RIGHT_EDIT },
        { "unsubscribe", RIGHT_EDIT },
        { "feed", RIGHT_EDIT },
        { "announce", RIGHT_EDIT },
        { "contact", RIGHT_EDIT },
        { "offer", RIGHT_EDIT },
        { "meet", RIGHT_EDIT },
        { "match", RIGHT_EDIT },
        { "draft", RIGHT_EDIT },
        { "undo", RIGHT_EDIT },
        { "restore", RIGHT_EDIT },
        { "account", RIGHT_ADMINISTER },
        { "hold", RIGHT_ADMINISTER },
        { "resume", RIGHT_ADMINISTER },
};

static Right right_of(const char *command)
{
        for (size_t i = 0; i < sizeof(rights) / sizeof(rights[0]); i++)
                if (strcmp(rights[i].command, command) == 0)
                        return rights[i].right;
        return RIGHT_NONE;
}

static int refuse(const Cli *cli, const char *pattern, const TextArgument *arguments)
{
        cli_error(cli, pattern, arguments);
        return CLI_REFUSED;
}

static bool is_command(const Cli *cli, const char *name)
{
        return strcmp(cli->command->name, name) == 0;
}

/* Whether the state of another store is imported, which has accounts. */
static bool imports_state(const Cli *cli)
{
        for (int i = 0; i < cli->n_words; i++)
                if (import_source_has_suffix(cli->words[i], STATE_FILE_SUFFIX))
                        return is_command(cli, "import");
        return false;
}

/*
 * Whether the words are root's in a command that is run for others: they replace the store, import accounts,
 * write into a collection of an account, which is private, or send mails again.
 */
static bool is_for_root(const Cli *cli)
{
        const char *calendar = cli_value(cli, "calendar", 0);
        return (is_command(cli, "restore") && backup_is_file(cli)) || imports_state(cli) ||
               (calendar && collection_is_own_name(calendar)) ||
               (is_command(cli, "outbox") && cli->n_words > 0);
}

int command_right_check_words(const Cli *cli)
{
        return right_of(cli->command->name) == RIGHT_NONE || is_for_root(cli)
                               ? refuse(cli, cli->strings->command_of_root,
                                                 TEXT_ARGUMENTS({ "command", cli->command->name, 0 }))
                               : CLI_DONE;
}

/* The first collection of the office that the account may not write. */
typedef struct Narrowed {
        Store *store;
        const Account *account;
        char name[COLLECTION_NAME_SIZE]; /* "" if there is none */
} Narrowed;

static int find_narrowed(const Collection *collection, void *userdata)
{
        Narrowed *narrowed = userdata;
        AccountAccess access = ACCOUNT_NO_ACCESS;
        if (collection->owner[0])
                return 0;
        int r = account_access_to(narrowed->store, narrowed->account, collection, &access);
        if (r == 0 && access != ACCOUNT_WRITE && !narrowed->name[0])
                snprintf(narrowed->name, sizeof(narrowed->name), "%s", collection->name);
        return r;
}

static int check_collections(const Cli *cli, const Account *account)
{
        Narrowed narrowed = { cli->store, account, "" };
        int r = collection_each(cli->store, find_narrowed, &narrowed);
        if (r != 0)
                return cli_refuse(cli, account->name, r);
        return !narrowed.name[0] ? CLI_DONE
                                 : refuse(cli, cli->strings->command_collection,
                                                   TEXT_ARGUMENTS({ "name", account->name, 0 },
                                                                   { "collection", narrowed.name, 0 }));
}

static int check_account(const Cli *cli, const Account *account, Right needed)
{
        static const Right of_role[] = { [ACCOUNT_READER] = RIGHT_READ,
                [ACCOUNT_EDITOR] = RIGHT_EDIT,
                [ACCOUNT_ADMIN] = RIGHT_ADMINISTER };
        if (of_role[account->role] < needed)
                return refuse(cli, cli->strings->command_role,
                                TEXT_ARGUMENTS({ "name", account->name, 0 },
                                                { "role", account_role_name(account->role), 0 }));
        return needed == RIGHT_EDIT ? check_collections(cli, account) : CLI_DONE;
}

int command_right_check(const Cli *cli, const char *user)
{
        Right needed = cli_only_reads(cli) ? RIGHT_READ : right_of(cli->command->name);
        char login[ACCOUNT_NAME_SIZE];
        Account account;
        if (needed == RIGHT_READ)
                return CLI_DONE;
        /* Users Anna and anna are two, but there is one account for both: the one in lower case has it. */
        account_login(user, login);
        int r = strcmp(login, user) == 0 ? account_get(cli->store, user, &account) : STORE_E_NOT_FOUND;
        if (r == STORE_E_NOT_FOUND)
                return refuse(cli, cli->strings->command_no_account, TEXT_ARGUMENTS({ "name", user, 0 }));
        return r != 0 ? cli_refuse(cli, user, r) : check_account(cli, &account, needed);
}
