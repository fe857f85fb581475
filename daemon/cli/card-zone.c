#include "cli/card-zone.h"

bool card_zone_check(const Cli *cli, const Card *card, bool strict, InputError *ret_error)
{
        const char *name = card_zone_name(card);
        const Zone *zone;
        if (!name || zone_table_get(cli->zones, name, &zone) == 0)
                return true;
        if (strict)
                input_error_set(ret_error, 0, "TZ", "\"%.60s\" is no time zone that is known here", name);
        else
                input_error_set(ret_error, 0, "TZ",
                                "\"%.60s\" is no time zone that is known here; the mails to %.60s have times in the zone %s",
                                name, card_uid(card), cli->config->time_zone_name);
        return false;
}
