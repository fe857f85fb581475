#include "office/layout.h"

#include "office/flash.h"
#include "office/form.h"
#include "web/page.h"

#include <string.h>

static const struct {
        OfficeSection section;
        const char *path;
        OfficeWord title;
        AccountRole role;
} sections[] = {
        { OFFICE_EVENTS, "/office/events", OFFICE_WORD(section_events), ACCOUNT_READER },
        { OFFICE_DRAFT, "/office/draft", OFFICE_WORD(draft_title), ACCOUNT_EDITOR },
        { OFFICE_MEETINGS, "/office/meetings", OFFICE_WORD(section_meetings), ACCOUNT_EDITOR },
        { OFFICE_PEOPLE, "/office/people", OFFICE_WORD(section_people), ACCOUNT_EDITOR },
        { OFFICE_MAILS, "/office/mails", OFFICE_WORD(section_mails), ACCOUNT_EDITOR },
        { OFFICE_ANNOUNCEMENTS, "/office/announcements", OFFICE_WORD(section_announcements),
                        ACCOUNT_EDITOR },
        { OFFICE_PLACES, "/office/places", OFFICE_WORD(section_places), ACCOUNT_READER },
        { OFFICE_PROGRAMS, "/office/programs", OFFICE_WORD(section_programs), ACCOUNT_READER },
};

static void write_head(OfficeCall *call, const char *title)
{
        Buffer *out = &call->out;
        buffer_printf(out,
                        "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
                        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                        "<meta name=\"color-scheme\" content=\"light dark\">\n<title>",
                        call->view.tag);
        html_escape(out, title);
        buffer_puts(out, " · ");
        html_escape(out, page_title(&call->view));
        buffer_printf(out,
                        "</title>\n<meta name=\"robots\" content=\"noindex\">\n"
                        "<link rel=\"stylesheet\" href=\"%s\">\n<link rel=\"stylesheet\" href=\"%s\">\n"
                        "<link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">\n</head>\n",
                        style_path(call->view.style), assets_path(call->parts->assets));
}

static void write_navigation(OfficeCall *call, OfficeSection current)
{
        Buffer *out = &call->out;
        buffer_printf(out, "<nav class=\"sections\" aria-label=\"%s\"><ul>\n", call->strings->sections);
        for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++)
                if (office_may(call, sections[i].role))
                        buffer_printf(out, "<li><a href=\"%s\"%s>%s</a></li>\n", sections[i].path,
                                        sections[i].section == current ? " aria-current=\"page\"" : "",
                                        office_word(call->strings, sections[i].title));
        buffer_puts(out, "</ul></nav>\n");
}

/* Writes a link to the same page in each other language. Its query is lost: a form is never left by it. */
static void write_languages(OfficeCall *call)
{
        Buffer *out = &call->out;
        buffer_printf(out, "<nav class=\"language\" aria-label=\"%s\"><ul>\n", call->view.strings->language);
        for (int i = 0; i < LANGUAGES_N; i++) {
                Language language = page_view_language(&call->view, i);
                const char *tag = language_tag(language);
                buffer_printf(out,
                                "<li><a href=\"?lang=%s\" lang=\"%s\" hreflang=\"%s\" title=\"%s\"%s>%s</a></li>\n",
                                tag, tag, tag, web_strings(language)->name,
                                language == call->view.language ? " aria-current=\"true\"" : "",
                                web_strings(language)->short_name);
        }
        buffer_puts(out, "</ul></nav>\n");
}

static void write_account(OfficeCall *call, OfficeSection current)
{
        Buffer *out = &call->out;
        buffer_printf(out, "<div class=\"account\"><a href=\"/office/sessions\"%s>",
                        current == OFFICE_SESSIONS ? " aria-current=\"page\"" : "");
        html_escape(out, call->account.name);
        buffer_puts(out, "</a>\n");
        form_button(call, "/office/logout", "quiet", call->strings->sign_out);
        buffer_puts(out, "</div>\n");
}

void office_begin(OfficeCall *call, OfficeSection section, const char *title)
{
        Buffer *out = &call->out;
        write_head(call, title);
        buffer_printf(out,
                        "<body class=\"office\">\n<a class=\"skip\" href=\"#main\">%s</a>\n"
                        "<header class=\"top\">\n<div class=\"wrap\">\n<a class=\"brand\" href=\"/\">",
                        call->view.strings->skip);
        page_write_text(out, &call->view, page_title(&call->view));
        buffer_puts(out, "</a>\n");
        if (call->account.name[0]) {
                write_navigation(call, section);
                write_account(call, section);
        }
        write_languages(call);
        buffer_puts(out, "</div>\n</header>\n<main id=\"main\" class=\"wrap\">\n<h1>");
        html_escape(out, title);
        buffer_puts(out, "</h1>\n");
        flash_write(call);
}

void office_end(OfficeCall *call)
{
        buffer_puts(&call->out, "</main>\n</body>\n</html>\n");
}

int office_reply_error(OfficeCall *call, int status, const char *text)
{
        buffer_reset(&call->out);
        office_begin(call, OFFICE_NO_SECTION, text);
        buffer_printf(&call->out, "<p><a class=\"button\" href=\"/office/\">%s</a></p>\n",
                        call->strings->to_start);
        office_end(call);
        return office_reply(call, status);
}
