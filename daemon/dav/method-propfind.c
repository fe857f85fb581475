#include "dav/method-propfind.h"

#include "dav/multistatus.h"
#include "dav/tree.h"

#include <string.h>

enum {
        STATUS_MULTI = 207,
        STATUS_BAD_REQUEST = 400,
        STATUS_FORBIDDEN = 403,
        STATUS_NOT_FOUND = 404,
};

/* The responses that are being written. */
typedef struct Responses {
        const Propfind *propfind;
        Buffer *out;
} Responses;

static int add_member(const DavView *view, void *userdata)
{
        const Responses *responses = userdata;
        multistatus_add(view, responses->propfind, responses->out);
        return buffer_error(responses->out);
}

static int reply_found(HttpRequest *request, Store *store, const DavView *view, const Propfind *propfind,
                bool members)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(MULTISTATUS_MAX_BYTES);
        Responses responses = { propfind, &out };
        multistatus_begin(&out);
        multistatus_add(view, propfind, &out);
        int r = members ? tree_each_member(store, view, add_member, &responses) : 0;
        multistatus_end(&out);
        if (r == 0)
                r = buffer_error(&out);
        return r != 0 ? r : dav_reply_xml(request, STATUS_MULTI, buffer_text(&out), out.len);
}

/* Reads the content, finds the resource, and replies. */
static int find(HttpRequest *request, Store *store, DavView *view, bool members)
{
        CLEANUP(propfind_done) Propfind propfind = { .n = 0 };
        size_t len;
        const char *content = http_request_content(request, &len);
        int r = propfind_read(content, len, &propfind);
        if (r == XML_E_INVALID || r == PROPFIND_E_MANY)
                return http_reply_error(request, STATUS_BAD_REQUEST, NULL);
        if (r == 0)
                r = tree_find(store, view);
        if (r == STORE_E_NOT_FOUND)
                return http_reply_error(request, STATUS_NOT_FOUND, NULL);
        return r != 0 ? r : reply_found(request, store, view, &propfind, members);
}

int method_propfind(DavCall *call)
{
        HttpRequest *request = call->request;
        DavView *view = &call->view;
        const char *depth = http_request_header(request, "Depth");
        if (!depth || (strcmp(depth, "0") != 0 && strcmp(depth, "1") != 0))
                return dav_reply_precondition(
                                request, STATUS_FORBIDDEN, "D:propfind-finite-depth", NULL, NULL);
        if (!view->resource.kind)
                return http_reply_error(request, STATUS_NOT_FOUND, NULL);
        bool members = depth[0] == '1';
        return find(request, call->store, view, members);
}
