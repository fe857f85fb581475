#pragma once

/* The conversion of a vCard from one version to the other. */

#include "base/buffer.h"
#include "contact/condition.h"
#include "contact/version.h"

enum {
        CARD_CONVERTED_MAX_BYTES = 4 * 1024 * 1024, /* of a card of 1 MiB, with room for longer lines */
};

/**
 * card_convert() - append a card in another version
 * @text: a card that card_parse() has accepted
 *
 * A card of this version is copied. In others, a line is copied if it says the same in both versions. A card
 * that is converted to the other version and back has the same lines in the same order; only the folds of
 * lines, white space in base64 and the place of VERSION may be other ones, and a value of more than 1 KiB
 * that the other version writes in other characters. Lines that the other version needs, such as N of
 * version 3.0, are added with the parameter X-CONVENED-MADE; they are left out on the way back, unless a
 * program has changed them.
 *
 * A conversion takes time that grows with the length of the card only, and has a maximum of memory.
 *
 * Return: 0; CARD_E_INVALID for a text that is no card; CARD_E_LARGE if the converted card would have more
 * than four times the octets of the card and 64 KiB, or its lines need too much memory; negative errno,
 * -EFBIG above the maximum of @out.
 */
int card_convert(const char *text, size_t len, CardVersion version, Buffer *out);

/**
 * card_name_in_other_version() - the name that card_convert() gives to a property whose value it keeps: of
 * KIND that is X-ADDRESSBOOKSERVER-KIND, and of this one KIND. NULL if the name is the same in both
 * versions.
 * @name: in upper case
 */
const char *card_name_in_other_version(const char *name);
