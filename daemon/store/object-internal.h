#pragma once

/* Inside of store/ only: shared by the files that read and write objects. */

#include "store/object.h"

enum { OBJECT_N_COLUMNS = 18 };

#define OBJECT_COLUMNS                                                                                      \
        "id, change, kind, collection, uid, name, categories, status, class, sequence, start, finish,"      \
        " created, changed, text, resource, address, parent"

/*
 * Rows of the table `stamp` that are not about a category, with names that are unusual for a category.
 * CHANGES_PUBLIC is about the events of a collection that public calendars show. CHANGES_ADDRESS with the
 * UID of a contact is about the contact's mail address.
 */
#define CHANGES_PUBLIC  "+public"
#define CHANGES_ADDRESS "+address:"

/**
 * object_index_digest() - update the digest index. The contact becomes due if its wishes for the digest or
 * its time zone have changed, or if it has no row yet; other changes do not affect the next digest.
 * @kept: the stored card; NULL if the contact is new
 */
int object_index_digest(Store *store, const Card *card, const ObjectRecord *kept, int64_t contact);
