#pragma once

/*
 * convene draft --import: keeps drafts, changes them after a second reading, and knows kept events again.
 */

#include "cli/command.h"
#include "draft/draft.h"

/** draft_import() - keep the drafts in one transaction, and print a line for each. Return: an exit code. */
int draft_import(Cli *cli, const DraftSet *set);
