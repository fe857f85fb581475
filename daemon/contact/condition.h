#pragma once

/* What the functions of this module return beside 0 and negative errno. */

enum {
        CARD_E_INVALID = 1, /* no acceptable vCard; the InputError says line, property and reason */
};
