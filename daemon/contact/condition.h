#pragma once

/* The conditions that functions of this module return, in addition to 0 and negative errno. */

#include "base/conditions.h"

enum {
        /* not an acceptable vCard; the InputError has line, property and reason */
        CARD_E_INVALID = CONDITIONS_CONTACT + 1,
        CARD_E_LARGE, /* a card becomes too large in another version */
};
