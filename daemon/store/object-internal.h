#pragma once

/* Inside of store/ only: what the reads and the writes of objects share. */

#include "store/object.h"

enum { OBJECT_N_COLUMNS = 17 };

#define OBJECT_COLUMNS                                                                                      \
        "id, change, kind, collection, uid, name, categories, status, class, sequence, start, finish,"      \
        " created, changed, text, resource, address"

/*
 * Stamps that are of no category, and that none is written like: of what public calendars show of a collection, and, with the UID of a
 * contact behind it, of the address that mail to it goes to.
 */
#define CHANGES_PUBLIC  "+public"
#define CHANGES_ADDRESS "+address:"
