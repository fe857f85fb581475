#include "office/call.h"

#include "store/account-right.h"
#include "web/page.h"

#include <string.h>

enum { PATH_BYTES = 4096, SEE_OTHER = 303 };

int office_open_store(OfficeCall *call)
{
        const OfficeParts *parts = call->parts;
        return call->store ? 0
                           : store_pool_take(office_is_post(call) ? parts->writers : parts->readers,
                                             &call->store, NULL);
}

bool office_is_post(const OfficeCall *call)
{
        return http_request_method(call->request) == HTTP_POST;
}

const char *office_form(const OfficeCall *call, const char *name)
{
        const char *value = http_request_form(call->request, name);
        return value ? value : "";
}

const char *office_query(const OfficeCall *call, const char *name)
{
        const char *value = http_request_query(call->request, name);
        return value ? value : "";
}

bool office_may(const OfficeCall *call, AccountRole role)
{
        return call->account.role >= role;
}

int office_check_role(OfficeCall *call, AccountRole role)
{
        Account account;
        int r = account_get(call->store, call->account.name, &account);
        explicit_bzero(account.password, sizeof(account.password));
        if (r == 0)
                call->account = account;
        return r == STORE_E_NOT_FOUND ? OFFICE_E_SIGNED_OUT
               : r != 0               ? r
               : account.role < role  ? OFFICE_E_FORBIDDEN
                                      : 0;
}

static int may(const OfficeCall *call, const char *collection, AccountAccess needed)
{
        AccountAccess access;
        int r = account_access(call->store, &call->account, collection, &access);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? OFFICE_E_NOT_FOUND : r;
        return access >= needed ? 0 : OFFICE_E_FORBIDDEN;
}

int office_may_read(const OfficeCall *call, const char *collection)
{
        return may(call, collection, ACCOUNT_READ);
}

int office_may_write(const OfficeCall *call, const char *collection)
{
        return may(call, collection, ACCOUNT_WRITE);
}

int office_reply(OfficeCall *call, int status)
{
        return page_reply(call->request, status, &call->out);
}

int office_redirect(OfficeCall *call, const char *path, const char *done)
{
        CLEANUP(buffer_done) Buffer location = BUFFER_INIT(PATH_BYTES);
        buffer_puts(&location, path);
        if (done)
                buffer_printf(&location, "%cdone=%s", strchr(path, '?') ? '&' : '?', done);
        int r = buffer_error(&location);
        return r < 0 ? r : http_reply_redirect(call->request, SEE_OTHER, buffer_text(&location));
}
