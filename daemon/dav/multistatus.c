#include "dav/multistatus.h"

/* The response that is being written. */
typedef struct Response {
        const DavView *view;
        Buffer *out;
} Response;

void multistatus_begin(Buffer *out)
{
        buffer_puts(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:multistatus " PROPERTY_NAMESPACES
                         ">\n");
}

void multistatus_end(Buffer *out)
{
        buffer_puts(out, "</D:multistatus>\n");
}

static void add_value(const DavName *name, void *userdata)
{
        const Response *response = userdata;
        (void)property_write(response->view, name, response->out);
}

static void add_name(const DavName *name, void *userdata)
{
        const Response *response = userdata;
        property_write_name(name, response->out);
}

static void begin_propstat(Buffer *out)
{
        buffer_puts(out, "<D:propstat><D:prop>");
}

static void end_propstat(const char *status, Buffer *out)
{
        buffer_printf(out, "</D:prop><D:status>HTTP/1.1 %s</D:status></D:propstat>", status);
}

/*
 * Appends one propstat with the requested properties that the resource has (@has) or does not have (!@has);
 * nothing if there are none of them.
 */
static void add_part(const DavView *view, const Propfind *propfind, bool has, Buffer *out)
{
        size_t n = 0;
        for (size_t i = 0; i < propfind->n; i++) {
                if (property_has(view, &propfind->names[i]) != has)
                        continue;
                if (n++ == 0)
                        begin_propstat(out);
                if (has)
                        (void)property_write(view, &propfind->names[i], out);
                else
                        property_write_name(&propfind->names[i], out);
        }
        if (n > 0)
                end_propstat(has ? "200 OK" : "404 Not Found", out);
}

/* If no properties are requested, appends an empty propstat, because a response must have at least one. */
static void add_some(const DavView *view, const Propfind *propfind, Buffer *out)
{
        add_part(view, propfind, true, out);
        add_part(view, propfind, false, out);
        if (propfind->n > 0)
                return;
        begin_propstat(out);
        end_propstat("200 OK", out);
}

void multistatus_add(const DavView *view, const Propfind *propfind, Buffer *out)
{
        Response response = { view, out };
        buffer_puts(out, "<D:response><D:href>");
        dav_resource_href(&view->resource, view->prefix, out);
        buffer_puts(out, "</D:href>");
        if (propfind->kind == PROPFIND_SOME) {
                add_some(view, propfind, out);
        } else {
                begin_propstat(out);
                property_each(view, propfind->kind == PROPFIND_ALL,
                                propfind->kind == PROPFIND_ALL ? add_value : add_name, &response);
                end_propstat("200 OK", out);
        }
        buffer_puts(out, "</D:response>\n");
}
