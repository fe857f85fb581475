#pragma once

/* The resources that an account can see below /dav/, and the members of each. */

#include "dav/properties.h"

/**
 * tree_find() - find a resource as an account sees it
 * @view: the caller has set its prefix, login and resource; this function sets the other members
 *
 * An account sees its own principal and homes, and the collections that it may read.
 * Return: 0; STORE_E_NOT_FOUND: there is no such resource, or it may not be seen; others as the store's.
 */
int tree_find(Store *store, DavView *view);

/**
 * tree_each_member() - call @on_view for each member that the account can see, but not for the members of
 * calendars and address books. Another result than 0 ends the walk and is returned.
 */
int tree_each_member(Store *store, const DavView *view, int (*on_view)(const DavView *view, void *userdata),
                void *userdata);
