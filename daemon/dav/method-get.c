#include "dav/method-get.h"

#include "dav/account-page.h"

enum { PAGE_MAX_BYTES = 1024 * 1024, STATUS_OK = 200, STATUS_NOT_FOUND = 404 };

static int reply_account(const DavCall *call)
{
        CLEANUP(buffer_done) Buffer page = BUFFER_INIT(PAGE_MAX_BYTES);
        int r = account_page_write(
                        call->store, call->view.login, http_request_language(call->request, NULL), &page);
        return r != 0 ? r
                      : http_reply_page(call->request, STATUS_OK, "text/plain; charset=utf-8",
                                        buffer_text(&page), page.len);
}

int method_get(DavCall *call)
{
        return call->view.resource.kind == DAV_ROOT
                               ? reply_account(call)
                               : http_reply_error(call->request, STATUS_NOT_FOUND, NULL);
}
