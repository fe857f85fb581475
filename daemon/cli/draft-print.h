#pragma once

/* Prints drafts for a person to confirm. */

#include "cli/command.h"
#include "draft/draft.h"

/**
 * draft_print() - append the drafts
 * @explain: with the words that each field was read from, how well it is known and why
 */
void draft_print(const Cli *cli, const DraftSet *set, bool explain, Buffer *out);
