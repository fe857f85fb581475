#include "store/resource.h"

#include "base/hash.h"

#include <stdio.h>
#include <string.h>

enum { ROOM_FOR_ONE = 8 }; /* an escaped byte, the ending and the NUL */

static const char *ending_of(ObjectKind kind)
{
        return kind == OBJECT_CARD ? ".vcf" : ".ics";
}

static bool stays(const char *uid, const char *c)
{
        return (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
               *c == '-' || (*c == '.' && c > uid);
}

void resource_name_hash(ObjectKind kind, const char *uid, char ret[static RESOURCE_NAME_SIZE])
{
        char hash[HASH_HEX_SIZE];
        hash_hex(uid, strlen(uid), hash);
        snprintf(ret, RESOURCE_NAME_SIZE, "_%s%s", hash, ending_of(kind));
}

void resource_name_derive(ObjectKind kind, const char *uid, char ret[static RESOURCE_NAME_SIZE])
{
        size_t n = 0;
        for (const char *c = uid; *c; c++) {
                if (n + ROOM_FOR_ONE > RESOURCE_NAME_SIZE)
                        return resource_name_hash(kind, uid, ret);
                if (stays(uid, c))
                        ret[n++] = *c;
                else
                        n += (size_t)snprintf(ret + n, RESOURCE_NAME_SIZE - n, "_%02x", (unsigned char)*c);
        }
        snprintf(ret + n, RESOURCE_NAME_SIZE - n, "%s", ending_of(kind));
}
