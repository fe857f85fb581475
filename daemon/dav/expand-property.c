#include "dav/expand-property.h"

#include "dav/multistatus.h"
#include "dav/tree.h"

#include <errno.h>
#include <string.h>

enum {
        STATUS_BAD_REQUEST = 400,
        STATUS_FORBIDDEN = 403,
        VALUE_MAX_BYTES = 1024 * 1024,
        EXPAND_E_MANY = CONDITIONS_DAV + 41,
};

/* A property that is wanted, and the properties wanted of the resources whose addresses are in its value. */
typedef struct Wanted {
        DavName name;
        struct Wanted *nested, **last_nested;
        struct Wanted *next;
} Wanted;

/* The list in Report.own. */
typedef struct WantedList {
        Wanted *first, **last;
        size_t n; /* of all properties, nested ones too */
} WantedList;

static int copy_attribute(
                XmlReader *reader, Arena *arena, const char *local, const char *fallback, const char **ret)
{
        const char *value = xml_attribute(reader, local);
        if (!value)
                value = fallback;
        if (!value)
                return XML_E_INVALID;
        *ret = arena_copy(arena, value, strlen(value));
        return *ret ? 0 : -ENOMEM;
}

static bool is_property(XmlReader *reader)
{
        return xml_is(reader, XML_DAV, "property");
}

/* Reads an element `property`. The reader's maximum of depth bounds the recursion. */
static int read_wanted(XmlReader *reader, Arena *arena, WantedList *list, Wanted ***last)
{
        int depth = xml_depth(reader), r;
        if (list->n++ == PROPFIND_NAMES_MAX)
                return PROPFIND_E_MANY;
        Wanted *wanted = arena_allocate(arena, sizeof(*wanted));
        if (!wanted)
                return -ENOMEM;
        r = copy_attribute(reader, arena, "name", NULL, &wanted->name.local);
        if (r == 0 && !xml_is_name(wanted->name.local))
                r = XML_E_INVALID;
        if (r == 0)
                r = copy_attribute(reader, arena, "namespace", XML_DAV, &wanted->name.space);
        if (r != 0)
                return r;
        **last = wanted;
        *last = &wanted->next;
        wanted->last_nested = &wanted->nested;
        while ((r = xml_child(reader, depth)) == XML_CHILD) {
                r = is_property(reader) ? read_wanted(reader, arena, list, &wanted->last_nested) : 0;
                if (r != 0)
                        return r;
        }
        return r;
}

int expand_property_read(XmlReader *reader, Report *report)
{
        if (!is_property(reader))
                return 0;
        WantedList *list = report->own;
        if (!list) {
                list = report->own = arena_allocate(&report->find.arena, sizeof(*list));
                if (!list)
                        return -ENOMEM;
                list->last = &list->first;
        }
        return read_wanted(reader, &report->find.arena, list, &list->last);
}

typedef struct Expansion {
        DavCall *call;
        const Wanted *first; /* of the resources of the reply */
        size_t n;            /* of resources that were read */
        Multistatus out;
} Expansion;

static void expansion_done(Expansion *expansion)
{
        multistatus_done(&expansion->out);
}

static int write_response(Expansion *expansion, const DavView *view, const Wanted *first, Buffer *out);

/*
 * Finds the resource of an address in a value that the server wrote: percent-encoded, without references to
 * characters. Return: 0, STORE_E_NOT_FOUND, others as tree_find().
 */
static int find_href(Expansion *expansion, const char *href, size_t len, DavView *ret)
{
        char text[1024];
        if (len >= sizeof(text))
                return STORE_E_NOT_FOUND;
        memcpy(text, href, len);
        text[len] = '\0';
        *ret = expansion->call->view;
        int r = dav_href_read(text, ret->prefix, NULL, &ret->resource);
        if (r > 0)
                return STORE_E_NOT_FOUND;
        return r != 0 ? r : tree_find(expansion->call->store, ret);
}

#define HREF     "<D:href>"
#define HREF_END "</D:href>"

/* Appends a value with a response in the place of each address. */
static int write_expanded(Expansion *expansion, const char *value, const Wanted *nested, Buffer *out)
{
        const char *start;
        while ((start = strstr(value, HREF))) {
                const char *href = start + strlen(HREF), *end = strstr(href, HREF_END);
                DavView view;
                if (!end)
                        break;
                buffer_append(out, value, (size_t)(start - value));
                value = end + strlen(HREF_END);
                int r = find_href(expansion, href, (size_t)(end - href), &view);
                if (r == 0)
                        r = write_response(expansion, &view, nested, out);
                else if (r == STORE_E_NOT_FOUND)
                        buffer_append(out, start, (size_t)(value - start));
                if (r != 0 && r != STORE_E_NOT_FOUND)
                        return r;
        }
        buffer_puts(out, value);
        return 0;
}

static int write_property(Expansion *expansion, const DavView *view, const Wanted *wanted, Buffer *out)
{
        CLEANUP(buffer_done) Buffer value = BUFFER_INIT(VALUE_MAX_BYTES);
        if (!wanted->nested) {
                (void)property_write(view, &wanted->name, out);
                return 0;
        }
        (void)property_write(view, &wanted->name, &value);
        int r = buffer_error(&value);
        return r != 0 ? r : write_expanded(expansion, buffer_text(&value), wanted->nested, out);
}

/* Appends the propstat of the properties that the resource has, or of those that it lacks. */
static int write_part(Expansion *expansion, const DavView *view, const Wanted *first, bool has, Buffer *out)
{
        int n = 0, r = 0;
        for (const Wanted *wanted = first; r == 0 && wanted; wanted = wanted->next) {
                if (property_has(view, &wanted->name) != has)
                        continue;
                if (n++ == 0)
                        buffer_puts(out, "<D:propstat><D:prop>");
                if (has)
                        r = write_property(expansion, view, wanted, out);
                else
                        property_write_name(&wanted->name, out);
        }
        if (n > 0 || has)
                buffer_printf(out, "%s</D:prop><D:status>HTTP/1.1 %s</D:status></D:propstat>",
                                n > 0 ? "" : "<D:propstat><D:prop>", has ? "200 OK" : "404 Not Found");
        return r;
}

static bool wants_length(const Wanted *wanted)
{
        while (wanted && !dav_name_is(&wanted->name, XML_DAV, "getcontentlength"))
                wanted = wanted->next;
        return wanted;
}

static int write_response(Expansion *expansion, const DavView *of, const Wanted *first, Buffer *out)
{
        CLEANUP(stored_done) StoredSet stored = { .n = 0 };
        DavView complete = *of, *view = &complete;
        if (expansion->n++ >= EXPAND_MAX || dav_is_over_time(expansion->call))
                return EXPAND_E_MANY;
        buffer_puts(out, "<D:response><D:href>");
        dav_resource_href(&view->resource, view->prefix, out);
        buffer_puts(out, HREF_END);
        int r = multistatus_load(&expansion->out, view, true, &stored);
        complete.stored = &stored;
        if (r == 0 && multistatus_measures(of) && wants_length(first))
                r = multistatus_measure(&expansion->out, &complete);
        if (r == 0)
                r = write_part(expansion, view, first, true, out);
        if (r == 0 && !expansion->out.is_minimal)
                r = write_part(expansion, view, first, false, out);
        buffer_puts(out, "</D:response>\n");
        return r != 0 ? r : buffer_error(out);
}

static int add_member(const DavView *view, void *userdata)
{
        Expansion *expansion = userdata;
        int r = write_response(expansion, view, expansion->first, &expansion->out.spool.buffer);
        return r != 0 ? r : spool_settle(&expansion->out.spool);
}

int expand_property_reply(DavCall *call, Report *report)
{
        const WantedList *list = report->own;
        CLEANUP(expansion_done)
        Expansion expansion = { call, list ? list->first : NULL, .out = MULTISTATUS_INIT };
        if (report->depth == REPORT_DEPTH_INFINITY)
                return http_reply_error(call->request, STATUS_BAD_REQUEST, NULL);
        multistatus_begin(&expansion.out, call->request, call->store);
        int r = add_member(&call->view, &expansion);
        if (r == 0 && report->depth == 1)
                r = tree_each_member(call->store, &call->view, add_member, &expansion);
        if (r == EXPAND_E_MANY)
                return dav_reply_precondition(call->request, STATUS_FORBIDDEN,
                                "D:number-of-matches-within-limits", NULL, NULL);
        return r != 0 ? r : multistatus_reply(&expansion.out);
}
