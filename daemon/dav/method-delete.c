#include "dav/method-delete.h"

#include "dav/put-schedule.h"
#include "dav/quota.h"
#include "dav/target.h"
#include "store/trash.h"

#include <string.h>
#include <strings.h>

enum { STATUS_BAD_REQUEST = 400, STATUS_NO_CONTENT = 204, STATUS_NOT_FOUND = 404 };

/* Deletes the member in an open transaction. */
static int delete_member(DavCall *call)
{
        int r = target_find(call);
        if (r == 0 && !call->view.member.id)
                r = target_replied(http_reply_error(call->request, STATUS_NOT_FOUND, NULL));
        if (r == 0)
                r = target_need(call, "D:unbind");
        if (r == 0)
                r = target_unless_met(call);
        if (r == 0)
                r = put_schedule_delete(call);
        return r != 0 ? r : target_delete(call);
}

/* Deletes a collection of the account in an open transaction; it goes to the trash. */
static int delete_collection(DavCall *call)
{
        DavView *view = &call->view;
        char login[ACCOUNT_NAME_SIZE];
        int r = tree_find(call->store, view);
        if (r == STORE_E_NOT_FOUND)
                return target_replied(http_reply_error(call->request, STATUS_NOT_FOUND, NULL));
        account_login(view->login->name, login);
        bool is_own = strcmp(view->collection.owner, login) == 0;
        if (r == 0 && (!is_own || view->collection.scheduling == COLLECTION_HOST || view->login->read_only))
                return target_refuse_in_home(call, "D:unbind");
        if (r == 0)
                r = target_unless_met(call);
        if (r == 0)
                r = put_schedule_delete_all(call);
        return r != 0 ? r
                      : trash_put(call->store, view->collection.name, quota_limit(call->config),
                                        clock_now(call->clock));
}

/* The deletion of a collection is that of all its members (RFC 4918, 9.6.1). */
static bool has_valid_depth(DavCall *call)
{
        const char *depth = http_request_header(call->request, "Depth");
        return !depth || strcasecmp(depth, "infinity") == 0;
}

int method_delete(DavCall *call)
{
        bool is_collection = call->view.resource.kind & DAV_COLLECTIONS;
        if (is_collection && !has_valid_depth(call))
                return http_reply_error(call->request, STATUS_BAD_REQUEST, NULL);
        bool is_member = call->view.resource.kind & DAV_MEMBERS;
        int r = is_collection || is_member ? 0 : target_refuse_method(call);
        if (r == 0)
                r = store_begin_write(call->store);
        if (r == 0)
                r = is_collection ? delete_collection(call) : delete_member(call);
        if (r == 0)
                r = store_commit(call->store);
        return r != 0 ? r : http_reply_send(call->request, &(HttpReply){ .status = STATUS_NO_CONTENT });
}
