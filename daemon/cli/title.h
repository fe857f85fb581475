#pragma once

/*
 * The names of an event or a card in several languages: SUMMARY or FN, and X-CONVENED-SUMMARY with LANGUAGE.
 * One of @event and @card is given, the other is NULL.
 */

#include "calendar/event.h"
#include "cli/command.h"
#include "contact/card.h"

/**
 * title_append() - append the name in the reader's language
 * @otherwise: appended if there is no name in this language; the name in the store's record
 */
void title_append(const Cli *cli, const Event *event, const Card *card, const char *otherwise, Buffer *out);

/**
 * title_print_others() - print the names that title_append() does not choose, with their languages
 * @name: the name in the store's record
 * Return: 0 or negative errno.
 */
int title_print_others(const Cli *cli, const Event *event, const Card *card, const char *name);
