#pragma once

/*
 * Repairs an imported card that card_parse() refuses. vCard 2.1, as telephones and Outlook write it, becomes
 * version 3.0. A missing UID or FN is made from the other lines, and is added; the other lines of a card of
 * another version than 2.1 are kept byte for byte. Only the address of an EMAIL with a name or mailto: is
 * kept, and a GEO or LANG that cannot be read is left out, as is an empty FN, EMAIL, LANG, TZ, GEO or UID.
 * So is an EMAIL without a mail address beside one that has one, and a line that cannot be read, unless it
 * tells who the contact is or whether it gets mail. In version 4.0 the VERSION moves to the second line, a
 * PREF out of bounds is left out, and so is a later line of a property that may be there once.
 */

#include "base/buffer.h"
#include "base/input-error.h"

/**
 * card_repair() - append the repaired card
 * @text:       from BEGIN:VCARD to END:VCARD
 * @on_warning: called for each change, with the number of the line in @text; 1 for a missing line; may be
 *              NULL
 *
 * The UID is made from the mail address, so that the next import finds the contact again whatever else has
 * changed; without an address, from the whole card.
 *
 * Without N, ORG and EMAIL, there is no text for an FN, and none is added.
 *
 * Return: 0, negative errno, the negative result of @on_warning.
 */
int card_repair(const char *text, size_t len, Buffer *out,
                int (*on_warning)(const InputError *warning, void *userdata), void *userdata);
