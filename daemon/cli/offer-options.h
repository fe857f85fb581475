#pragma once

/* Writes an offer from the options of `convene offer add` and `convene offer set`. */

#include "calendar/edit.h"
#include "cli/command.h"

/**
 * offer_options_new() - append a new offer
 * @host: UID of the contact
 * @zone: of the hours
 * Return: CLI_DONE, or an exit code after a message.
 */
int offer_options_new(Cli *cli, const char *uid, const char *host, const Zone *zone, Buffer *out);

/**
 * offer_options_changed() - append a changed copy of an offer. New hours are in the zone of --zone or,
 * without it, in the offer's own zone, even if only a VTIMEZONE in the object describes that zone.
 * Return: CLI_DONE, or an exit code after a message.
 */
int offer_options_changed(Cli *cli, const Event *event, Buffer *out);
