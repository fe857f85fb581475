#include "office/second-factor-page.h"

#include "base/html.h"
#include "base/text.h"
#include "office/form.h"
#include "office/layout.h"
#include "office/write.h"
#include "store/second-factor.h"
#include "web/page.h"
#include "web/qr.h"

#include <string.h>

#define PATH "/office/second-factor"

enum { URI_BYTES = 4096, SENTENCE_BYTES = 1024, GROUP = 4, OK = 200, BAD_REQUEST = 400, TOO_MANY = 429 };

/* Writes the secret in groups, as apps show it. */
static void write_secret(OfficeCall *call, const char *secret)
{
        Buffer *out = &call->out;
        buffer_printf(out, "<p>%s: <code class=\"app-password\">", call->access->factor_secret);
        for (size_t i = 0; secret[i]; i++)
                buffer_printf(out, "%s%c", i > 0 && i % GROUP == 0 ? " " : "", secret[i]);
        buffer_puts(out, "</code></p>\n");
}

static int write_code(OfficeCall *call, const SecondFactor *factor)
{
        CLEANUP(buffer_done) Buffer uri = BUFFER_INIT(URI_BYTES);
        totp_uri(&uri, factor->secret, page_title(&call->view), call->account.name);
        int r = buffer_error(&uri);
        if (r == 0)
                r = qr_write(&call->out, buffer_text(&uri), call->view.strings->qr_code_is);
        if (uri.data)
                explicit_bzero(uri.data, uri.len);
        return r;
}

/* A session alone changes nothing here: the browser may be somebody else's for a while. */
static void write_fields(OfficeCall *call, const FormFaults *faults, const char *note)
{
        form_faults(call, faults);
        /* Password managers find the account by it. */
        buffer_puts(&call->out, "<input name=\"name\" autocomplete=\"username\" hidden readonly value=\"");
        html_escape(&call->out, call->account.name);
        buffer_puts(&call->out, "\">\n");
        form_field(call, faults,
                        &(FormField){ .name = "password",
                                        .label = call->access->password_again,
                                        .type = "password",
                                        .autocomplete = "current-password",
                                        .max = PASSWORD_MAX_BYTES,
                                        .required = true });
        form_field(call, faults,
                        &(FormField){ .name = "code",
                                        .label = call->access->login_code,
                                        .note = note,
                                        .autocomplete = "one-time-code",
                                        .max = APP_PASSWORD_SIZE + TOTP_DIGITS,
                                        .required = true,
                                        .is_short = !note });
}

static int write_proposal(OfficeCall *call, const SecondFactor *factor, const FormFaults *faults)
{
        buffer_printf(&call->out, "<p>%s</p>\n", call->access->factor_scan);
        int r = write_code(call, factor);
        write_secret(call, factor->secret);
        form_begin(call, PATH, "form narrow");
        write_fields(call, faults, NULL);
        form_submit(call, "do", "confirm", NULL, call->access->factor_confirm);
        form_end(call);
        return r;
}

static int write_in_use(OfficeCall *call, const SecondFactor *factor, const FormFaults *faults)
{
        const AccessStrings *access = call->access;
        buffer_printf(&call->out, "<p>%s, ", access->factor_is_on);
        write_time(call, factor->confirmed);
        buffer_puts(&call->out, "</p>\n<p>");
        int r = write_message(
                        call, access->factor_codes_left, TEXT_ARGUMENTS({ "n", NULL, factor->n_codes }));
        buffer_puts(&call->out, "</p>\n");
        form_begin(call, PATH, "form narrow");
        write_fields(call, faults, access->factor_code_note);
        form_submit(call, "do", "renew", NULL, access->factor_renew);
        form_submit(call, "do", "off", "quiet danger", access->factor_off);
        form_end(call);
        return r;
}

static int reply_with(OfficeCall *call, int status, const FormFaults *faults)
{
        SecondFactor factor = { .confirmed = 0 };
        int r = second_factor_get(call->store, call->account.name, &factor);
        office_begin(call, OFFICE_SESSIONS, call->access->factor_title);
        buffer_printf(&call->out, "<p class=\"note\">%s</p>\n", call->access->factor_note);
        if (r == STORE_E_NOT_FOUND) {
                form_begin(call, PATH, "acts");
                form_submit(call, "do", "propose", NULL, call->access->factor_setup);
                form_end(call);
                r = 0;
        } else if (r == 0) {
                r = factor.confirmed ? write_in_use(call, &factor, faults)
                                     : write_proposal(call, &factor, faults);
        }
        explicit_bzero(&factor, sizeof(factor));
        office_end(call);
        return r != 0 ? r : office_reply(call, status);
}

static int reply(OfficeCall *call)
{
        return reply_with(call, OK, &(FormFaults){ .n = 0 });
}

static int reply_fault(OfficeCall *call, int status, const char *field, const char *text)
{
        CLEANUP(form_faults_done) FormFaults faults = { .n = 0 };
        form_fault(&faults, field, text);
        return reply_with(call, status, &faults);
}

static int reply_wait(OfficeCall *call, const char *field, usec_t wait)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(SENTENCE_BYTES);
        int r = text_message(&text, call->view.tag, call->access->login_wait,
                        TEXT_ARGUMENTS({ "n", NULL, wait / USEC_PER_SEC + 1 }));
        return r < 0 ? r : reply_fault(call, TOO_MANY, field, buffer_text(&text));
}

static int reply_codes(OfficeCall *call, const RecoveryCodes *codes)
{
        const AccessStrings *access = call->access;
        office_begin(call, OFFICE_SESSIONS, access->factor_codes_title);
        buffer_printf(&call->out, "<div role=\"status\"><p>%s</p>\n<ol class=\"recovery-codes\">\n",
                        access->factor_codes_note);
        for (size_t i = 0; i < SECOND_FACTOR_CODES; i++)
                buffer_printf(&call->out, "<li><code>%s</code></li>\n", codes->codes[i]);
        buffer_printf(&call->out, "</ol></div>\n<p><a class=\"button\" href=\"" PATH "\">%s</a></p>\n",
                        access->factor_title);
        office_end(call);
        return office_reply(call, OK);
}

static int propose(OfficeCall *call)
{
        int r = second_factor_propose(call->store, call->account.name);
        return r != 0 && r != STORE_E_CONFLICT ? r : office_redirect(call, PATH, NULL);
}

/* Other sessions began without the second step, so they end. */
static int store_confirmed(OfficeCall *call, RecoveryCodes *codes)
{
        StoreWrite write;
        int r = store_write_begin(call->store, &write);
        if (r != 0)
                return r;
        r = second_factor_confirm(
                        call->store, call->account.name, office_form(call, "code"), call->now, codes);
        if (r == 0)
                r = session_end_others(call->store, call->account.name, call->hash);
        return store_write_end(&write, r);
}

static int confirm(OfficeCall *call)
{
        RecoveryCodes codes;
        int r = store_confirmed(call, &codes);
        if (r == 0)
                r = reply_codes(call, &codes);
        explicit_bzero(&codes, sizeof(codes));
        if (r == SECOND_FACTOR_E_WRONG)
                return reply_fault(call, BAD_REQUEST, "code", call->access->login_code_wrong);
        return r == STORE_E_NOT_FOUND ? reply(call) : r;
}

static int renew(OfficeCall *call)
{
        RecoveryCodes codes;
        int r = second_factor_renew(call->store, call->account.name, &codes);
        if (r == 0)
                r = reply_codes(call, &codes);
        explicit_bzero(&codes, sizeof(codes));
        return r == STORE_E_NOT_FOUND ? reply(call) : r;
}

static int turn_off(OfficeCall *call)
{
        int r = second_factor_remove(call->store, call->account.name);
        return r != 0 && r != STORE_E_NOT_FOUND ? r : office_redirect(call, PATH, "factor-off");
}

/* Makes a change of a second factor in use, which needs a code. */
static int with_code(OfficeCall *call, int (*change)(OfficeCall *call))
{
        usec_t wait = 0;
        int r = authorization_check_code(call->parts->authorization, call->request, call->store,
                        call->account.name, office_form(call, "code"), &wait);
        if (r == AUTHORIZATION_E_REFUSED)
                return reply_fault(call, BAD_REQUEST, "code", call->access->login_code_wrong);
        if (r == AUTHORIZATION_E_WAIT)
                return reply_wait(call, "code", wait);
        return r == STORE_E_NOT_FOUND ? reply(call) : r != 0 ? r : change(call);
}

static int renew_with_code(OfficeCall *call)
{
        return with_code(call, renew);
}

static int turn_off_with_code(OfficeCall *call)
{
        return with_code(call, turn_off);
}

/* Makes a change that needs the password of the account, with the limits of the login. */
static int with_password(OfficeCall *call, int (*change)(OfficeCall *call))
{
        Login login;
        usec_t wait = 0;
        int r = http_request_move(call->request, HTTP_WORK_LONG, 0);
        if (r == 0)
                r = authorization_check_form(call->parts->authorization, call->request, call->account.name,
                                office_form(call, "password"), &login, &wait);
        if (r == AUTHORIZATION_E_REFUSED)
                return reply_fault(call, BAD_REQUEST, "password", call->access->password_wrong);
        if (r == AUTHORIZATION_E_WAIT)
                return reply_wait(call, "password", wait);
        return r != 0 ? r : change(call);
}

static int on_second_factor(OfficeCall *call)
{
        const char *action = office_form(call, "do");
        return strcmp(action, "propose") == 0   ? propose(call)
               : strcmp(action, "confirm") == 0 ? with_password(call, confirm)
               : strcmp(action, "renew") == 0   ? with_password(call, renew_with_code)
               : strcmp(action, "off") == 0     ? with_password(call, turn_off_with_code)
                                                : reply(call);
}

const OfficeRow second_factor_page_rows[] = {
        { "second-factor", true, HTTP_GET | HTTP_POST, ACCOUNT_READER, on_second_factor },
        { NULL, false, 0, 0, NULL },
};
