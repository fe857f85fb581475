#pragma once

/* Inside of store/ only: what the reads and the writes of objects share. */

#include "store/object.h"

enum { OBJECT_N_COLUMNS = 17 };

#define OBJECT_COLUMNS                                                                                      \
        "id, change, kind, collection, uid, name, categories, status, class, sequence, start, finish,"      \
        " created, changed, text, resource, address"

/* The category of a stamp for what public calendars show of a collection; no event's category is written so. */
#define CHANGES_PUBLIC "+public"
