#include "cli/import-kept.h"

#include "cli/input-kind.h"

#include <errno.h>
#include <string.h>

bool import_kept_takes(const char *collection, const char *text, size_t len)
{
        CLEANUP(plain_freep) PlainObject *plain = NULL;
        if (collection_is_own_name(collection))
                return true;
        return (input_has_line(text, len, "BEGIN:VTODO") || input_has_line(text, len, "BEGIN:VJOURNAL")) &&
               plain_parse(text, len, &plain, NULL) == 0 && plain_kind(plain) != PLAIN_EVENT &&
               strcmp(plain_status(plain), "DRAFT") != 0;
}

static int put_card(const Cli *cli, const char *text, size_t len, const ObjectPut *put, ObjectOutcome *ret,
                char **ret_uid, InputError *ret_error)
{
        CLEANUP(card_freep) Card *card = NULL;
        int r = card_parse(text, len, &card, ret_error);
        if (r != 0)
                return r == CARD_E_INVALID ? EVENT_E_INVALID : r;
        *ret_uid = strdup(card_uid(card));
        return *ret_uid ? object_put_card(cli->store, card, put, ret) : -ENOMEM;
}

static int put_plain(const Cli *cli, const char *text, size_t len, const ObjectPut *put, ObjectOutcome *ret,
                char **ret_uid, InputError *ret_error)
{
        CLEANUP(plain_freep) PlainObject *plain = NULL;
        int r = plain_parse(text, len, &plain, ret_error);
        if (r != 0)
                return r > 0 ? EVENT_E_INVALID : r;
        *ret_uid = strdup(plain_uid(plain));
        return *ret_uid ? object_put_plain(cli->store, plain, put, ret) : -ENOMEM;
}

int import_kept_put(const Cli *cli, const char *collection, const char *text, size_t len, ObjectOutcome *ret,
                char **ret_uid, InputError *ret_error)
{
        const ObjectPut put = {
                .collection = collection, .fallback = cli->config->time_zone, .now = cli->now
        };
        *ret_uid = NULL;
        return input_has_cards(text, len) ? put_card(cli, text, len, &put, ret, ret_uid, ret_error)
                                          : put_plain(cli, text, len, &put, ret, ret_uid, ret_error);
}
