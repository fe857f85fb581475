#include "cli/account-collections.h"

#include "base/json.h"
#include "cli/describe.h"
#include "cli/output.h"
#include "store/trash.h"

#include <stdio.h>
#include <string.h>

enum { LINE_MAX_BYTES = 64 * 1024 };

/* The state of a listing of one account's collections. */
typedef struct CollectionList {
        const Cli *cli;
        char login[ACCOUNT_NAME_SIZE];
        Buffer *out; /* receives the JSON list */
        size_t n;
} CollectionList;

static int print_collection(const Collection *collection, void *userdata)
{
        const CollectionList *list = userdata;
        const Cli *cli = list->cli;
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        if (strcmp(collection->owner, list->login) != 0 || collection->scheduling == COLLECTION_INBOX)
                return 0;
        int r = text_message(&line, cli->language,
                        collection->is_cards ? cli->strings->account_addressbook
                                             : cli->strings->account_calendar,
                        TEXT_ARGUMENTS({ "name", collection->segment, 0 },
                                        { "collection", collection->name, 0 }));
        if (r < 0)
                return r;
        fputs("    ", stdout);
        output_line(stdout, buffer_text(&line));
        return 0;
}

int account_collections_print(const Cli *cli, const char *account)
{
        CollectionList list = { .cli = cli };
        account_login(account, list.login);
        return collection_each(cli->store, print_collection, &list);
}

static int append_collection(const Collection *collection, void *userdata)
{
        CollectionList *list = userdata;
        if (strcmp(collection->owner, list->login) != 0 || collection->scheduling == COLLECTION_INBOX)
                return 0;
        buffer_puts(list->out, list->n++ ? ", {" : "{");
        json_member(list->out, "collection", collection->name);
        json_member(list->out, "name", collection->segment);
        json_member(list->out, "kind", collection->is_cards ? "addressbook" : "calendar");
        if (collection->scheduling == COLLECTION_QUIET)
                json_member(list->out, "scheduling", "off");
        buffer_putc(list->out, '}');
        return 0;
}

int account_collections_json(const Cli *cli, const char *account, Buffer *out)
{
        CollectionList list = { .cli = cli, .out = out };
        account_login(account, list.login);
        return collection_each(cli->store, append_collection, &list);
}

static void print_trash_json(const Trash *trash)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        char deleted[32];
        time_format_rfc3339(trash->deleted, deleted);
        buffer_putc(&line, '{');
        json_member(&line, "key", trash->key);
        json_member(&line, "account", trash->collection.owner);
        json_member(&line, "name", trash->collection.segment);
        json_member(&line, "kind", trash->collection.is_cards ? "addressbook" : "calendar");
        json_member(&line, "deleted", deleted);
        buffer_printf(&line, ", \"objects\": %lld}", (long long)trash->n);
        puts(buffer_text(&line));
}

static int print_trash(const Trash *trash, void *userdata)
{
        const Cli *cli = userdata;
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        CLEANUP(buffer_done) Buffer deleted = BUFFER_INIT(LINE_MAX_BYTES);
        if (cli_flag(cli, "json")) {
                print_trash_json(trash);
                return 0;
        }
        int r = describe_moment(cli, trash->deleted, &deleted);
        if (r == 0)
                r = text_message(&line, cli->language, cli->strings->account_deleted,
                                TEXT_ARGUMENTS({ "key", trash->key, 0 },
                                                { "account", trash->collection.owner, 0 },
                                                { "name", trash->collection.segment, 0 },
                                                { "time", buffer_text(&deleted), 0 },
                                                { "n", NULL, trash->n }));
        if (r < 0)
                return r;
        output_line(stdout, buffer_text(&line));
        return 0;
}

int account_trash(Cli *cli)
{
        int r = trash_each(cli->store, print_trash, cli);
        return r != 0 ? cli_refuse(cli, "account", r) : CLI_DONE;
}

static int conclude(const Cli *cli, int r)
{
        const char *pattern = r == STORE_E_NOT_FOUND  ? cli->strings->no_deleted
                              : r == STORE_E_CONFLICT ? cli->strings->name_taken_again
                                                      : NULL;
        if (r == 0)
                return CLI_DONE;
        if (!pattern)
                return cli_refuse(cli, cli->words[1], r);
        cli_error(cli, pattern, TEXT_ARGUMENTS({ "name", cli->words[1], 0 }));
        return CLI_REFUSED;
}

int account_restore(Cli *cli)
{
        return conclude(cli, trash_restore(cli->store, cli->words[1], cli->config->time_zone, cli->now));
}

int account_purge(Cli *cli)
{
        return conclude(cli, trash_remove(cli->store, cli->words[1]));
}
