#include "office/login-page.h"

#include "base/text.h"
#include "office/form.h"
#include "office/kept-form.h"
#include "office/layout.h"
#include "office/signed-in.h"
#include "store/second-factor.h"

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

static void begin_form(OfficeCall *call, const LoginForm *form, const char *title, const char *action)
{
        office_begin(call, OFFICE_NO_SECTION, title);
        if (form->refusal)
                buffer_printf(&call->out, "<div class=\"faults\" role=\"alert\"><p>%s</p></div>\n",
                                form->refusal);
        form_begin(call, action, "card form narrow");
        form_hidden(call, "next", next_page(form->next));
        if (form->write_kept)
                form->write_kept(call);
}

static int end_form(OfficeCall *call, const LoginForm *form, const char *note)
{
        form_submit(call, NULL, NULL, NULL, call->access->login_button);
        buffer_printf(&call->out, "<p class=\"note\">%s</p>\n", note);
        form_end(call);
        office_end(call);
        return office_reply(call, form->status);
}

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
        begin_form(call, form, access->login_title, "/office/login");
        form_field(call, NULL, &name_field);
        form_field(call, NULL, &password_field);
        return end_form(call, form, access->login_note);
}

static int write_code_form(OfficeCall *call, int status, const char *refusal)
{
        const AccessStrings *access = call->access;
        const LoginForm form = { status, refusal, "", office_form(call, "next"), kept_form_carry };
        begin_form(call, &form, access->login_code_title, "/office/login/code");
        form_field(call, NULL,
                        &(FormField){ .name = "code",
                                        .label = access->login_code,
                                        .autocomplete = "one-time-code",
                                        .max = APP_PASSWORD_SIZE + TOTP_DIGITS,
                                        .required = true });
        return end_form(call, &form, access->login_code_note);
}

static int reply_form(OfficeCall *call, int status, const char *refusal)
{
        bool is_post = office_is_post(call);
        return write_form(call,
                        &(LoginForm){ status, refusal, is_post ? office_form(call, "name") : "",
                                        is_post ? office_form(call, "next") : office_query(call, "next"),
                                        is_post ? kept_form_carry : NULL });
}

int login_page_ask(OfficeCall *call)
{
        if (!kept_form_is_needed(call))
                return office_redirect(call, "/office/login", NULL);
        CLEANUP(buffer_done) Buffer path = BUFFER_INIT(PATH_BYTES);
        kept_form_write_path(call, &path);
        return write_form(call, &(LoginForm){ FORBIDDEN, NULL, "", buffer_text(&path), kept_form_take });
}

static int reply_wait(OfficeCall *call, usec_t wait, int (*reply)(OfficeCall *, int, const char *))
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(1024);
        int r = text_message(&text, call->view.tag, call->access->login_wait,
                        TEXT_ARGUMENTS({ "n", NULL, wait / USEC_PER_SEC + 1 }));
        return r < 0 ? r : reply(call, TOO_MANY, buffer_text(&text));
}

/* Begins the session of an account, and shows the page that was asked for. */
static int go_on(OfficeCall *call, const char *account)
{
        int r = signed_in_begin(call, account, false);
        const char *next = next_page(office_form(call, "next"));
        return r != 0                     ? r
               : kept_form_is_there(call) ? kept_form_reply(call, next)
                                          : office_redirect(call, next, NULL);
}

static int ask_for_code(OfficeCall *call, const char *account)
{
        int r = signed_in_begin(call, account, true);
        return r != 0 ? r : write_code_form(call, OK, NULL);
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
                return reply_wait(call, wait, reply_form);
        if (r == 0)
                r = office_open_store(call);
        return r != 0 ? r : login.needs_code ? ask_for_code(call, login.name) : go_on(call, login.name);
}

static int refuse_open(OfficeCall *call)
{
        return office_reply_error(call, FORBIDDEN, call->view.strings->password_needs_tls);
}

static bool is_open(const OfficeCall *call)
{
        return !call->parts->login_without_tls && !http_request_is_private(call->request);
}

static int on_login(OfficeCall *call)
{
        if (is_open(call))
                return refuse_open(call);
        return office_is_post(call) ? sign_in(call) : reply_form(call, OK, NULL);
}

static int check_code(OfficeCall *call)
{
        usec_t wait = 0;
        char account[ACCOUNT_NAME_SIZE];
        strcpy(account, call->session.account);
        int r = authorization_check_code(call->parts->authorization, call->request, call->store, account,
                        office_form(call, "code"), &wait);
        if (r == AUTHORIZATION_E_REFUSED)
                return write_code_form(call, FORBIDDEN, call->access->login_code_wrong);
        if (r == AUTHORIZATION_E_WAIT)
                return reply_wait(call, wait, write_code_form);
        return r == STORE_E_NOT_FOUND ? reply_form(call, FORBIDDEN, NULL)
               : r != 0               ? r
                                      : go_on(call, account);
}

/* The second step. It begins at the first one again if the code took too long. */
static int on_code(OfficeCall *call)
{
        if (is_open(call))
                return refuse_open(call);
        if (!office_is_post(call))
                return office_redirect(call, "/office/login", NULL);
        int r = http_request_defer(call->request, HTTP_WORK_WRITE, 0);
        if (r == 0)
                r = office_open_store(call);
        if (r == 0)
                r = signed_in_find_pending(call);
        if (r == OFFICE_E_SIGNED_OUT)
                return reply_form(call, FORBIDDEN, NULL);
        return r != 0 ? r : signed_in_has_token(call) ? check_code(call) : OFFICE_E_FORM;
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
        { "login/code", true, HTTP_GET | HTTP_POST, 0, on_code },
        { "logout", true, HTTP_POST, ACCOUNT_READER, on_logout },
        { NULL, false, 0, 0, NULL },
};
