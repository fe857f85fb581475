/*
 * Dispatches the requests below /office/. Each request runs on a worker, because it reads the store. The
 * login alone goes to a worker by itself, as the check of its password is long work (http/authorization.h).
 */

#include "office/office.h"

#include "base/log.h"
#include "office/import-preview.h"
#include "office/kept-form.h"
#include "office/layout.h"
#include "office/login-page.h"
#include "office/routes.h"
#include "office/signed-in.h"
#include "store/history.h"
#include "web/form-guard.h"

#include <errno.h>
#include <string.h>

enum {
        PAGE_BYTES = 4 * 1024 * 1024,
        FORM_BYTES = 512 * 1024,
        IMPORT_BYTES = 2 * IMPORT_FILE_BYTES, /* the file as base64, with its signs encoded, and fields */
        PATH_BYTES = 4096,
        STATUS_FORBIDDEN = 403,
        STATUS_NOT_FOUND = 404,
        STATUS_NOT_ALLOWED = 405,
        STATUS_UNAVAILABLE = 503,
        STATUS_MOVED = 308,
};

struct Office {
        OfficeParts parts;
        Assets *assets;
        StorePool *readers, *writers;
};

static int start_call(OfficeCall *call)
{
        int r = site_page_view(call->parts->site, call->request, &call->view);
        if (r != 0)
                return r;
        call->strings = office_strings(call->view.language);
        call->access = access_strings(call->view.language);
        return 0;
}

static void call_done(OfficeCall *call, int r)
{
        StorePool *pool = office_is_post(call) ? call->parts->writers : call->parts->readers;
        if (call->store && (r == DB_E_IO || r == DB_E_CORRUPT))
                store_pool_drop(pool, call->store);
        else if (call->store)
                store_pool_give(pool, call->store);
        page_view_done(&call->view);
        buffer_done(&call->out);
}

/* Sends the reader to the login, and from there back to the page. */
static int ask_to_sign_in(OfficeCall *call)
{
        CLEANUP(buffer_done) Buffer path = BUFFER_INIT(PATH_BYTES), location = BUFFER_INIT(2 * PATH_BYTES);
        buffer_puts(&path, "/office/");
        buffer_puts(&path, call->rest);
        buffer_puts(&location, "/office/login?next=");
        url_escape(&location, buffer_text(&path));
        return office_redirect(
                        call, buffer_error(&location) < 0 ? "/office/login" : buffer_text(&location), NULL);
}

/* Checks the session, the role and the form's token. Return: 0 or a condition of office/call.h. */
static int admit(OfficeCall *call, const OfficeRow *row)
{
        if (row->role == 0)
                return 0;
        int r = office_open_store(call);
        if (r == 0)
                r = signed_in_find(call);
        if (r != 0)
                return r;
        history_set_author(call->store, HISTORY_OFFICE, call->account.name);
        if (!office_may(call, row->role))
                return OFFICE_E_FORBIDDEN;
        return office_is_post(call) && !signed_in_has_token(call) ? OFFICE_E_FORM : 0;
}

/*
 * Replies to a form with a wrong token. A browser that has signed in again sends forms of its earlier
 * session, and says that they are from this site. Nothing is shown of what another site may have made up.
 */
static int refuse_form(OfficeCall *call)
{
        bool is_late = call->account.name[0] && !signed_in_has_token(call) &&
                       form_guard_is_proven(call->request, call->view.config) && kept_form_is_needed(call);
        return is_late ? kept_form_return(call)
                       : office_reply_error(call, STATUS_FORBIDDEN, call->strings->form_expired);
}

/* Replies for a handler that has returned a condition. */
static int reply_condition(OfficeCall *call, int r)
{
        switch (r) {
        case OFFICE_E_SIGNED_OUT:
                return office_is_post(call) ? login_page_ask(call) : ask_to_sign_in(call);
        case OFFICE_E_NOT_FOUND:
                return office_reply_error(call, STATUS_NOT_FOUND, call->strings->not_found);
        case OFFICE_E_FORBIDDEN:
                return office_reply_error(call, STATUS_FORBIDDEN, call->strings->forbidden);
        case OFFICE_E_FORM:
                return refuse_form(call);
        case HTTP_E_DEFERRED:
        case HTTP_E_REPLIED:
                return r;
        default:
                log_kind(JOURNAL_STORE_FAILS, NULL, "/office/: the store fails: %s",
                                call->store ? store_explain(call->store, r) : "it cannot be opened");
                return office_reply_error(call, STATUS_UNAVAILABLE, call->view.strings->error_other);
        }
}

static int run(OfficeCall *call, const OfficeRow *row)
{
        int r = row ? admit(call, row) : OFFICE_E_NOT_FOUND;
        if (r == 0 && !(row->methods & http_request_method(call->request)))
                return http_reply_error(call->request, STATUS_NOT_ALLOWED, NULL);
        if (r == 0) {
                call->rest += strlen(row->path);
                r = row->run(call);
        }
        return r > 0 ? reply_condition(call, r) : r;
}

static HttpWork work_of(HttpRequest *request)
{
        return http_request_method(request) == HTTP_POST ? HTTP_WORK_WRITE : HTTP_WORK_READ;
}

static int on_request(HttpRequest *request, const char *rest, void *userdata)
{
        const Office *office = userdata;
        const OfficeRow *row = routes_find(rest);
        int r = row && row->role == 0 ? 0 : http_request_defer(request, work_of(request), 0);
        if (r != 0)
                return r;
        OfficeCall call = {
                .request = request,
                .rest = rest,
                .parts = &office->parts,
                .now = clock_now(office->parts.clock),
                .out = BUFFER_INIT(PAGE_BYTES),
        };
        r = start_call(&call);
        int result = r == 0 ? run(&call, row) : r;
        call_done(&call, result);
        return result;
}

static int on_style(HttpRequest *request, const char *rest, void *userdata)
{
        const Office *office = userdata;
        return assets_reply(office->assets, request, rest);
}

/* Adds the slash, without which links between the pages would not work. */
static int on_bare(HttpRequest *request, const char *rest, void *userdata)
{
        (void)rest, (void)userdata;
        return http_reply_redirect(request, STATUS_MOVED, "/office/");
}

/* Refuses a form of another site before its content is read. */
static int on_header(HttpRequest *request, const char *rest, void *userdata)
{
        const Office *office = userdata;
        CLEANUP(config_unrefp) Config *config = site_config(office->parts.site);
        (void)rest;
        return form_guard_is_own(request, config) ? 0 : http_reply_error(request, STATUS_FORBIDDEN, NULL);
}

static const HttpContent content = {
        .kind = HTTP_CONTENT_FORM, .methods = HTTP_POST, .max_bytes = FORM_BYTES, .on_header = on_header
};

/* The page that takes tables, which are larger than other forms. */
static int on_import(HttpRequest *request, const char *rest, void *userdata)
{
        (void)rest;
        return on_request(request, IMPORT_PAGE, userdata);
}

static const HttpContent import_content = {
        .kind = HTTP_CONTENT_FORM, .methods = HTTP_POST, .max_bytes = IMPORT_BYTES, .on_header = on_header
};

static const HttpRoute routes[] = {
        { ASSETS_STYLE_PREFIX, false, HTTP_GET, on_style, NULL },
        { "/office/", false, HTTP_GET | HTTP_POST, on_request, &content },
        { "/office/" IMPORT_PAGE, true, HTTP_GET | HTTP_POST, on_import, &import_content },
        { "/office", true, HTTP_GET, on_bare, NULL },
        { NULL, false, 0, NULL, NULL },
};

int office_new(const OfficeOptions *options, Office **ret)
{
        CLEANUP(office_freep) Office *office = calloc(1, sizeof(*office));
        *ret = NULL;
        if (!office)
                return -ENOMEM;
        int r = store_pool_new(options->store, options->zones, STORE_READ_ONLY, &office->readers);
        if (r == 0)
                r = store_pool_new(options->store, options->zones, STORE_WRITE, &office->writers);
        if (r == 0)
                r = assets_new(&office->assets);
        if (r != 0)
                return r;
        office->parts = (OfficeParts){
                .site = options->site,
                .clock = options->clock,
                .zones = options->zones,
                .authorization = options->authorization,
                .assets = office->assets,
                .readers = office->readers,
                .writers = office->writers,
                .login_without_tls = options->login_without_tls,
        };
        *ret = TAKE_PTR(office);
        return 0;
}

Office *office_free(Office *office)
{
        if (!office)
                return NULL;
        store_pool_free(office->readers);
        store_pool_free(office->writers);
        assets_free(office->assets);
        free(office);
        return NULL;
}

HttpMount office_mount(Office *office)
{
        return (HttpMount){ routes, office };
}
