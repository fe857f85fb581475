#pragma once

/*
 * The content of a PROPFIND request (RFC 4918, 9.1 and 14.20), read by libxml2 as a stream: no tree is made,
 * no entity is expanded, and nothing is fetched.
 */

#include "base/arena.h"
#include "base/conditions.h"

#include <stddef.h>

enum {
        PROPFIND_MAX_BYTES = 64 * 1024,
        PROPFIND_NAMES_MAX = 200,
        PROPFIND_E_INVALID =
                        CONDITIONS_DAV + 1,   /* not well-formed, with a DOCTYPE, too deep, or no propfind */
        PROPFIND_E_MANY = CONDITIONS_DAV + 2, /* more than PROPFIND_NAMES_MAX properties */
};

/** The name of a property: an XML name in a namespace. */
typedef struct DavName {
        const char *space, *local; /* the namespace; "" for none */
} DavName;

typedef enum PropfindKind {
        PROPFIND_ALL,   /* allprop, or no content */
        PROPFIND_NAMES, /* propname: names without values */
        PROPFIND_SOME,  /* prop: those of the list */
} PropfindKind;

typedef struct Propfind {
        PropfindKind kind;
        DavName names[PROPFIND_NAMES_MAX];
        size_t n;
        Arena arena; /* owns the names */
} Propfind;

/**
 * propfind_read() - read the content of a request
 * @ret: call propfind_done() for it in every case
 *
 * Unknown elements are ignored (RFC 4918, 17). Return: 0, PROPFIND_E_*, -ENOMEM.
 */
int propfind_read(const char *bytes, size_t len, Propfind *ret);
void propfind_done(Propfind *propfind);
