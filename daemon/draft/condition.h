#pragma once

/* The conditions of draft/. */

#include "base/conditions.h"

enum {
        DRAFT_E_FORMAT = CONDITIONS_DRAFT + 1, /* a file that cannot be read as what it begins like */
};
