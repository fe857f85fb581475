#pragma once

/*
 * Deleted collections. Their objects leave tombstones, so that programs learn of the deletion. The texts are
 * kept in the history (store/history.h), the properties and the rights that others had here; all can be
 * restored. The trash of an account has a maximum, beyond which what was deleted first is lost.
 */

#include "store/collection.h"
#include "store/object.h"

enum {
        TRASH_KEY_SIZE = COLLECTION_NAME_SIZE + 24,
        TRASH_MAX = 200, /* deleted collections of one account */
};

typedef struct Trash {
        char key[TRASH_KEY_SIZE];
        Collection collection; /* as it was; its `sequence` is 0 */
        usec_t deleted;
        int64_t n; /* of objects */
} Trash;

/**
 * trash_put() - delete a collection of an account
 * @max_bytes: how much the deleted collections of its owner may have together; the last one is always kept
 *
 * Return: 0; STORE_E_NOT_FOUND; STORE_E_CONFLICT if it is the office's; another condition of the store,
 * negative errno.
 */
int trash_put(Store *store, const char *collection, int64_t max_bytes, usec_t now);

/** trash_put_all() - delete all collections of an account, without a maximum */
int trash_put_all(Store *store, const char *account, usec_t now);

/** trash_each() - call @on_trash for each deleted collection, the newest first */
int trash_each(Store *store, int (*on_trash)(const Trash *trash, void *userdata), void *userdata);

/**
 * trash_restore() - make a deleted collection again, with its objects, properties and rights, and remove it
 * from the trash
 * @fallback: time zone of dates without one
 *
 * Return: 0; STORE_E_NOT_FOUND; STORE_E_CONFLICT if the account has a collection of the same name again;
 * another condition of the store, negative errno.
 */
int trash_restore(Store *store, const char *key, const Zone *fallback, usec_t now);

/** trash_remove() - remove a deleted collection for ever. STORE_E_NOT_FOUND: there is none. */
int trash_remove(Store *store, const char *key);
