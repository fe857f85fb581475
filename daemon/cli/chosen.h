#pragma once

#include "cli/command.h"
#include "contact/card.h"

/**
 * chosen_keep() - keep what a reader has chosen on the page of its preferences when the office imports its
 * card again. Replaces @card, if there is such a choice. Return: 0, conditions of the store, negative errno.
 */
int chosen_keep(Cli *cli, Card **card);
