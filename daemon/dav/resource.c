#include "dav/resource.h"

#include <string.h>

enum { PARTS_MAX = 3 };

static const struct {
        const char *first; /* the first part of the path; "" for the root */
        int n_parts;
        DavKind kind;
} forms[] = {
        { "", 0, DAV_ROOT },
        { "principals", 1, DAV_PRINCIPALS },
        { "principals", 2, DAV_PRINCIPAL },
        { "calendars", 2, DAV_CALENDARS },
        { "addressbooks", 2, DAV_ADDRESSBOOKS },
        { "calendars", 3, DAV_CALENDAR },
        { "addressbooks", 3, DAV_ADDRESSBOOK },
};

enum { N_FORMS = sizeof(forms) / sizeof(forms[0]) };

typedef struct PathPart {
        const char *text;
        size_t len;
} PathPart;

/* Splits a path at its slashes. Return: the number of parts; -1 if a part is empty or there are too many. */
static int split(const char *path, PathPart ret[static PARTS_MAX])
{
        int n = 0;
        while (*path) {
                size_t len = strcspn(path, "/");
                if (len == 0 || n == PARTS_MAX)
                        return -1;
                ret[n++] = (PathPart){ path, len };
                path += len + (path[len] == '/');
        }
        return n;
}

static bool copy_part(const PathPart *part, char *ret, size_t size)
{
        if (part->len >= size)
                return false;
        memcpy(ret, part->text, part->len);
        ret[part->len] = '\0';
        return true;
}

static bool is_form(int form, const PathPart *parts, int n)
{
        return forms[form].n_parts == n &&
               (n == 0 || (strlen(forms[form].first) == parts[0].len &&
                                          memcmp(forms[form].first, parts[0].text, parts[0].len) == 0));
}

bool dav_resource_read(const char *rest, DavResource *ret)
{
        PathPart parts[PARTS_MAX];
        int n = split(rest, parts);
        for (int form = 0; form < N_FORMS; form++) {
                if (!is_form(form, parts, n))
                        continue;
                *ret = (DavResource){ .kind = forms[form].kind };
                return (n < 2 || copy_part(&parts[1], ret->account, sizeof(ret->account))) &&
                       (n < 3 || copy_part(&parts[2], ret->collection, sizeof(ret->collection)));
        }
        return false;
}

void dav_resource_href(const DavResource *resource, const char *prefix, Buffer *out)
{
        int form = 0;
        while (forms[form].kind != resource->kind)
                form++;
        buffer_printf(out, "%s/dav/", prefix);
        if (forms[form].n_parts > 0)
                buffer_printf(out, "%s/", forms[form].first);
        /* Names of accounts and collections have no character that must be escaped in a path or in XML. */
        if (resource->account[0])
                buffer_printf(out, "%s/", resource->account);
        if (resource->collection[0])
                buffer_printf(out, "%s/", resource->collection);
}
