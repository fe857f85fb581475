#pragma once

/*
 * The live properties of the resources below /dav/: one table of names with functions that write the values
 * (RFC 4918, 15; 3744; 4791; 5397; 6352).
 */

#include "dav/view.h"

enum { PROPERTY_E_NONE = CONDITIONS_DAV + 10 /* the resource has no such property */ };

/** property_write() - append a property with its value as an element. Return: 0 or PROPERTY_E_NONE. */
int property_write(const DavView *view, const DavName *name, Buffer *out);

/** property_has() - whether the resource has a property */
bool property_has(const DavView *view, const DavName *name);

/**
 * property_each() - call @on_name for each property that the resource has
 * @all: true for only the properties of an allprop, which are those of RFC 4918 itself (9.1); false for all
 */
void property_each(const DavView *view, bool all, void (*on_name)(const DavName *name, void *userdata),
                void *userdata);

/** property_is_of_quota() - whether a property needs the quota of the account, which is read for it only */
bool property_is_of_quota(const DavName *name);

/**
 * property_is_protected() - whether clients may not set or remove a property of a kind of resource. A
 * property that the server does not know is not protected.
 */
bool property_is_protected(DavKind kind, const DavName *name);

/** property_write_name() - append an empty element of this name */
void property_write_name(const DavName *name, Buffer *out);

/** The namespaces that a multistatus declares; property_write() uses their prefixes. */
#define PROPERTY_NAMESPACES                                                                                     \
        "xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:R=\"urn:ietf:params:xml:ns:carddav\"" \
        " xmlns:S=\"http://calendarserver.org/ns/\""
