#pragma once

/* The names of objects in their collections: the last part of their WebDAV address. */

#include "store/object.h"

enum { RESOURCE_NAME_SIZE = 224 };

/**
 * resource_name_derive() - derive the name of a new object from its UID: characters `[A-Za-z0-9._-]`,
 * ending in ".ics" or ".vcf"
 *
 * Two UIDs never have the same name. Any other byte is written as `_` and two hexadecimal digits. A UID
 * that becomes too long is replaced by its hash.
 */
void resource_name_derive(ObjectKind kind, const char *uid, char ret[static RESOURCE_NAME_SIZE]);

/**
 * resource_name_hash() - a second name for a UID, if a client has used the derived name for another object
 */
void resource_name_hash(ObjectKind kind, const char *uid, char ret[static RESOURCE_NAME_SIZE]);
