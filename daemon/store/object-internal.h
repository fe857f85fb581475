#pragma once

/* Inside of store/ only: shared by the files that read and write objects. */

#include "store/object.h"

enum { OBJECT_N_COLUMNS = 17 };

#define OBJECT_COLUMNS                                                                                      \
        "id, change, kind, collection, uid, name, categories, status, class, sequence, start, finish,"      \
        " created, changed, text, resource, address"

/*
 * Names of stamps that are no categories, and that no category can equal: of the events of a collection
 * that public calendars show; and, followed by the UID of a contact, of the contact's mail address.
 */
#define CHANGES_PUBLIC  "+public"
#define CHANGES_ADDRESS "+address:"
