#include "cli/prefix.h"

#include "store/object.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { PREFIX_MIN = 4 };

/* The beginnings of synopses whose first word is an object. */
static const char *const beginnings[] = { "UID", "[UID", "CONTACT", "EVENT" };

static bool takes_object(const Command *command)
{
        for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
                if (strncmp(command->words, beginnings[i], strlen(beginnings[i])) == 0)
                        return true;
        return false;
}

static int take(const char *uid, void *userdata)
{
        Cli *cli = userdata;
        snprintf(cli->uid, sizeof(cli->uid), "%s", uid);
        return 0;
}

int prefix_expand(Cli *cli)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        const char *word = cli->n_words > 0 && takes_object(cli->command) ? cli->words[0] : "";
        int64_t n = 0;
        if (strlen(word) < PREFIX_MIN || strpbrk(word, "@/") ||
                        object_find(cli->store, word, &record) != STORE_E_NOT_FOUND)
                return CLI_DONE;
        int r = object_find_prefix(cli->store, word, take, cli, &n);
        if (r != 0)
                return cli_refuse(cli, word, r);
        if (n > 1) {
                cli_error(cli, cli->strings->prefix_of_several, TEXT_ARGUMENTS({ "name", word, 0 }));
                return CLI_REFUSED;
        }
        if (n == 1 && strlen(cli->uid) + 1 < sizeof(cli->uid))
                cli->words[0] = cli->uid;
        return CLI_DONE;
}
