#pragma once

/* The conditions of package/. */

#include "base/conditions.h"

enum {
        PACKAGE_E_MISSING = CONDITIONS_PACKAGE + 1, /* the archive has no such part */
        PACKAGE_E_DAMAGED = CONDITIONS_PACKAGE + 2, /* the archive, or the part */
        PACKAGE_E_LARGE = CONDITIONS_PACKAGE + 3,   /* the part unpacks to more than the maximum */
        PACKAGE_E_XML = CONDITIONS_PACKAGE + 4,     /* not well-formed, or with a document type */
};
