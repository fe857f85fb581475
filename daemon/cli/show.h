#pragma once

/* Parts of the output of `convene show` that other commands use, too. */

#include "cli/command.h"
#include "contact/card.h"
#include "store/object.h"

/** show_offer() - print the hours and conditions of an offer. Return: 0, others as the store's. */
int show_offer(Cli *cli, const ObjectRecord *record, const Event *event);

/**
 * show_mail() - print the data that decide whether a contact gets mail: its listings, preferences and
 * refusals.
 * Return: 0, others as the store's.
 */
int show_mail(Cli *cli, int64_t contact, const Card *card);
