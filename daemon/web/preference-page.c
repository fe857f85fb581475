/*
 * The page that a mail links to. It shows the event of the mail and the contact's listings and exceptions,
 * with buttons to change them.
 */

#include "base/text.h"
#include "web/preference.h"

#include <string.h>

/*
 * Writes a form with one button. It has no `action` attribute, so it is sent to the address of the page,
 * and the page need not contain the token.
 */
static void write_button(Buffer *out, const char *scope, const char *field, const char *value,
                const char *class, const char *label)
{
        buffer_puts(out, "<form method=\"post\">");
        if (field) {
                buffer_printf(out, "<input type=\"hidden\" name=\"%s\" value=\"", field);
                html_escape(out, value);
                buffer_puts(out, "\">");
        }
        buffer_printf(out, "<button class=\"%s\" name=\"scope\" value=\"%s\">", class, scope);
        html_escape(out, label);
        buffer_puts(out, "</button></form>\n");
}

static const char *name_of(const PageView *view, const char *name)
{
        return name && *name ? name : view->strings->unnamed_event;
}

/* Writes a button for each of the event's kinds that is configured and not muted. */
static void write_stop_kinds(Buffer *out, const Preference *preference)
{
        const PageView *view = &preference->view;
        for (size_t i = 0; preference->event && i < view->config->n_kinds; i++) {
                const char *kind = view->config->kinds[i].name;
                CLEANUP(buffer_done)
                Buffer word = BUFFER_INIT(256), label = BUFFER_INIT(4096), about = BUFFER_INIT(4096);
                buffer_printf(&word, ",%s,", kind);
                if (!strstr(preference->event->categories, buffer_text(&word)) ||
                                preference_is_kind_muted(preference, kind))
                        continue;
                page_write_about_kind(&about, view, kind);
                text_message(&label, view->tag, view->strings->stop_kind,
                                TEXT_ARGUMENTS({ "about", buffer_text(&about), 0 }));
                write_button(out, "kind", "kind", kind, "quiet", buffer_text(&label));
        }
}

static void write_about(Buffer *out, const Preference *preference)
{
        const PageView *view = &preference->view;
        if (!preference->mail->uid[0])
                return;
        if (!preference->event) {
                buffer_printf(out, "<p>%s</p>\n", view->strings->mail_event_deleted);
                return;
        }
        buffer_printf(out, "<p>%s<br><strong>", view->strings->mail_was_about);
        page_write_text(out, view, name_of(view, preference->event_name));
        buffer_puts(out, "</strong></p>\n");
}

static void write_stops(Buffer *out, const Preference *preference)
{
        const PageView *view = &preference->view;
        buffer_puts(out, "<div class=\"acts\">\n");
        if (preference->event && !preference_is_muted(preference, preference->mail->uid))
                write_button(out, "event", NULL, NULL, "quiet", view->strings->stop_event);
        write_stop_kinds(out, preference);
        write_button(out, "all", NULL, NULL, "quiet", view->strings->stop_all);
        buffer_puts(out, "</div>\n");
}

static void write_undo(Buffer *out, const Preference *preference, const char *scope, const char *field,
                const char *value, const char *name)
{
        buffer_puts(out, "<li><span>");
        page_write_text(out, &preference->view, name);
        buffer_puts(out, "</span>\n");
        write_button(out, scope, field, value, "quiet", preference->view.strings->undo);
        buffer_puts(out, "</li>\n");
}

static void write_exceptions(Buffer *out, const Preference *preference)
{
        const PageView *view = &preference->view;
        if (preference->n_muted + preference->n_muted_kinds == 0)
                return;
        buffer_printf(out, "<section class=\"card\">\n<h2>%s</h2>\n<ul class=\"undo\">\n",
                        view->strings->exceptions);
        for (size_t i = 0; i < preference->n_muted_kinds; i++) {
                const char *kind = preference->muted_kinds[i];
                write_undo(out, preference, "undo-kind", "kind", kind, page_kind_title(view, kind));
        }
        for (size_t i = 0; i < preference->n_muted; i++)
                write_undo(out, preference, "undo-event", "event", preference->muted[i].uid,
                                name_of(view, preference->muted[i].name));
        buffer_puts(out, "</ul>\n</section>\n");
}

static void write_stopped(Buffer *out, const Preference *preference)
{
        const PageView *view = &preference->view;
        buffer_printf(out, "<p>%s</p>\n", view->strings->done_stop_all);
        write_button(out, "restore", NULL, NULL, "", view->strings->resume_all);
}

void preference_write(Buffer *out, const Preference *preference, const char *notice)
{
        const PageView *view = &preference->view;
        PageHead head = { .title = view->strings->preferences_title, .noindex = true };
        page_begin(out, view, &head);
        page_write_notice(out, notice);
        if (card_reminders_off(preference->card))
                buffer_printf(out, "<p>%s</p>\n", view->strings->off_by_office);
        write_about(out, preference);
        if (preference->is_stopped) {
                write_stopped(out, preference);
        } else {
                write_stops(out, preference);
                write_exceptions(out, preference);
                preference_write_form(out, preference);
        }
        page_end(out, view, &head);
}
