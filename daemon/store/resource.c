#include "store/resource.h"

#include "base/hash.h"

#include <stdio.h>
#include <string.h>

enum { ROOM_FOR_ONE = 8 }; /* room for an escaped byte, the ending and the NUL */

static const char *ending_of(ObjectKind kind)
{
        return object_kind_is_card(kind) ? ".vcf" : ".ics";
}

static bool stays(const char *uid, const char *c)
{
        return (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
               *c == '-' || (*c == '.' && c > uid);
}

static size_t escape(char byte, char ret[static 3])
{
        static const char digits[] = "0123456789abcdef";
        ret[0] = '_';
        ret[1] = digits[(unsigned char)byte >> 4];
        ret[2] = digits[(unsigned char)byte & 0xF];
        return 3;
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
                        n += escape(*c, ret + n);
        }
        strcpy(ret + n, ending_of(kind));
}
