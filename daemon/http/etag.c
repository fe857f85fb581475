#include "http/etag.h"

#include <stddef.h>
#include <string.h>

typedef struct Tag {
        const char *opaque; /* with the quotes, without `W/` */
        size_t len;
        bool is_weak;
} Tag;

/* Returns what follows the tag, NULL when there is none. */
static const char *read_tag(const char *at, Tag *ret)
{
        ret->is_weak = at[0] == 'W' && at[1] == '/';
        if (ret->is_weak)
                at += 2;
        if (*at != '"')
                return NULL;
        const char *end = at + 1;
        while ((unsigned char)*end > ' ' && *end != '"' && *end != 0x7f)
                end++;
        if (*end != '"')
                return NULL;
        ret->opaque = at;
        ret->len = (size_t)(end + 1 - at);
        return end + 1;
}

static bool is_any(const char *list)
{
        list += strspn(list, " \t");
        return *list == '*' && list[1 + strspn(list + 1, " \t")] == '\0';
}

static bool listed(const char *list, const char *etag, bool is_strong)
{
        Tag wanted, member;
        if (is_any(list))
                return true;
        if (!read_tag(etag, &wanted))
                return false;
        for (const char *at = list;;) {
                at = read_tag(at + strspn(at, " \t,"), &member);
                if (!at)
                        return false;
                at += strspn(at, " \t");
                if (*at && *at != ',')
                        return false;
                if (member.len == wanted.len && memcmp(member.opaque, wanted.opaque, wanted.len) == 0 &&
                                !(is_strong && (member.is_weak || wanted.is_weak)))
                        return true;
        }
}

bool http_etag_listed(const char *list, const char *etag)
{
        return listed(list, etag, false);
}

bool http_etag_listed_strongly(const char *list, const char *etag)
{
        return listed(list, etag, true);
}
