#pragma once

/*
 * The properties of a resource that clients have set (store/property.h), as they are read for a reply. They
 * go before the values that the server makes, and those of unknown names follow the live properties.
 */

#include "dav/view.h"
#include "store/property.h"

enum { STORED_PATH_SIZE = ACCOUNT_NAME_SIZE + 32 };

typedef struct StoredItem {
        DavName name;
        const char *value; /* the element */
        bool is_own;       /* of the account only */
} StoredItem;

typedef struct StoredSet {
        StoredItem *items;
        size_t n;
        size_t bytes; /* of all values */
        Arena arena;
        bool has_quota; /* the resource has one, and it was read */
        int64_t quota_used;
} StoredSet;

/**
 * stored_owner() - who has the properties of a resource in the store
 * @ret_everybody: whether changes of this account are for everybody
 * Return: false if clients cannot set properties of such a resource.
 */
bool stored_owner(const DavView *view, PropertyOwner *ret, char path[static STORED_PATH_SIZE],
                bool *ret_everybody);

/** stored_load() - read the properties that the account sees. @ret: call stored_done() in every case */
int stored_load(Store *store, const DavView *view, StoredSet *ret);
void stored_done(StoredSet *set);

/** stored_find() - a property by its name; NULL if there is none, or @set is NULL */
const StoredItem *stored_find(const StoredSet *set, const DavName *name);
