#pragma once

/*
 * The properties that a request sets or removes: the content of PROPPATCH (RFC 4918, 14.19), MKCALENDAR
 * (RFC 4791, 9.2) and extended MKCOL (RFC 5689, 5.1), and what became of each.
 */

#include "dav/propfind.h"
#include "dav/resource.h"
#include "dav/xml-reader.h"

enum {
        PROPERTY_UPDATE_MAX_BYTES = 1024 * 1024,
        PROPERTY_UPDATE_E_EMPTY = CONDITIONS_DAV + 80, /* no property is set or removed */
};

/** One instruction, and its result. */
typedef struct PropertyChange {
        DavName name;
        const char *value; /* the element, with its namespaces and xml:lang; NULL to remove the property */
        size_t len;
        int status; /* 0 until it is decided; 200, which needs no writing any more; 403, 409, 424 or 507 */
        /* the precondition of a refusal, such as "C:valid-calendar-data"; NULL for none */
        const char *element;
} PropertyChange;

typedef struct PropertyUpdate {
        PropertyChange changes[PROPFIND_NAMES_MAX]; /* in the order of the request */
        size_t n;
        Arena arena; /* owns the strings */
} PropertyUpdate;

/**
 * property_update_read() - read the content of a request
 * @space, @local: the name of the root element
 * @ret:           call property_update_done() for it in every case
 *
 * Return: 0, PROPERTY_UPDATE_E_EMPTY, XML_E_INVALID, PROPFIND_E_MANY, -ENOMEM.
 */
int property_update_read(
                const char *bytes, size_t len, const char *space, const char *local, PropertyUpdate *ret);
void property_update_done(PropertyUpdate *update);

/** property_update_refuse() - refuse a change, if no earlier reason has. @element: static; NULL for none */
void property_update_refuse(PropertyChange *change, int status, const char *element);

/**
 * property_update_settle() - give each change its status: 200 for all, or 424 to those that are not refused
 * Return: whether all succeed.
 */
bool property_update_settle(PropertyUpdate *update);

/** property_update_write() - append the propstats, one for each status and precondition */
void property_update_write(const PropertyUpdate *update, Buffer *out);

/**
 * property_update_write_multistatus() - append a document DAV:multistatus with the propstats of one resource
 * @prefix: before the path of the resource
 */
void property_update_write_multistatus(
                const PropertyUpdate *update, const DavResource *resource, const char *prefix, Buffer *out);
