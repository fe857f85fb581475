#include "office/event-mail-page.h"

#include "base/html.h"
#include "office/collections.h"
#include "office/event-edit.h"
#include "office/event-links.h"
#include "office/event-load.h"
#include "office/layout.h"
#include "office/write.h"
#include "remind/reminder-preview.h"
#include "web/page.h"

typedef struct EventMailPage {
        OfficeCall *call;
        ObjectRecord *record;
        Event *event;
        Buffer books, calendars; /* that the account may read */
        ReminderPreview preview;
} EventMailPage;

static void mail_page_done(EventMailPage *page)
{
        object_record_free(page->record);
        event_free(page->event);
        buffer_done(&page->books);
        buffer_done(&page->calendars);
        reminder_preview_done(&page->preview);
}

static int find_mails(EventMailPage *page)
{
        OfficeCall *call = page->call;
        int r = collections_readable(call, true, &page->books);
        if (r == 0)
                r = collections_readable(call, false, &page->calendars);
        const ReminderPreviewScope scope = { page->record, buffer_text(&page->books),
                buffer_text(&page->calendars), call->now };
        return r == 0 ? reminder_preview_find(call->store, call->view.config, &scope, &page->preview) : r;
}

static int write_counts(const EventMailPage *page)
{
        OfficeCall *call = page->call;
        buffer_puts(&call->out, "<p><strong>");
        int r = write_message(call, call->strings->event_mail_count,
                        TEXT_ARGUMENTS({ "n", NULL, (int64_t)page->preview.n_recipients }));
        buffer_puts(&call->out, "</strong></p>\n");
        write_reasons(call, page->preview.n_reasons);
        return r;
}

/* Says how many parts are in no mail to somebody who is listed for the event alone. */
static int write_unpublished(const EventMailPage *page)
{
        OfficeCall *call = page->call;
        CLEANUP(parts_done) Parts parts = { .n = 0 };
        int64_t n = 0;
        int r = event_edit_parts(call, page->record->uid, &parts);
        for (size_t i = 0; i < parts.n; i++)
                n += event_class(parts.items[i].event) != EVENT_PUBLIC;
        if (r != 0 || n == 0)
                return r;
        buffer_puts(&call->out, "<p>");
        r = write_message(call, call->strings->event_mail_unpublished, TEXT_ARGUMENTS({ "n", NULL, n }));
        buffer_puts(&call->out, "</p>\n");
        return r;
}

static void write_mails(const EventMailPage *page)
{
        OfficeCall *call = page->call;
        bool has_mail = false;
        for (int i = 0; i < LANGUAGES_N; i++) {
                Language language = page_view_language(&call->view, i);
                if (page->preview.mail[language].len == 0)
                        continue;
                has_mail = true;
                buffer_printf(&call->out, "<section><h2>%s · %s</h2>\n<div class=\"card\"><pre lang=\"%s\">",
                                call->strings->notify_mail, web_strings(language)->name,
                                language_tag(language));
                html_escape(&call->out, buffer_text(&page->preview.mail[language]));
                buffer_puts(&call->out, "</pre></div></section>\n");
        }
        if (!has_mail)
                buffer_printf(&call->out, "<p class=\"nothing\">%s</p>\n", call->strings->event_mail_none);
}

static int run(EventMailPage *page)
{
        OfficeCall *call = page->call;
        int r = event_load(call, call->rest, &page->record, &page->event);
        if (r == 0)
                r = find_mails(page);
        if (r != 0)
                return r == EVENT_E_INVALID ? OFFICE_E_NOT_FOUND : r;
        office_begin(call, OFFICE_EVENTS, call->strings->event_mail_title);
        buffer_puts(&call->out, "<p><a href=\"");
        event_links_write(&call->out, "event", page->record->uid);
        buffer_puts(&call->out, "\">");
        page_write_text(&call->out, &call->view,
                        *page->record->name ? page->record->name : call->view.strings->untitled);
        buffer_puts(&call->out, "</a></p>\n");
        r = write_counts(page);
        if (r == 0)
                r = write_unpublished(page);
        buffer_printf(&call->out, "<p class=\"note\">%s <a href=\"/office/texts\">%s</a></p>\n",
                        call->strings->event_mail_note, call->strings->texts_title);
        write_mails(page);
        office_end(call);
        return r != 0 ? r : office_reply(call, 200);
}

static int on_event_mail(OfficeCall *call)
{
        CLEANUP(mail_page_done)
        EventMailPage page = { .call = call,
                .books = BUFFER_INIT(COLLECTIONS_MAX_BYTES),
                .calendars = BUFFER_INIT(COLLECTIONS_MAX_BYTES) };
        reminder_preview_init(&page.preview);
        return run(&page);
}

const OfficeRow event_mail_page_rows[] = {
        { "event-mail/", false, HTTP_GET, ACCOUNT_EDITOR, on_event_mail },
        { NULL, false, 0, 0, NULL },
};
