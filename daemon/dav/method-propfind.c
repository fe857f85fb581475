#include "dav/method-propfind.h"

#include "dav/multistatus.h"
#include "dav/tree.h"
#include "http/prefer.h"

#include <string.h>
#include <strings.h>

enum {
        STATUS_BAD_REQUEST = 400,
        STATUS_FORBIDDEN = 403,
        STATUS_NOT_FOUND = 404,
        STATUS_TOO_LARGE = 413,
};

/* The responses that are being written. */
typedef struct Responses {
        const Propfind *propfind;
        Multistatus *multistatus;
} Responses;

static int add_member(const DavView *view, void *userdata)
{
        const Responses *responses = userdata;
        return multistatus_add(responses->multistatus, view, responses->propfind);
}

static int reply_found(HttpRequest *request, Store *store, const DavView *view, const Propfind *propfind,
                bool members)
{
        CLEANUP(multistatus_done) Multistatus multistatus = MULTISTATUS_INIT;
        Responses responses = { propfind, &multistatus };
        multistatus_begin(&multistatus, request, store);
        multistatus.is_without_root = members && http_prefers(request, MULTISTATUS_NO_ROOT);
        int r = multistatus.is_without_root ? 0 : multistatus_add(&multistatus, view, propfind);
        if (r == 0 && members)
                r = tree_each_member(store, view, add_member, &responses);
        return r != 0 ? r : multistatus_reply(&multistatus);
}

/* Reads the content, finds the resource, and replies. */
static int find(HttpRequest *request, Store *store, DavView *view, bool members)
{
        CLEANUP(propfind_done) Propfind propfind = { .n = 0 };
        size_t len;
        const char *content = http_request_content(request, &len);
        if (len > PROPFIND_MAX_BYTES)
                return http_reply_error(request, STATUS_TOO_LARGE, NULL);
        int r = propfind_read(content, len, &propfind);
        if (r == XML_E_INVALID || r == PROPFIND_E_MANY)
                return http_reply_error(request, STATUS_BAD_REQUEST, NULL);
        /* The token of a collection and the members that are listed come from one state of the store. */
        if (r == 0)
                r = dav_begin_read(store);
        if (r == 0)
                r = tree_find(store, view);
        if (r == STORE_E_NOT_FOUND)
                return http_reply_error(request, STATUS_NOT_FOUND, NULL);
        return r != 0 ? r : reply_found(request, store, view, &propfind, members);
}

/* Collections inside of which there are no others: all below them is what is in them. */
static bool is_flat(DavKind kind)
{
        return kind & (DAV_SYNCED | DAV_MEMBERS);
}

int method_propfind(DavCall *call)
{
        HttpRequest *request = call->request;
        DavView *view = &call->view;
        const char *depth = http_request_header(request, "Depth");
        bool is_infinite = !depth || strcasecmp(depth, "infinity") == 0;
        if (is_infinite && !is_flat(view->resource.kind))
                return dav_reply_precondition(
                                request, STATUS_FORBIDDEN, "D:propfind-finite-depth", NULL, NULL);
        if (is_infinite)
                depth = "1";
        if (strcmp(depth, "0") != 0 && strcmp(depth, "1") != 0)
                return http_reply_error(request, STATUS_BAD_REQUEST, NULL);
        if (!view->resource.kind)
                return http_reply_error(request, STATUS_NOT_FOUND, NULL);
        bool members = depth[0] == '1';
        return find(request, call->store, view, members);
}
