#pragma once

/* The conditions that the functions of this module return beside 0 and negative errno. */

#include "base/conditions.h"

enum {
        /* no acceptable vCard; the InputError says line, property and reason */
        CARD_E_INVALID = CONDITIONS_CONTACT + 1,
};
