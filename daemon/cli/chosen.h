#pragma once

#include "cli/command.h"
#include "contact/card.h"

/**
 * chosen_keep() - keep the preferences that a contact has chosen on its page when the office imports its
 * card again
 * @card: the card to import; if the stored card has such preferences, replaced by a card with them
 * Return: 0, conditions of the store, negative errno.
 */
int chosen_keep(Cli *cli, Card **card);
