#include "dav/method-delete.h"

#include "dav/target.h"

enum { STATUS_NO_CONTENT = 204, STATUS_NOT_FOUND = 404 };

/* Deletes the member in an open transaction. */
static int delete_member(DavCall *call)
{
        const DavResource *resource = &call->view.resource;
        int r = target_find(call);
        if (r == 0 && !call->view.member.id)
                r = target_replied(http_reply_error(call->request, STATUS_NOT_FOUND, NULL));
        if (r == 0)
                r = target_need(call, "unbind");
        if (r == 0)
                r = target_unless_met(call);
        return r != 0 ? r
                      : object_delete(call->store, call->view.collection.name, resource->member, 0,
                                        clock_now(call->clock));
}

int method_delete(DavCall *call)
{
        int r = target_is_member(call);
        if (r == 0)
                r = store_begin_write(call->store);
        if (r == 0)
                r = delete_member(call);
        if (r == 0)
                r = store_commit(call->store);
        return r != 0 ? r : http_reply_send(call->request, &(HttpReply){ .status = STATUS_NO_CONTENT });
}
