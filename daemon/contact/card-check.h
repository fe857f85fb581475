#pragma once

/* Checks a vCard's properties by one table (RFC 6350, 6). Private to this module. */

#include "base/contentline.h"
#include "contact/condition.h"

#include <stdbool.h>

enum {
        CARD_PREFERENCE_MAX = 100, /* PREF (5.3) is 1 to 100; 1 is the most preferred */
        CARD_RULES_MAX = 32,       /* see card_rule_once() */
        CARD_UID_MAX_BYTES = 255,  /* as for events, because both are in the same table of the store */
};

/** CARD_COMPLAIN() - describe a fault of a line; the value is CARD_E_INVALID. */
#define CARD_COMPLAIN(line, ret_error, ...)                                                                 \
        ({                                                                                                  \
                input_error_set((ret_error), (line)->number, (line)->name, __VA_ARGS__);                    \
                CARD_E_INVALID;                                                                             \
        })

/**
 * card_check() - check the lines of a vCard, from BEGIN to END
 * @strict: check the values of properties, too, and hold a card of version 3.0 to the cardinalities of 4.0
 *
 * Return: 0; CARD_E_INVALID with the first wrong line or, if no line is wrong, a missing property.
 */
int card_check(const ContentLine *lines, size_t n_lines, bool strict, InputError *ret_error);

/**
 * card_rule_once() - find a property that a card may have once
 * @name:           in capitals
 * @ret_has_forms:  lines with the same ALTID are one property (RFC 6350, 5.4)
 *
 * Return: the number of the property, below CARD_RULES_MAX; -1 for a property that may be there more often.
 */
int card_rule_once(const char *name, bool is_version_4, bool *ret_has_forms);

/** card_preference_valid() - whether a PREF is a preference (RFC 6350, 5.3) */
bool card_preference_valid(const char *text);

/** card_language_valid() - whether a text has the basic form of a language tag (RFC 5646) */
bool card_language_valid(const char *text);

/** card_position_valid() - whether a GEO is a position (RFC 6350, 6.5.2; RFC 2426, 3.4.2) or another URI */
bool card_position_valid(const char *text);

/** card_is_version_3() - whether lines that card_check() has accepted are of version 3.0. */
bool card_is_version_3(const ContentLine *lines, size_t n_lines);
