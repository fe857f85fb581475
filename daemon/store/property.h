#pragma once

/*
 * The properties that WebDAV clients set (RFC 4918, 4): those that the server does not know, which it only
 * keeps, and those it knows and lets clients change, such as the name and colour of a calendar. The value is
 * the XML element itself, with the declarations of the namespaces that it uses.
 *
 * A row with an account is for this account alone, and is preferred to the row for everybody. The owner of a
 * collection sets properties for everybody, and all others set them for themselves: one editor's colours are
 * not those of the next. Those of the office's calendars for everybody are set by administrators, on the
 * pages of the office (dav/office-calendar.h).
 */

#include "store/collection.h"

enum {
        PROPERTY_VALUE_MAX_BYTES = 64 * 1024,
        PROPERTIES_MAX = 200, /* of one resource that one account sees */
        PROPERTIES_MAX_BYTES = 1024 * 1024,
        PROPERTIES_OF_ACCOUNT_MAX_BYTES = 16 * 1024 * 1024, /* of all resources, that one account has set */
};

/** A resource that has properties. */
typedef struct PropertyOwner {
        const char *collection; /* the key of a collection, or a path below /dav/ that is no collection's */
        const char *resource;   /* the name of a member; "" for the collection itself */
        const char *account;    /* who asks; as account_login() writes it */
} PropertyOwner;

/** A property; its strings are borrowed for the callback. */
typedef struct StoredProperty {
        const char *space, *name; /* the namespace, "" for none, and the local name */
        const char *value;        /* the element */
        bool is_own;              /* of the account, not for everybody */
} StoredProperty;

/**
 * property_each_stored() - call @on_property for each property that an account sees, in order of namespace
 * and name; once for each
 */
int property_each_stored(Store *store, const PropertyOwner *owner,
                int (*on_property)(const StoredProperty *property, void *userdata), void *userdata);

/** property_any_of_members() - whether any member of a collection has properties that clients have set */
int property_any_of_members(Store *store, const char *collection, bool *ret);

/**
 * property_set() - set a property
 * @everybody: for everybody, not for the account alone
 *
 * Return: 0, a condition of the store, negative errno. The limits are the caller's business.
 */
int property_set(Store *store, const PropertyOwner *owner, bool everybody, const char *space,
                const char *name, const char *value);

/** property_remove() - remove a property, as property_set() sets it; it need not exist */
int property_remove(Store *store, const PropertyOwner *owner, bool everybody, const char *space,
                const char *name);

/**
 * property_copy() - give a member the properties of another one, in place of its own
 */
int property_copy(Store *store, const char *collection, const char *resource, const char *to_collection,
                const char *to_resource);
