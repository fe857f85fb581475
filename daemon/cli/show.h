#pragma once

/* What `convene show` prints of an offer, for `convene offer show` as well. */

#include "cli/command.h"
#include "store/object.h"

/** show_offer() - print the hours and conditions of an offer. Return: 0, others as the store's. */
int show_offer(Cli *cli, const ObjectRecord *record, const Event *event);
