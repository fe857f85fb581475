#pragma once

/* The resources that an account can see below /dav/, and the members of each. */

#include "dav/properties.h"

/**
 * tree_find() - find a resource as an account sees it
 * @view: the caller has set its prefix, login and resource; this function sets the other members
 *
 * An account sees its own principal and homes, and the collections that it may read, with their members.
 * If only a member is missing, the view has all that is known about its collection, and the resource has the
 * kind of the member.
 * Return: 0; STORE_E_NOT_FOUND: there is no such resource, or it may not be seen; others as the store's.
 */
int tree_find(Store *store, DavView *view);

/**
 * tree_find_member() - read the member of a view again: all of the view except `member` is set
 * Return: 0; STORE_E_NOT_FOUND; others as the store's.
 */
int tree_find_member(Store *store, DavView *view);

/**
 * tree_read_member() - as tree_find_member(), with the text that the account sees
 * @ret: owns the text, free it with object_record_free(); NULL on failure
 */
int tree_read_member(Store *store, DavView *view, ObjectRecord **ret);

/**
 * tree_each_member() - call @on_view for each member that the account can see; the texts of objects are not
 * read. Another result than 0 ends the walk and is returned.
 */
int tree_each_member(Store *store, const DavView *view, int (*on_view)(const DavView *view, void *userdata),
                void *userdata);
