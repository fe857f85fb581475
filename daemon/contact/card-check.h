#pragma once

/* The check of a vCard's properties by one table (RFC 6350, 6). Private to this module. */

#include "base/contentline.h"
#include "contact/condition.h"

#include <stdbool.h>

enum {
        CARD_PREFERENCE_MAX = 100, /* PREF (5.3) is 1 to 100, the lowest the most preferred */
        CARD_UID_MAX_BYTES = 255,  /* as of events: both are found by it in the same table */
};

/** CARD_COMPLAIN() - CARD_E_INVALID with what is wrong with a line. */
#define CARD_COMPLAIN(line, ret_error, ...)                                                                 \
        ({                                                                                                  \
                input_error_set((ret_error), (line)->number, (line)->name, __VA_ARGS__);                    \
                CARD_E_INVALID;                                                                             \
        })

/**
 * card_check() - whether these lines, BEGIN to END, make a vCard that is accepted; every line is looked at
 * once
 * Return: 0, CARD_E_INVALID with the first fault: of a line, then one that is missing.
 */
int card_check(const ContentLine *lines, size_t n_lines, InputError *ret_error);

/** card_is_version_3() - of lines that were accepted. */
bool card_is_version_3(const ContentLine *lines, size_t n_lines);
