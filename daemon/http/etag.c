#include "http/etag.h"

#include "content/coding.h"

#include <stddef.h>
#include <string.h>

typedef struct Tag {
        const char *opaque; /* with the quotes, without `W/` */
        size_t len;
        bool is_weak;
} Tag;

/* Reads one tag. Return: the text after the tag; NULL if the text is not a tag. */
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

static bool is_same(const Tag *member, const Tag *wanted)
{
        return member->len == wanted->len && memcmp(member->opaque, wanted->opaque, wanted->len) == 0;
}

/* Returns the length of a tag without its last quote, and without the coding and its hyphen before it. */
static size_t state_len(const Tag *tag)
{
        const size_t len = tag->len - 1;
        for (ContentCoding coding = CODING_GZIP; coding < N_CODINGS; coding++) {
                const char *name = coding_name(coding);
                size_t n = strlen(name);
                if (len > n + 1 && tag->opaque[len - n - 1] == '-' &&
                                memcmp(tag->opaque + len - n, name, n) == 0)
                        return len - n - 1;
        }
        return len;
}

static bool is_same_state(const Tag *member, const Tag *wanted)
{
        size_t len = state_len(wanted);
        return !wanted->is_weak && state_len(member) == len &&
               memcmp(member->opaque, wanted->opaque, len) == 0;
}

static bool listed(const char *list, const char *etag, bool (*equals)(const Tag *member, const Tag *wanted))
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
                if (equals(&member, &wanted))
                        return true;
        }
}

bool http_etag_listed(const char *list, const char *etag)
{
        return listed(list, etag, is_same);
}

bool http_etag_if_match(const char *list, const char *etag)
{
        return listed(list, etag, is_same_state);
}
