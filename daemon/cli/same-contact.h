#pragma once

/*
 * Cards of one mail address. Programs give a person a new UID in another export, and the person would then
 * get each mail twice. So a card whose UID is not stored is a new version of the contact that has its
 * address and its name. With another name it is a contact of its own, because a couple or an office may
 * share a mailbox.
 */

#include "cli/command.h"
#include "contact/card.h"

/**
 * same_contact_take() - replace a card of an import by a copy with the UID of the contact with the same
 * address and name, if there is just one
 * @line:       of the card, for the warning
 * @on_warning: called if another contact has the address
 *
 * Return: 0, a condition of the store, negative errno, or what @on_warning returned.
 */
int same_contact_take(Cli *cli, Card **card, size_t line,
                int (*on_warning)(const InputError *warning, void *userdata), void *userdata);
