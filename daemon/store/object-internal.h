#pragma once

/* Inside of store/ only: shared by the files that read and write objects. */

#include "store/object.h"

enum { OBJECT_N_COLUMNS = 17 };

#define OBJECT_COLUMNS                                                                                      \
        "id, change, kind, collection, uid, name, categories, status, class, sequence, start, finish,"      \
        " created, changed, text, resource, address"

/*
 * Rows of the table `stamp` that are not about a category; no category can have such a name. CHANGES_PUBLIC
 * is about the events of a collection that public calendars show. CHANGES_ADDRESS with the UID of a contact
 * is about the contact's mail address.
 */
#define CHANGES_PUBLIC  "+public"
#define CHANGES_ADDRESS "+address:"
