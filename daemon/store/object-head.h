#pragma once

/*
 * Objects without their text: what lists of a collection and conditions of a request need. Rows are read
 * without the pages of their texts, so that a walk over 10,000 objects stays cheap.
 */

#include "store/object.h"

/** An object; its strings are borrowed for the callback. */
typedef struct ObjectHead {
        int64_t id;
        int64_t change; /* number of the last change */
        ObjectKind kind;
        const char *resource; /* name in the collection */
        const char *uid;
        size_t len;           /* of the text, in bytes */
        usec_t start;         /* of the series; 0 for drafts and cards */
        usec_t end;           /* USEC_INFINITY for an endless series */
        usec_t created;       /* when the object was first stored */
        usec_t changed;       /* when the text last changed */
        int64_t schedule_tag; /* as in ObjectRecord */
} ObjectHead;

/** Called with an object. A nonzero result ends a walk and is returned. */
typedef int ObjectHeadWalk(const ObjectHead *head, void *userdata);

/**
 * object_head_get() - call @on_head for the object with a name in a collection
 * object_head_get_by_uid() - the same for a UID
 *
 * Return: 0, the nonzero result of @on_head, STORE_E_NOT_FOUND, another condition of the store, negative
 * errno.
 */
int object_head_get(Store *store, const char *collection, const char *resource, ObjectHeadWalk *on_head,
                void *userdata);
int object_head_get_by_uid(Store *store, const char *collection, const char *uid, ObjectHeadWalk *on_head,
                void *userdata);

/** object_head_each() - call @on_head for each object of a collection, in order of name */
int object_head_each(Store *store, const char *collection, ObjectHeadWalk *on_head, void *userdata);

/** The last change of a name in a collection. The strings are borrowed for the callback. */
typedef struct ObjectDelta {
        int64_t change; /* its number */
        const char *resource;
        const ObjectHead *head; /* the object as it is now; NULL if it was deleted */
} ObjectDelta;

enum {
        OBJECT_DELTA_DELETED = 1,     /* also names whose object was deleted and not replaced */
        OBJECT_DELTA_UNPUBLISHED = 2, /* also names that have only been those of drafts */
};

/**
 * object_delta_each() - call @on_delta for each name that changed after the change number @since, once, in
 * order of change
 * @with: OBJECT_DELTA_...
 *
 * The cost grows with the number of changes that are read, not with the size of the store.
 * Return: 0; the nonzero result of @on_delta, which ends the walk; a condition of the store, negative errno.
 */
int object_delta_each(Store *store, const char *collection, int64_t since, unsigned with,
                int (*on_delta)(const ObjectDelta *delta, void *userdata), void *userdata);
