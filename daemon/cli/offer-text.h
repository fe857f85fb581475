#pragma once

/* Writes the text of an offer from the options of `convene offer add` and `convene offer set`. */

#include "calendar/edit.h"
#include "cli/command.h"

/** offer_text_new() - compose a new offer; @uid is chosen by the caller. Return: an exit code. */
int offer_text_new(Cli *cli, const char *uid, const char *host, const char *zone, Buffer *out);

/** offer_text_changed() - append a changed copy of an offer. Return: an exit code. */
int offer_text_changed(Cli *cli, const Event *event, Buffer *out);
