#pragma once

/* The names of objects within their collections: the last part of their address in WebDAV. */

#include "store/object.h"

enum { RESOURCE_NAME_SIZE = 224 };

/**
 * resource_name_derive() - the name of an object that was given none: of `[A-Za-z0-9._-]`, ending in ".ics"
 * or ".vcf"
 *
 * Two UIDs never have one name: a byte that may not stand in it is written as `_` and two hexadecimal
 * digits, and a UID that is too long for that as its hash.
 */
void resource_name_derive(ObjectKind kind, const char *uid, char ret[static RESOURCE_NAME_SIZE]);

/**
 * resource_name_hash() - another name for the same, where a client has given the derived one to something
 * else
 */
void resource_name_hash(ObjectKind kind, const char *uid, char ret[static RESOURCE_NAME_SIZE]);
