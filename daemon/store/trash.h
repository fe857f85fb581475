#pragma once

/*
 * Deleted collections. Their objects leave tombstones, so that programs learn of the deletion. The texts are
 * kept in the history (store/history.h) and the properties here; both can be restored. Rights that others
 * had are not kept.
 */

#include "store/collection.h"
#include "store/object.h"

enum { TRASH_KEY_SIZE = COLLECTION_NAME_SIZE + 24 };

typedef struct Trash {
        char key[TRASH_KEY_SIZE];
        Collection collection; /* as it was; its `sequence` is 0 */
        usec_t deleted;
        int64_t n; /* of objects */
} Trash;

/**
 * trash_put() - delete a collection of an account
 *
 * Return: 0; STORE_E_NOT_FOUND; STORE_E_CONFLICT if it is the office's; another condition of the store,
 * negative errno.
 */
int trash_put(Store *store, const char *collection, usec_t now);

/** trash_put_all() - delete all collections of an account */
int trash_put_all(Store *store, const char *account, usec_t now);

/** trash_each() - call @on_trash for each deleted collection, the newest first */
int trash_each(Store *store, int (*on_trash)(const Trash *trash, void *userdata), void *userdata);

/**
 * trash_restore() - make a deleted collection again, with its objects and properties, and remove it from the
 * trash
 * @fallback: time zone of dates without one
 *
 * Return: 0; STORE_E_NOT_FOUND; STORE_E_CONFLICT if the account has a collection of the same name again;
 * another condition of the store, negative errno.
 */
int trash_restore(Store *store, const char *key, const Zone *fallback, usec_t now);

/** trash_remove() - remove a deleted collection for ever. STORE_E_NOT_FOUND: there is none. */
int trash_remove(Store *store, const char *key);
