#pragma once

#include "cli/command.h"
#include "contact/card.h"

/**
 * card_zone_check() - look whether the time zone that a card names is known on this machine
 * @strict:    the complaint is meant for a card that is refused; else the card is kept
 * @ret_error: the complaint, without a line
 *
 * Return: whether there is nothing to complain about.
 */
bool card_zone_check(const Cli *cli, const Card *card, bool strict, InputError *ret_error);
