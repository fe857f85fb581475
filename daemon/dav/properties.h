#pragma once

/*
 * The live properties of the resources below /dav/: one table of names with functions that write the values
 * (RFC 4918, 15; 3744; 4791; 5397; 6352).
 */

#include "dav/member.h"
#include "dav/propfind.h"
#include "dav/resource.h"
#include "dav/sync-token.h"
#include "http/verified.h"
#include "store/account-right.h"
#include "store/collection.h"

enum { PROPERTY_E_NONE = CONDITIONS_DAV + 10 /* the resource has no such property */ };

/** A resource as an account sees it. */
typedef struct DavView {
        const char *prefix; /* as for dav_resource_href() */
        const Login *login;
        DavResource resource;
        AccountAccess access;   /* to the collection; ACCOUNT_READ for other resources */
        char epoch[TOKEN_SIZE]; /* of the store (dav/sync-token.h) */
        /*
         * The collection, as it is in the store: its key there is collection.name. The name in the path,
         * resource.collection, differs from it if an account owns the collection. Empty for other resources.
         */
        Collection collection;
        int64_t sequence; /* of the last change in the collection; 0 for other resources */
        unsigned kinds;   /* of the collection: bits 1 << ObjectKind of the objects that are its members */
        DavMember member; /* of a member; id 0 for other resources */
        const DataRequest *data; /* which part of a member's text is wanted; set if member.text is */
} DavView;

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

/** property_write_name() - append an empty element of this name */
void property_write_name(const DavName *name, Buffer *out);

/** The namespaces that a multistatus declares; property_write() uses their prefixes. */
#define PROPERTY_NAMESPACES                                                                                     \
        "xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:R=\"urn:ietf:params:xml:ns:carddav\"" \
        " xmlns:S=\"http://calendarserver.org/ns/\""
