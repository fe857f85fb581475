#pragma once

/*
 * The resources below /dav/. Every account has a home for calendars and another one for address books,
 * because some clients fail if both are one resource. The collections that the account may read are in its
 * homes. The functions convert paths, and do not read the store.
 */

#include "base/buffer.h"
#include "store/account.h"

#include <stdbool.h>

enum { DAV_COLLECTION_SIZE = 64 };

/** Kinds as bits, so that a property can name several. */
typedef enum DavKind {
        DAV_ROOT = 1 << 0,         /* /dav/ */
        DAV_PRINCIPALS = 1 << 1,   /* /dav/principals/ */
        DAV_PRINCIPAL = 1 << 2,    /* /dav/principals/NAME/ */
        DAV_CALENDARS = 1 << 3,    /* /dav/calendars/NAME/ */
        DAV_ADDRESSBOOKS = 1 << 4, /* /dav/addressbooks/NAME/ */
        DAV_CALENDAR = 1 << 5,     /* /dav/calendars/NAME/COLLECTION/ */
        DAV_ADDRESSBOOK = 1 << 6,  /* /dav/addressbooks/NAME/COLLECTION/ */
} DavKind;

typedef struct DavResource {
        DavKind kind;
        char account[ACCOUNT_NAME_SIZE];      /* as in the path; "" if the path has none */
        char collection[DAV_COLLECTION_SIZE]; /* "" if the path has none */
} DavResource;

/**
 * dav_resource_read() - read the path after /dav/, percent-decoded, with or without a final slash
 * Return: false if no resource can have this path.
 */
bool dav_resource_read(const char *rest, DavResource *ret);

/**
 * dav_resource_href() - append the path, with a final slash
 * @prefix: the path under which clients reach the server, such as "/office"; "" for none
 */
void dav_resource_href(const DavResource *resource, const char *prefix, Buffer *out);
