#pragma once

#include "cli/command.h"
#include "contact/card.h"

/**
 * card_zone_check() - check whether the time zone that a card names is known on this machine
 * @strict:    the caller refuses such a card; otherwise the error says in which zone its mails have times
 * @ret_error: set if the return value is false; its line is 0
 *
 * Return: true if the zone is known or none is named.
 */
bool card_zone_check(const Cli *cli, const Card *card, bool strict, InputError *ret_error);
