#include "office/notify-page.h"

#include "base/html.h"
#include "office/form.h"
#include "office/layout.h"
#include "office/write.h"

#include <string.h>

enum { NAME_BYTES = 256 };

static void write_field(const char *name, const char *value, void *userdata)
{
        OfficeCall *call = userdata;
        if (strcmp(name, "csrf") != 0 && strcmp(name, "notify") != 0)
                form_hidden(call, name, value);
}

static int write_languages(OfficeCall *call, const NoticeCount *count)
{
        int r = 0;
        buffer_puts(&call->out, "<ul>\n");
        for (Language i = 0; r == 0 && i < LANGUAGES_N; i++) {
                CLEANUP(buffer_done) Buffer name = BUFFER_INIT(NAME_BYTES);
                if (count->in_language[i] == 0)
                        continue;
                buffer_puts(&call->out, "<li>");
                r = text_language_name(&name, call->view.tag, language_tag(i));
                if (r == 0)
                        r = write_message(call, call->strings->notify_language,
                                        TEXT_ARGUMENTS({ "language", buffer_text(&name), 0 },
                                                        { "n", NULL, count->in_language[i] }));
                buffer_puts(&call->out, "</li>\n");
        }
        buffer_puts(&call->out, "</ul>\n");
        return r;
}

static void write_mails(OfficeCall *call, const NoticePreview *preview)
{
        Buffer *out = &call->out;
        for (Language i = 0; i < LANGUAGES_N; i++) {
                if (preview->mail[i].len == 0)
                        continue;
                buffer_printf(out,
                                "<details class=\"card\" open><summary>%s · %s</summary>\n<pre lang=\"%s\">",
                                call->strings->notify_mail, web_strings(i)->name, language_tag(i));
                html_escape(out, buffer_text(&preview->mail[i]));
                buffer_puts(out, "</pre></details>\n");
        }
}

/* The mail that is shown is about the event; that to a contact tells of its parts, too. */
static int write_others(OfficeCall *call, const NoticePreview *preview)
{
        if (preview->n_events < 2)
                return 0;
        buffer_puts(&call->out, "<p class=\"note\">");
        int r = write_message(call, call->strings->notify_others,
                        TEXT_ARGUMENTS({ "n", NULL, preview->n_events - 1 }));
        buffer_puts(&call->out, "</p>\n");
        return r;
}

/* How many people hear of the change by an answer, and in which languages. */
static int write_count(OfficeCall *call, const char *pattern, const NoticeCount *count, int64_t n_listed)
{
        buffer_puts(&call->out, "<p>");
        int r = write_message(call, pattern,
                        TEXT_ARGUMENTS({ "n", NULL, count->n }, { "listed", NULL, n_listed }));
        buffer_puts(&call->out, "</p>\n");
        return r != 0 ? r : write_languages(call, count);
}

static void write_answers(OfficeCall *call, bool waits, bool has_rest)
{
        const OfficeStrings *strings = call->strings;
        if (waits)
                form_radio(call, "notify", NOTIFY_LATER, true, strings->notify_later);
        form_radio(call, "notify", NOTIFY_NOW, !waits, strings->notify_now);
        if (has_rest && waits)
                form_radio(call, "notify", NOTIFY_ALL_LATER, false, strings->notify_all_later);
        if (has_rest)
                form_radio(call, "notify", NOTIFY_ALL_NOW, false, strings->notify_all_now);
        form_radio(call, "notify", NOTIFY_NOBODY, false, strings->notify_nobody);
}

static int write_question(OfficeCall *call, const NoticePreview *preview)
{
        const OfficeStrings *strings = call->strings;
        bool waits = preview->first > call->now, has_rest = preview->rest.n > 0;
        int r = write_count(call, strings->notify_count, &preview->told, preview->n_listed);
        if (r == 0 && has_rest)
                r = write_count(call, strings->notify_rest, &preview->rest, preview->n_listed);
        form_begin(call, NULL, "form card");
        http_request_form_each(call->request, write_field, call);
        buffer_printf(&call->out, "<fieldset><legend>%s</legend>\n", strings->notify_whom);
        write_answers(call, waits, has_rest);
        buffer_puts(&call->out, "</fieldset>\n");
        if (waits) {
                buffer_printf(&call->out, "<p class=\"note\">%s ", strings->notify_waits_until);
                write_time(call, preview->first);
                buffer_puts(&call->out, ".</p>\n");
        }
        form_submit(call, NULL, NULL, NULL, strings->notify_do);
        form_end(call);
        return r;
}

int notify_page_ask(OfficeCall *call, const NoticePreview *preview)
{
        office_begin(call, OFFICE_EVENTS, call->strings->notify_title);
        int r = write_question(call, preview);
        buffer_printf(&call->out, "<p class=\"note\">%s</p>\n", call->strings->notify_back);
        if (r == 0)
                r = write_others(call, preview);
        write_mails(call, preview);
        office_end(call);
        return r != 0 ? r : office_reply(call, 200);
}
