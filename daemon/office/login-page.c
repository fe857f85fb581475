#include "office/login-page.h"

#include "base/text.h"
#include "base/url.h"
#include "office/form.h"
#include "office/kept-form.h"
#include "office/layout.h"
#include "office/signed-in.h"

#include <string.h>

#define FIRST_PAGE "/office/events"

enum { PATH_BYTES = 4096, OK = 200, FORBIDDEN = 403, TOO_MANY = 429 };

/* The page to go on to after the login: one of the office, so that no link leads to another site. */
static const char *next_page(const char *asked)
{
        static const char allowed[] =
                        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-._~%@?=&+";
        bool is_own = strncmp(asked, "/office/", strlen("/office/")) == 0 && !strstr(asked, "..") &&
                      strspn(asked, allowed) == strlen(asked);
        return is_own ? asked : FIRST_PAGE;
}

/* The contents of the login form. */
typedef struct LoginForm {
        int status;
        const char *refusal, *name, *next;
        void (*write_kept)(OfficeCall *call); /* the fields of another form; NULL for none */
} LoginForm;

static int write_form(OfficeCall *call, const LoginForm *form)
{
        const AccessStrings *access = call->access;
        const FormField name_field = { .name = "name",
                .label = access->login_name,
                .value = form->name,
                .autocomplete = "username",
                .max = ACCOUNT_NAME_SIZE - 1,
                .required = true };
        const FormField password_field = { .name = "password",
                .label = access->login_password,
                .type = "password",
                .autocomplete = "current-password",
                .max = PASSWORD_MAX_BYTES,
                .required = true };
        office_begin(call, OFFICE_NO_SECTION, access->login_title);
        if (form->refusal)
                buffer_printf(&call->out, "<div class=\"faults\" role=\"alert\"><p>%s</p></div>\n",
                                form->refusal);
        form_begin(call, "/office/login", "card form narrow");
        form_hidden(call, "next", next_page(form->next));
        if (form->write_kept)
                form->write_kept(call);
        form_field(call, NULL, &name_field);
        form_field(call, NULL, &password_field);
        form_submit(call, NULL, NULL, NULL, access->login_button);
        buffer_printf(&call->out, "<p class=\"note\">%s</p>\n", access->login_note);
        form_end(call);
        office_end(call);
        return office_reply(call, form->status);
}

static int reply_form(OfficeCall *call, int status, const char *refusal)
{
        bool is_post = office_is_post(call);
        return write_form(call,
                        &(LoginForm){ status, refusal, is_post ? office_form(call, "name") : "",
                                        is_post ? office_form(call, "next") : office_query(call, "next"),
                                        is_post ? kept_form_carry : NULL });
}

/* Appends the path of the request, encoded. */
static void write_path(const OfficeCall *call, Buffer *out)
{
        buffer_puts(out, "/office");
        for (const char *at = call->rest, *end; at; at = *end ? end + 1 : NULL) {
                CLEANUP(buffer_done) Buffer part = BUFFER_INIT(PATH_BYTES);
                end = at + strcspn(at, "/");
                buffer_append(&part, at, (size_t)(end - at));
                buffer_putc(out, '/');
                url_escape(out, buffer_text(&part));
        }
}

int login_page_ask(OfficeCall *call)
{
        if (!kept_form_is_needed(call))
                return office_redirect(call, "/office/login", NULL);
        CLEANUP(buffer_done) Buffer path = BUFFER_INIT(PATH_BYTES);
        write_path(call, &path);
        return write_form(call, &(LoginForm){ FORBIDDEN, NULL, "", buffer_text(&path), kept_form_take });
}

static int reply_wait(OfficeCall *call, usec_t wait)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(1024);
        int r = text_message(&text, call->view.tag, call->access->login_wait,
                        TEXT_ARGUMENTS({ "n", NULL, wait / USEC_PER_SEC + 1 }));
        return r < 0 ? r : reply_form(call, TOO_MANY, buffer_text(&text));
}

static int sign_in(OfficeCall *call)
{
        Login login;
        usec_t wait = 0;
        int r = authorization_check_form(call->parts->authorization, call->request,
                        office_form(call, "name"), office_form(call, "password"), &login, &wait);
        if (r == AUTHORIZATION_E_REFUSED)
                return reply_form(call, FORBIDDEN, call->access->login_wrong);
        if (r == AUTHORIZATION_E_WAIT)
                return reply_wait(call, wait);
        if (r == 0)
                r = office_open_store(call);
        if (r == 0)
                r = signed_in_begin(call, login.name);
        const char *next = next_page(office_form(call, "next"));
        return r != 0                     ? r
               : kept_form_is_there(call) ? kept_form_reply(call, next)
                                          : office_redirect(call, next, NULL);
}

static int on_login(OfficeCall *call)
{
        if (!call->parts->login_without_tls && !http_request_is_private(call->request))
                return office_reply_error(call, FORBIDDEN, call->view.strings->password_needs_tls);
        return office_is_post(call) ? sign_in(call) : reply_form(call, OK, NULL);
}

static int on_logout(OfficeCall *call)
{
        int r = signed_in_end(call);
        return r != 0 ? r : office_redirect(call, "/office/login", "signed-out");
}

static int on_start(OfficeCall *call)
{
        return office_redirect(call, FIRST_PAGE, NULL);
}

const OfficeRow login_page_rows[] = {
        { "", true, HTTP_GET, ACCOUNT_READER, on_start },
        { "login", true, HTTP_GET | HTTP_POST, 0, on_login },
        { "logout", true, HTTP_POST, ACCOUNT_READER, on_logout },
        { NULL, false, 0, 0, NULL },
};
