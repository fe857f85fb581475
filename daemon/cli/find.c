#include "cli/find.h"

#include "cli/describe.h"
#include "store/address.h"

#include <string.h>

enum { MOMENT_BYTES = 1024 };

static int refuse_name(const Cli *cli, const char *pattern, const char *name)
{
        cli_error(cli, pattern, TEXT_ARGUMENTS({ "name", name, 0 }));
        return CLI_REFUSED;
}

int find_refuse(Cli *cli, const char *pattern, const char *uid)
{
        CLEANUP(buffer_done) Buffer when = BUFFER_INIT(MOMENT_BYTES);
        usec_t deleted = 0;
        int r = object_deleted(cli->store, uid, &deleted);
        if (r == 0 && deleted)
                r = describe_moment(cli, deleted, &when);
        if (r != 0)
                return cli_refuse(cli, uid, r);
        if (!deleted)
                return refuse_name(cli, pattern ? pattern : cli->strings->no_object, uid);
        cli_error(cli, cli->strings->deleted,
                        TEXT_ARGUMENTS({ "name", uid, 0 }, { "when", buffer_text(&when), 0 }));
        return CLI_REFUSED;
}

/* @unknown: the message if no contact has the address */
static int find_by_address(Cli *cli, const char *address, const char *unknown, ObjectRecord **ret)
{
        int64_t contact = 0, n = 0;
        int r = address_find(cli->store, address, &contact, &n);
        if (r != 0)
                return cli_refuse(cli, address, r);
        if (n == 1)
                return object_get_by_id(cli->store, contact, ret) == 0 ? CLI_DONE : CLI_REFUSED;
        return n ? refuse_name(cli, cli->strings->several_contacts, address)
                 : find_refuse(cli, unknown, address);
}

int find_object(Cli *cli, const char *word, ObjectRecord **ret)
{
        int r = object_find(cli->store, word, ret);
        if (r != STORE_E_NOT_FOUND)
                return r != 0 ? cli_refuse(cli, word, r) : CLI_DONE;
        return strchr(word, '@') ? find_by_address(cli, word, cli->strings->no_object_or_address, ret)
                                 : find_refuse(cli, NULL, word);
}

int find_contact(Cli *cli, const char *word, ObjectRecord **ret)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = object_find(cli->store, word, &record);
        if (r == STORE_E_NOT_FOUND)
                return find_by_address(cli, word, cli->strings->no_contact, ret);
        if (r != 0)
                return cli_refuse(cli, word, r);
        if (record->kind != OBJECT_CARD)
                return refuse_name(cli, cli->strings->not_a_contact, word);
        *ret = TAKE_PTR(record);
        return CLI_DONE;
}

int find_contact_option(Cli *cli, const char *option, ObjectRecord **ret)
{
        const char *word = cli_value(cli, option, 0);
        *ret = NULL;
        return word ? find_contact(cli, word, ret) : CLI_DONE;
}

int find_event_or_offer(Cli *cli, const char *uid, ObjectRecord **ret_record, Event **ret_event)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = object_find(cli->store, uid, &record);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? find_refuse(cli, NULL, uid) : cli_refuse(cli, uid, r);
        if (record->kind == OBJECT_CARD)
                return refuse_name(cli, cli->strings->not_an_event, uid);
        InputError error = { 0 };
        r = event_parse(cli->zones, record->text, record->len, ret_event, &error);
        if (r != 0)
                return cli_refuse_input(cli, uid, r, &error);
        *ret_record = TAKE_PTR(record);
        return CLI_DONE;
}

int find_event(Cli *cli, const char *uid, ObjectRecord **ret_record, Event **ret_event)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        int code = find_event_or_offer(cli, uid, &record, &event);
        if (code != CLI_DONE)
                return code;
        if (event_is_availability(event))
                return refuse_name(cli, cli->strings->no_event_but_offer, uid);
        *ret_record = TAKE_PTR(record);
        *ret_event = TAKE_PTR(event);
        return CLI_DONE;
}
