#pragma once

/* The names of objects in their collections: the last part of their WebDAV address. */

#include "store/object.h"

enum { RESOURCE_NAME_SIZE = 224 };

/**
 * resource_name_derive() - derive the name of a new object from its UID; it ends in ".ics" or ".vcf"
 *
 * Letters, digits, `-`, and `.` except at the start, are copied. Every other byte becomes `_` and two
 * hexadecimal digits, so that two UIDs never have the same name. If the name is too long, the result is
 * that of resource_name_hash().
 */
void resource_name_derive(ObjectKind kind, const char *uid, char ret[static RESOURCE_NAME_SIZE]);

/**
 * resource_name_hash() - make a name from the hash of a UID, for a UID that is too long or whose derived
 * name a client has used for another object
 */
void resource_name_hash(ObjectKind kind, const char *uid, char ret[static RESOURCE_NAME_SIZE]);
