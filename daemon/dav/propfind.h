#pragma once

/* The content of a PROPFIND request (RFC 4918, 9.1 and 14.20). */

#include "dav/data-request.h"

enum {
        PROPFIND_MAX_BYTES = 64 * 1024,
        PROPFIND_NAMES_MAX = 200,
        PROPFIND_E_MANY = CONDITIONS_DAV + 2, /* more than PROPFIND_NAMES_MAX properties */
};

/** The name of a property: an XML name in a namespace. */
typedef struct DavName {
        const char *space, *local; /* the namespace; "" for none */
} DavName;

/** dav_name_is() - whether a name is one of a namespace */
bool dav_name_is(const DavName *name, const char *space, const char *local);

typedef enum PropfindKind {
        PROPFIND_ALL,   /* allprop, and those of the list, which is its include; or no content */
        PROPFIND_NAMES, /* propname: names without values */
        PROPFIND_SOME,  /* prop: those of the list */
} PropfindKind;

typedef struct Propfind {
        PropfindKind kind;
        DavName names[PROPFIND_NAMES_MAX];
        size_t n;
        DataRequest data; /* calendar-data or address-data in the list, which reports have */
        Arena arena;      /* owns the names and `data` */
} Propfind;

/**
 * propfind_read() - read the content of a request
 * @ret: call propfind_done() for it in every case
 *
 * Unknown elements are ignored (RFC 4918, 17). Return: 0; XML_E_INVALID, also for what is no propfind, has
 * several of allprop, propname and prop, or has an include without an allprop;
 * PROPFIND_E_MANY, -ENOMEM.
 */
int propfind_read(const char *bytes, size_t len, Propfind *ret);

/**
 * propfind_read_prop() - add the names in the current element, a prop. Return: as for propfind_read(), and
 * DATA_E_RANGE
 */
int propfind_read_prop(XmlReader *reader, Propfind *ret);

/**
 * propfind_read_choice() - read the current element if it is allprop, propname or prop
 * @r: the result, as for propfind_read(); set only if the function returns true
 */
bool propfind_read_choice(XmlReader *reader, Propfind *ret, int *r);

void propfind_done(Propfind *propfind);
