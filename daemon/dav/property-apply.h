#pragma once

/* Sets and removes properties of a resource, all or none of them (RFC 4918, 9.2). */

#include "calendar/zone.h"
#include "dav/property-update.h"
#include "dav/view.h"

/**
 * property_update_check() - refuse the changes that no client may make of this kind of resource, and values
 * that are not valid
 *
 * Return: 0 or negative errno.
 */
int property_update_check(const DavView *view, ZoneTable *zones, PropertyUpdate *update);

/**
 * property_update_apply() - write the changes in the caller's transaction, unless one is refused; refuses
 * those that exceed the limits of store/property.h
 *
 * Return: 0, a condition of the store, negative errno. The caller looks at the result of
 * property_update_settle(), and rolls back if that is false.
 */
int property_update_apply(Store *store, const DavView *view, PropertyUpdate *update);
