#include "dav/method-proppatch.h"

#include "dav/property-apply.h"
#include "dav/target.h"
#include "http/prefer.h"

enum {
        STATUS_OK = 200,
        STATUS_MULTI = 207,
        STATUS_BAD_REQUEST = 400,
        STATUS_NOT_FOUND = 404,
        STATUS_TOO_LARGE = 413,
        REPLY_MAX_BYTES = 1024 * 1024,
};

static int reply_results(DavCall *call, const PropertyUpdate *update, bool done)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(REPLY_MAX_BYTES);
        static const HttpHeader minimal[] = { { "Preference-Applied", "return=minimal" },
                { "Vary", "Prefer" }, { NULL, NULL } };
        if (done && http_prefers(call->request, "return=minimal"))
                return http_reply_send(
                                call->request, &(HttpReply){ .status = STATUS_OK, .headers = minimal });
        property_update_write_multistatus(update, &call->view.resource, call->view.prefix, &out);
        int r = buffer_error(&out);
        return r != 0 ? r : dav_reply_xml(call->request, STATUS_MULTI, buffer_text(&out), out.len);
}

/* Finds the resource in an open transaction, and checks the rights and conditions. */
static int find_resource(DavCall *call)
{
        DavView *view = &call->view;
        int r = view->resource.kind ? tree_find(call->store, view) : STORE_E_NOT_FOUND;
        if (r == STORE_E_NOT_FOUND)
                return target_replied(http_reply_error(call->request, STATUS_NOT_FOUND, NULL));
        if (r == 0 && view->login->read_only)
                r = target_need(call, "D:write-properties");
        return r == 0 ? target_unless_met(call) : r;
}

static int apply(DavCall *call, PropertyUpdate *update, bool *ret_done)
{
        int r = find_resource(call);
        if (r != 0)
                return r;
        r = property_update_check(&call->view, call->zones, update);
        if (r == 0)
                r = property_update_apply(call->store, &call->view, update);
        if (r == 0)
                *ret_done = property_update_settle(update);
        return r;
}

int method_proppatch(DavCall *call)
{
        CLEANUP(property_update_done) PropertyUpdate update = { .n = 0 };
        bool done = false;
        size_t len;
        const char *content = http_request_content(call->request, &len);
        if (len > PROPERTY_UPDATE_MAX_BYTES)
                return http_reply_error(call->request, STATUS_TOO_LARGE, NULL);
        int r = property_update_read(content, len, XML_DAV, "propertyupdate", &update);
        if (r > 0)
                return http_reply_error(call->request, STATUS_BAD_REQUEST, NULL);
        if (r == 0)
                r = store_begin_write(call->store);
        if (r == 0)
                r = apply(call, &update, &done);
        if (r != 0)
                return r;
        if (done)
                r = store_commit(call->store);
        else
                store_rollback(call->store);
        return r != 0 ? r : reply_results(call, &update, done);
}
