#include "office/sessions-page.h"

#include "base/html.h"
#include "base/text.h"
#include "office/form.h"
#include "office/layout.h"
#include "office/write.h"

#include <string.h>

#define PATH "/office/sessions"

static const char *role_word(const OfficeCall *call)
{
        return call->account.role == ACCOUNT_ADMIN    ? call->access->role_admin
               : call->account.role == ACCOUNT_EDITOR ? call->access->role_editor
                                                      : call->access->role_reader;
}

static int write_session(const Session *session, void *userdata)
{
        OfficeCall *call = userdata;
        Buffer *out = &call->out;
        bool is_this = strncmp(call->hash, session->handle, strlen(session->handle)) == 0;
        buffer_puts(out, "<tr><th scope=\"row\">");
        html_escape(out, session->agent[0] ? session->agent : "?");
        if (is_this)
                buffer_printf(out, " <span class=\"badge\">%s</span>", call->access->session_this);
        buffer_puts(out, "</th><td>");
        html_escape(out, session->client);
        buffer_puts(out, "</td><td>");
        write_time(call, session->created);
        buffer_puts(out, "</td><td>");
        write_time(call, is_this ? call->now : session->used);
        buffer_puts(out, "</td><td>");
        if (!is_this) {
                form_begin(call, PATH, "one");
                form_submit(call, "end", session->handle, "quiet", call->access->session_end);
                form_end(call);
        }
        buffer_puts(out, "</td></tr>\n");
        return 0;
}

/* Writes whether the login has a second step, with a link to its page. */
static void write_factor(OfficeCall *call)
{
        const AccessStrings *access = call->access;
        buffer_printf(&call->out, "<h2>%s</h2>\n<p>%s · <a href=\"/office/second-factor\">%s</a></p>\n",
                        access->factor_title,
                        call->account.has_second_factor ? access->factor_is_on : access->factor_is_off,
                        access->factor_change);
}

static int write_page(OfficeCall *call)
{
        Buffer *out = &call->out;
        const AccessStrings *access = call->access;
        office_begin(call, OFFICE_SESSIONS, access->sessions_title);
        buffer_puts(out, "<p>");
        int r = text_message(out, call->view.tag, access->sessions_role,
                        TEXT_ARGUMENTS({ "role", role_word(call), 0 }));
        buffer_printf(out,
                        "</p>\n<p class=\"note\">%s</p>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table class=\"rows\">\n"
                        "<thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th>"
                        "<th scope=\"col\">%s</th><td></td></tr></thead>\n<tbody>\n",
                        access->sessions_note, access->sessions_title, access->session_browser,
                        access->session_client, access->session_since, access->session_used);
        if (r == 0)
                r = session_each(call->store, call->account.name, call->now, write_session, call);
        buffer_puts(out, "</tbody>\n</table></div>\n");
        form_begin(call, PATH, "acts");
        form_submit(call, "others", "1", "quiet", access->sessions_end);
        form_end(call);
        write_factor(call);
        office_end(call);
        return r;
}

static int on_get(OfficeCall *call)
{
        int r = write_page(call);
        return r != 0 ? r : office_reply(call, 200);
}

static int on_post(OfficeCall *call)
{
        if (*office_form(call, "others")) {
                int r = session_end_others(call->store, call->account.name, call->hash);
                return r != 0 ? r : office_redirect(call, PATH, "sessions-ended");
        }
        int r = session_end_of(call->store, call->account.name, office_form(call, "end"));
        return r != 0 && r != STORE_E_NOT_FOUND ? r : office_redirect(call, PATH, "session-ended");
}

static int on_sessions(OfficeCall *call)
{
        return office_is_post(call) ? on_post(call) : on_get(call);
}

const OfficeRow sessions_page_rows[] = {
        { "sessions", true, HTTP_GET | HTTP_POST, ACCOUNT_READER, on_sessions },
        { NULL, false, 0, 0, NULL },
};
