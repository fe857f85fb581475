#pragma once

/*
 * The resources below /dav/. Every account has a home for calendars and another one for address books,
 * because some clients fail if both are one resource. The collections that the account may read are in its
 * homes. The functions convert paths, and do not read the store.
 *
 * Clients choose the names of members. A name is kept decoded, compared byte for byte, and written in one
 * percent-encoding: that of url_escape(), in which only letters, digits and `-._~@` are not escaped.
 */

#include "base/buffer.h"
#include "base/conditions.h"
#include "store/collection.h"

#include <stdbool.h>

enum {
        DAV_COLLECTION_SIZE = COLLECTION_SEGMENT_SIZE,
        DAV_MEMBER_SIZE = 256, /* a name has at most 255 bytes */
};

enum {
        DAV_HREF_E_INVALID = CONDITIONS_DAV + 20,   /* no resource can have this address */
        DAV_HREF_E_ELSEWHERE = CONDITIONS_DAV + 21, /* the address is of another server, or outside /dav/ */
        DAV_HREF_E_DEEP = CONDITIONS_DAV + 22, /* the address is below that of a member of a collection */
};

/** Kinds as bits, so that a property can name several. */
typedef enum DavKind {
        DAV_ROOT = 1 << 0,            /* /dav/ */
        DAV_PRINCIPALS = 1 << 1,      /* /dav/principals/ */
        DAV_PRINCIPAL = 1 << 2,       /* /dav/principals/NAME/ */
        DAV_CALENDARS = 1 << 3,       /* /dav/calendars/NAME/ */
        DAV_ADDRESSBOOKS = 1 << 4,    /* /dav/addressbooks/NAME/ */
        DAV_CALENDAR = 1 << 5,        /* /dav/calendars/NAME/COLLECTION/ */
        DAV_ADDRESSBOOK = 1 << 6,     /* /dav/addressbooks/NAME/COLLECTION/ */
        DAV_CALENDAR_OBJECT = 1 << 7, /* /dav/calendars/NAME/COLLECTION/MEMBER */
        DAV_CARD = 1 << 8,            /* /dav/addressbooks/NAME/COLLECTION/MEMBER */
        DAV_INBOX = 1 << 9,           /* /dav/calendars/NAME/inbox/: the schedule inbox (RFC 6638, 2.2) */
        DAV_OUTBOX = 1 << 10,         /* /dav/calendars/NAME/outbox/: the schedule outbox (RFC 6638, 2.1) */
        DAV_MESSAGE = 1 << 11,        /* /dav/calendars/NAME/inbox/MEMBER */
} DavKind;

enum {
        DAV_COLLECTIONS = DAV_CALENDAR | DAV_ADDRESSBOOK, /* the collections whose members clients write */
        DAV_SYNCED = DAV_COLLECTIONS | DAV_INBOX,         /* the collections that have members */
        DAV_WRITTEN = DAV_CALENDAR_OBJECT | DAV_CARD,
        DAV_MEMBERS = DAV_WRITTEN | DAV_MESSAGE,
};

/* Names in the homes for calendars, which clients cannot give to calendars. */
#define DAV_INBOX_NAME  "inbox"
#define DAV_OUTBOX_NAME "outbox"

typedef struct DavResource {
        DavKind kind;
        char account[ACCOUNT_NAME_SIZE];      /* as in the path; "" if the path has none */
        char collection[DAV_COLLECTION_SIZE]; /* "" if the path has none */
        char member[DAV_MEMBER_SIZE];         /* the name in the collection, decoded; "" if there is none */
} DavResource;

/** dav_name_is_reserved() - whether a name in a home for calendars is that of an inbox or outbox */
bool dav_name_is_reserved(const char *name);

/**
 * dav_name_is_valid() - whether a member can have a name: 1 to 255 bytes of well-formed UTF-8 without
 * control characters and `/`; not `.` or `..`
 */
bool dav_name_is_valid(const char *name, size_t len);

/**
 * dav_resource_read() - read the path after /dav/, percent-decoded, with or without a final slash
 * Return: false if no resource can have this path.
 */
bool dav_resource_read(const char *rest, DavResource *ret);

/** dav_resource_is_deep() - whether such a path is below that of a member, where no resource can be */
bool dav_resource_is_deep(const char *rest);

/**
 * dav_resource_href() - append the path, percent-encoded, so that it may also be put into XML; with a final
 * slash, except for members
 * @prefix: the path under which clients reach the server, such as "/office"; "" for none
 */
void dav_resource_href(const DavResource *resource, const char *prefix, Buffer *out);

/** dav_member_kind() - the kind of the members of a collection */
DavKind dav_member_kind(DavKind collection);

/**
 * dav_resource_parent() - change a member into its collection, or a collection into its home. The root is
 * its own parent.
 */
void dav_resource_parent(DavResource *resource);

/**
 * dav_href_read() - read an address that a client wrote in XML or in a header field (RFC 4918, 8.3)
 * @href:      a path, with or without @prefix, or a URL with http or https; percent-encoded, but characters
 *             that should be escaped and are not are taken, too. White space around it, a query and a
 *             fragment are ignored
 * @prefix:    as for dav_resource_href()
 * @authority: of this server; an URL with another host is refused. Ports are not compared, because a proxy
 *             may have another one. NULL: every host is taken, because a proxy may have changed the name
 *
 * Return: 0; DAV_HREF_E_INVALID, which includes escaped slashes in a name; DAV_HREF_E_ELSEWHERE;
 * DAV_HREF_E_DEEP; -ENOMEM.
 */
int dav_href_read(const char *href, const char *prefix, const char *authority, DavResource *ret);
