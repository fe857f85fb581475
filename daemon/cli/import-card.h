#pragma once

/* Reads the cards of an import. A card that violates RFC 6350 is repaired, with warnings. */

#include "base/input-error.h"
#include "contact/card.h"

/** A card to read; everything is borrowed. */
typedef struct ImportCard {
        const char *text;
        size_t len;
        size_t line; /* of its BEGIN in the file, counted from 1 */
        bool strict; /* refuse what would otherwise be repaired */
        bool stored; /* it is of an export, so it was stored before: its values are not checked */
        int (*on_warning)(const InputError *warning, void *userdata); /* gets the line in the file */
        void *userdata;
} ImportCard;

/**
 * import_card_read() - read a card
 * @ret_error: what is wrong, with CARD_E_INVALID; the BEGIN of the card is its line 1
 * Return: 0, CARD_E_INVALID, negative errno, or what @on_warning returned.
 */
int import_card_read(const ImportCard *source, Card **ret, InputError *ret_error);
