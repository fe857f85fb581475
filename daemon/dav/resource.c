#include "dav/resource.h"

#include "base/url.h"
#include "base/utf8.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

enum { PARTS_MAX = 4, HREF_MAX_BYTES = 8192 };

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
        { "calendars", 4, DAV_CALENDAR_OBJECT },
        { "addressbooks", 4, DAV_CARD },
        { "calendars", 3, DAV_INBOX },
        { "calendars", 3, DAV_OUTBOX },
        { "calendars", 4, DAV_MESSAGE },
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

bool dav_name_is_valid(const char *name, size_t len)
{
        bool is_dots = len > 0 && len <= 2 && memcmp(name, "..", len) == 0;
        return len > 0 && len < DAV_MEMBER_SIZE && !is_dots && !memchr(name, '/', len) &&
               !memchr(name, '\t', len) && utf8_plain_prefix(name, len) == len;
}

static bool is_form(int form, const PathPart *parts, int n)
{
        return forms[form].n_parts == n &&
               (n == 0 || (strlen(forms[form].first) == parts[0].len &&
                                          memcmp(forms[form].first, parts[0].text, parts[0].len) == 0));
}

bool dav_name_is_reserved(const char *name)
{
        return strcmp(name, DAV_INBOX_NAME) == 0 || strcmp(name, DAV_OUTBOX_NAME) == 0;
}

/* Tells an inbox and an outbox from a calendar. Return: false for a member of an outbox, which has none. */
static bool set_kind(DavResource *resource)
{
        bool is_collection = resource->kind == DAV_CALENDAR, is_inbox;
        if (!(resource->kind & (DAV_CALENDAR | DAV_CALENDAR_OBJECT)) ||
                        !dav_name_is_reserved(resource->collection))
                return true;
        is_inbox = strcmp(resource->collection, DAV_INBOX_NAME) == 0;
        resource->kind = !is_collection ? DAV_MESSAGE : is_inbox ? DAV_INBOX : DAV_OUTBOX;
        return is_collection || is_inbox;
}

/* Makes a resource of the parts of a path, which are decoded. */
static bool read_parts(const PathPart *parts, int n, DavResource *ret)
{
        for (int form = 0; form < N_FORMS; form++) {
                if (!is_form(form, parts, n))
                        continue;
                *ret = (DavResource){ .kind = forms[form].kind };
                return (n < 2 || copy_part(&parts[1], ret->account, sizeof(ret->account))) &&
                       (n < 3 || (dav_name_is_valid(parts[2].text, parts[2].len) &&
                                                 copy_part(&parts[2], ret->collection,
                                                                 sizeof(ret->collection)))) &&
                       (n < 4 || (dav_name_is_valid(parts[3].text, parts[3].len) &&
                                                 copy_part(&parts[3], ret->member, sizeof(ret->member)))) &&
                       set_kind(ret);
        }
        return false;
}

bool dav_resource_is_deep(const char *rest)
{
        static const char *const homes[] = { "calendars/", "addressbooks/" };
        bool is_in_home = false;
        int n = 0;
        for (size_t i = 0; i < sizeof(homes) / sizeof(homes[0]); i++)
                is_in_home |= strncmp(rest, homes[i], strlen(homes[i])) == 0;
        for (size_t len; *rest; rest += len + (rest[len] == '/'), n++) {
                len = strcspn(rest, "/");
                if (!dav_name_is_valid(rest, len))
                        return false;
        }
        return is_in_home && n > PARTS_MAX;
}

bool dav_resource_read(const char *rest, DavResource *ret)
{
        PathPart parts[PARTS_MAX];
        return read_parts(parts, split(rest, parts), ret);
}

static void put_segment(const char *text, const char *end, Buffer *out)
{
        if (!text[0])
                return;
        url_escape(out, text);
        buffer_puts(out, end);
}

void dav_resource_href(const DavResource *resource, const char *prefix, Buffer *out)
{
        int form = 0;
        while (forms[form].kind != resource->kind)
                form++;
        buffer_puts(out, prefix);
        buffer_puts(out, "/dav/");
        put_segment(forms[form].first, "/", out);
        put_segment(resource->account, "/", out);
        put_segment(resource->collection, "/", out);
        put_segment(resource->member, "", out);
}

DavKind dav_member_kind(DavKind collection)
{
        return collection == DAV_CALENDAR ? DAV_CALENDAR_OBJECT
               : collection == DAV_INBOX  ? DAV_MESSAGE
                                          : DAV_CARD;
}

void dav_resource_parent(DavResource *resource)
{
        static const struct {
                DavKind kind, parent;
        } parents[] = { { DAV_CALENDAR_OBJECT, DAV_CALENDAR }, { DAV_CARD, DAV_ADDRESSBOOK },
                { DAV_CALENDAR, DAV_CALENDARS }, { DAV_ADDRESSBOOK, DAV_ADDRESSBOOKS },
                { DAV_PRINCIPAL, DAV_PRINCIPALS }, { DAV_MESSAGE, DAV_INBOX }, { DAV_INBOX, DAV_CALENDARS },
                { DAV_OUTBOX, DAV_CALENDARS } };
        DavKind kind = DAV_ROOT;
        for (size_t i = 0; i < sizeof(parents) / sizeof(parents[0]); i++)
                if (parents[i].kind == resource->kind)
                        kind = parents[i].parent;
        resource->kind = kind;
        resource->member[0] = '\0';
        if (!(kind & DAV_SYNCED))
                resource->collection[0] = '\0';
        if (kind & (DAV_ROOT | DAV_PRINCIPALS))
                resource->account[0] = '\0';
}

/* The length of a host without its port. An IPv6 address has colons inside its brackets. */
static size_t host_len(const char *authority, size_t len)
{
        const char *port = memrchr(authority, ':', len);
        return port && !memchr(port, ']', (size_t)(authority + len - port)) ? (size_t)(port - authority)
                                                                            : len;
}

static bool is_host(const char *host, size_t len, const char *authority)
{
        size_t name = host_len(host, len);
        return name == host_len(authority, strlen(authority)) && strncasecmp(host, authority, name) == 0;
}

/*
 * Skips the scheme and authority of a URL. Return: the path; NULL if the URL is not of this server or the
 * text is neither a URL nor a path.
 */
static const char *skip_authority(const char *href, const char *authority)
{
        size_t scheme = strncasecmp(href, "http://", 7) == 0    ? 7
                        : strncasecmp(href, "https://", 8) == 0 ? 8
                                                                : 0;
        if (scheme == 0)
                return href;
        const char *host = href + scheme;
        size_t len = strcspn(host, "/?#");
        if (authority && !is_host(host, len, authority))
                return NULL;
        return host + len;
}

/* Return: the path after /dav/; NULL if it is outside. */
static const char *skip_prefix(const char *path, const char *prefix)
{
        size_t len = strlen(prefix);
        if (len > 0 && strncmp(path, prefix, len) == 0 && path[len] == '/')
                path += len;
        if (strncmp(path, "/dav", 4) != 0 || !(path[4] == '/' || path[4] == '\0'))
                return NULL;
        return path + 4 + (path[4] == '/');
}

/* Decodes each part of a path by itself, so that an escaped slash does not divide a part. */
static int read_encoded(const char *rest, DavResource *ret)
{
        CLEANUP(buffer_done) Buffer decoded = BUFFER_INIT(HREF_MAX_BYTES);
        PathPart parts[PARTS_MAX];
        size_t starts[PARTS_MAX];
        int n = split(rest, parts);
        for (int i = 0; i < n; i++) {
                starts[i] = decoded.len;
                if (!url_unescape(&decoded, parts[i].text, parts[i].len) ||
                                memchr(buffer_text(&decoded) + starts[i], '/', decoded.len - starts[i]))
                        return DAV_HREF_E_INVALID;
                parts[i].len = decoded.len - starts[i];
        }
        for (int i = 0; i < n; i++)
                parts[i].text = buffer_text(&decoded) + starts[i];
        if (buffer_error(&decoded))
                return buffer_error(&decoded);
        return read_parts(parts, n, ret) ? 0 : DAV_HREF_E_INVALID;
}

int dav_href_read(const char *href, const char *prefix, const char *authority, DavResource *ret)
{
        char path[HREF_MAX_BYTES];
        href += strspn(href, " \t\r\n");
        href = skip_authority(href, authority);
        if (!href)
                return DAV_HREF_E_ELSEWHERE;
        size_t len = strcspn(href, "?#");
        while (len > 0 && strchr(" \t\r\n", href[len - 1]))
                len--;
        if (len >= sizeof(path))
                return DAV_HREF_E_INVALID;
        memcpy(path, href, len);
        path[len] = '\0';
        const char *rest = skip_prefix(path, prefix);
        if (!rest)
                return DAV_HREF_E_ELSEWHERE;
        return dav_resource_is_deep(rest) ? DAV_HREF_E_DEEP : read_encoded(rest, ret);
}
