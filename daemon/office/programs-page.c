#include "office/programs-page.h"

#include "base/app-password.h"
#include "base/html.h"
#include "dav/addresses.h"
#include "office/form.h"
#include "office/layout.h"
#include "office/write.h"
#include "store/account-token.h"
#include "web/qr.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#define PATH "/office/programs"

enum { URL_MAX_BYTES = 8192, QR_MAX_BYTES = 256 * 1024 };

/* The result of the form, or its fault. */
typedef struct Made {
        FormFaults faults;
        char password[APP_PASSWORD_SIZE]; /* "" for none */
} Made;

static void made_done(Made *made)
{
        form_faults_done(&made->faults);
        explicit_bzero(made->password, sizeof(made->password));
}

/* Writes an address in a field from which it can be copied, and the code of it for a telephone. */
static int write_url(OfficeCall *call, const char *url)
{
        CLEANUP(buffer_done) Buffer code = BUFFER_INIT(QR_MAX_BYTES);
        Buffer *out = &call->out;
        buffer_puts(out, "<input readonly size=\"40\" value=\"");
        html_escape(out, url);
        buffer_printf(out, "\" aria-label=\"%s\">\n", call->access->programs_address);
        int r = qr_write(&code, url, call->view.strings->qr_code_is);
        if (r == 0)
                buffer_printf(out, "<details><summary>%s</summary>\n%s</details>\n",
                                call->view.strings->qr_code, buffer_text(&code));
        return r == -EMSGSIZE ? 0 : r;
}

static int write_collection(const DavAddress *address, void *userdata)
{
        OfficeCall *call = userdata;
        const AccessStrings *access = call->access;
        Buffer *out = &call->out;
        buffer_puts(out, "<tr><th scope=\"row\">");
        html_escape(out, address->title);
        buffer_printf(out, "</th><td>%s</td><td>%s</td><td>",
                        address->collection->is_cards ? access->programs_book
                        : address->is_drafts          ? access->programs_drafts
                                                      : access->programs_calendar,
                        address->access == ACCOUNT_WRITE ? access->programs_write : access->programs_read);
        int r = write_url(call, address->url);
        buffer_puts(out, "</td></tr>\n");
        return r;
}

static void begin_table(Buffer *out, const char *label, const char *const *columns, size_t n)
{
        buffer_printf(out,
                        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table class=\"rows\">\n<thead><tr>",
                        label);
        for (size_t i = 0; i < n; i++)
                buffer_printf(out, "<th scope=\"col\">%s</th>", columns[i]);
        buffer_puts(out, "</tr></thead>\n<tbody>\n");
}

static void end_table(Buffer *out)
{
        buffer_puts(out, "</tbody>\n</table></div>\n");
}

/* The programs, what is typed in each, and whether it wants the address of the account. */
static const struct {
        const char *name;
        size_t steps; /* of a field of AccessStrings */
        bool needs_principal;
} programs[] = {
        { "Thunderbird", offsetof(AccessStrings, programs_thunderbird), false },
        { "Apple", offsetof(AccessStrings, programs_apple), true },
        { "DAVx5 (Android)", offsetof(AccessStrings, programs_davx5), false },
        { "Evolution, GNOME", offsetof(AccessStrings, programs_evolution), false },
        { "Outlook", offsetof(AccessStrings, programs_outlook), false },
        { "vdirsyncer, khal", offsetof(AccessStrings, programs_vdirsyncer), false },
};

/* Writes which address each program asks for, and where. @root: that of most */
static int write_programs(OfficeCall *call, const char *root)
{
        CLEANUP(buffer_done) Buffer principal = BUFFER_INIT(URL_MAX_BYTES);
        const AccessStrings *access = call->access;
        const char *const columns[] = { access->password_label, access->programs_address,
                access->programs_steps };
        addresses_principal(call->view.config->http.base_url, call->account.name, &principal);
        buffer_printf(&call->out, "<h2>%s</h2>\n", access->programs_each);
        begin_table(&call->out, access->programs_each, columns, sizeof(columns) / sizeof(columns[0]));
        for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
                const char *const *steps = (const void *)((const char *)access + programs[i].steps);
                buffer_printf(&call->out, "<tr><th scope=\"row\">%s</th><td><code>", programs[i].name);
                html_escape(&call->out, programs[i].needs_principal ? buffer_text(&principal) : root);
                buffer_printf(&call->out, "</code></td><td>%s</td></tr>\n", *steps);
        }
        end_table(&call->out);
        return buffer_error(&principal);
}

static int write_addresses(OfficeCall *call)
{
        CLEANUP(buffer_done) Buffer url = BUFFER_INIT(URL_MAX_BYTES);
        const AccessStrings *access = call->access;
        const char *base_url = call->view.config->http.base_url;
        const char *const columns[] = { access->programs_name, access->programs_kind,
                access->programs_access, access->programs_address };
        buffer_printf(&call->out, "<p>%s</p>\n<p><b>", access->programs_note);
        html_escape(&call->out, call->account.name);
        buffer_puts(&call->out, "</b></p>\n");
        addresses_root(base_url, &url);
        int r = write_url(call, buffer_text(&url));
        if (r == 0)
                r = write_programs(call, buffer_text(&url));
        buffer_printf(&call->out, "<h2>%s</h2>\n", access->programs_collections);
        begin_table(&call->out, access->programs_collections, columns, sizeof(columns) / sizeof(columns[0]));
        if (r == 0)
                r = addresses_each(call->store, &call->account, base_url, call->view.language,
                                write_collection, call);
        end_table(&call->out);
        return r;
}

static int write_password(const AccountToken *token, void *userdata)
{
        OfficeCall *call = userdata;
        const AccessStrings *access = call->access;
        Buffer *out = &call->out;
        buffer_puts(out, "<tr><th scope=\"row\">");
        html_escape(out, token->label);
        buffer_printf(out, "</th><td>%s</td><td>",
                        token->read_only ? access->programs_read : access->programs_write);
        write_time(call, token->created);
        buffer_puts(out, "</td><td>");
        if (token->used)
                write_time(call, token->used);
        else
                buffer_puts(out, access->password_never);
        buffer_puts(out, "</td><td>");
        form_begin(call, PATH, "one");
        form_submit(call, "revoke", token->label, "quiet", access->password_revoke);
        form_end(call);
        buffer_puts(out, "</td></tr>\n");
        return 0;
}

static void write_form(OfficeCall *call, const Made *made)
{
        const AccessStrings *access = call->access;
        form_begin(call, PATH, "form narrow");
        form_faults(call, &made->faults);
        form_field(call, &made->faults,
                        &(FormField){ .name = "label",
                                        .label = access->password_label,
                                        .note = access->password_label_note,
                                        .value = made->faults.n > 0 ? office_form(call, "label") : "",
                                        .max = ACCOUNT_LABEL_SIZE - 1,
                                        .required = true });
        form_check(call, "read-only", *office_form(call, "read-only"), access->password_read_only);
        form_submit(call, NULL, NULL, "", access->password_make);
        form_end(call);
}

static int write_passwords(OfficeCall *call, const Made *made)
{
        const AccessStrings *access = call->access;
        const char *const columns[] = { access->password_label, access->programs_access,
                access->password_created, access->password_used, "" };
        buffer_printf(&call->out, "<h2>%s</h2>\n<p class=\"note\">%s</p>\n", access->passwords_title,
                        access->passwords_note);
        if (made->password[0])
                buffer_printf(&call->out,
                                "<div role=\"status\"><p>%s</p>\n<p><code class=\"app-password\">%s</code></p></div>\n",
                                access->password_made, made->password);
        begin_table(&call->out, access->passwords_title, columns, sizeof(columns) / sizeof(columns[0]));
        int r = account_token_each(call->store, call->account.name, write_password, call);
        end_table(&call->out);
        write_form(call, made);
        return r;
}

static int reply(OfficeCall *call, const Made *made)
{
        office_begin(call, OFFICE_PROGRAMS, call->access->programs_title);
        int r = write_addresses(call);
        if (r == 0)
                r = write_passwords(call, made);
        office_end(call);
        return r != 0 ? r : office_reply(call, made->faults.n > 0 ? 400 : 200);
}

static int store_password(OfficeCall *call, Made *made)
{
        char hash[HASH_HEX_SIZE];
        AccountToken token = { .read_only = *office_form(call, "read-only"), .created = call->now };
        strcpy(token.account, call->account.name);
        strcpy(token.label, office_form(call, "label"));
        int r = app_password_make(made->password);
        if (r != 0)
                return r;
        app_password_hash(made->password, hash);
        r = account_token_add(call->store, &token, hash);
        explicit_bzero(hash, sizeof(hash));
        if (r != 0)
                explicit_bzero(made->password, sizeof(made->password));
        return r;
}

static int make_password(OfficeCall *call)
{
        CLEANUP(made_done) Made made = { .password = "" };
        if (!account_label_is_valid(office_form(call, "label"))) {
                form_fault(&made.faults, "label", call->access->password_bad_label);
                return reply(call, &made);
        }
        int r = store_password(call, &made);
        if (r == STORE_E_CONFLICT)
                form_fault(&made.faults, "label", call->access->password_label_taken);
        else if (r != 0)
                return r;
        return reply(call, &made);
}

static int on_programs(OfficeCall *call)
{
        const char *revoked = office_form(call, "revoke");
        if (!office_is_post(call))
                return reply(call, &(Made){ .password = "" });
        if (!*revoked)
                return make_password(call);
        int r = account_token_remove(call->store, call->account.name, revoked);
        return r != 0 && r != STORE_E_NOT_FOUND ? r : office_redirect(call, PATH, "password-revoked");
}

const OfficeRow programs_page_rows[] = {
        { "programs", true, HTTP_GET | HTTP_POST, ACCOUNT_READER, on_programs },
        { NULL, false, 0, 0, NULL },
};
