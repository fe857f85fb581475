#pragma once

/* A resource below /dav/ as an account sees it: what its properties are made from. */

#include "config/config.h"
#include "dav/member.h"
#include "dav/propfind.h"
#include "dav/resource.h"
#include "dav/sync-token.h"
#include "http/verified.h"
#include "store/account-right.h"
#include "store/collection.h"

enum { DAV_EPOCH_SIZE = TOKEN_SIZE + 1 };

/** A resource as an account sees it. */
typedef struct DavView {
        const char *prefix; /* as for dav_resource_href() */
        const Login *login;
        const Config *config;
        DavResource resource;
        AccountAccess access; /* to the collection; ACCOUNT_READ for other resources */
        bool is_drafts; /* the collection is that of the drafts of the calendar `collection` (dav/home.h) */
        bool is_masked; /* the account sees private members as busy times (dav/privacy.h) */
        char epoch[DAV_EPOCH_SIZE]; /* of the store, and of the view (dav/sync-token.h) */
        /*
         * The collection, as it is in the store: its key there is collection.name. The name in the path,
         * resource.collection, differs from it if an account owns the collection. Empty for other resources.
         */
        Collection collection;
        int64_t sequence; /* of the last change in the collection; 0 for other resources */
        char default_calendar
                        [COLLECTION_SEGMENT_SIZE]; /* of an inbox: the name of a calendar; "" for none */
        unsigned kinds;   /* of the collection: bits 1 << ObjectKind of the objects that are its members */
        DavMember member; /* of a member; id 0 for other resources */
        const DataRequest *data;        /* which part of a member's text is wanted; set if member.text is */
        const struct StoredSet *stored; /* what clients have set (dav/stored.h); NULL if it was not read */
} DavView;
