#pragma once

#include "cli/command.h"
#include "contact/card.h"

/**
 * card_zone_check() - look whether the time zone that a card names is known on this machine
 * @strict:    the card is refused; else it is kept, and the error says so
 * @ret_error: the error, without a line
 *
 * Return: true if the zone is known or none is named.
 */
bool card_zone_check(const Cli *cli, const Card *card, bool strict, InputError *ret_error);
