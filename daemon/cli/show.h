#pragma once

/* The output of `convene show` for an offer, which `convene offer show` uses, too. */

#include "cli/command.h"
#include "store/object.h"

/** show_offer() - print the hours and conditions of an offer. Return: 0, others as the store's. */
int show_offer(Cli *cli, const ObjectRecord *record, const Event *event);
