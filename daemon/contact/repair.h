#pragma once

/*
 * Repairs a card of an import that card_parse() refuses: vCard 2.1, as telephones and Outlook write it, becomes
 * version 3.0, and a UID or FN that is missing is made from the other lines. Cards of other versions keep all
 * their bytes.
 */

#include "base/buffer.h"
#include "base/input-error.h"

/**
 * card_repair() - append the repaired card
 * @text:       from BEGIN:VCARD to END:VCARD
 * @on_warning: called for each change, with line numbers in @text
 *
 * The UID is made from the mail address, so that the next import finds the contact again whatever else has
 * changed; without an address, from the whole card.
 *
 * Return: 0, negative errno, the negative result of @on_warning.
 */
int card_repair(const char *text, size_t len, Buffer *out,
                int (*on_warning)(const InputError *warning, void *userdata), void *userdata);
