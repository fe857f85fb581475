#include "office/event-mail-page.h"

#include "base/html.h"
#include "letter/strings.h"
#include "office/collections.h"
#include "office/event-links.h"
#include "office/event-load.h"
#include "office/layout.h"
#include "office/write.h"
#include "remind/announce.h"
#include "remind/reminder-preview.h"
#include "web/page.h"

#include <string.h>

enum { MAIL_BYTES = 1024 * 1024, CARDS_MAX = 200 };

typedef struct EventMailPage {
        OfficeCall *call;
        ObjectRecord *record;
        Event *event;
        Buffer books; /* the address books that the account may read */
        AnnounceRecipients people;
        Buffer mail[LANGUAGES_N]; /* the first one in each language */
        bool has_mail;
} EventMailPage;

static void mail_page_done(EventMailPage *page)
{
        object_record_free(page->record);
        event_free(page->event);
        buffer_done(&page->books);
        announce_recipients_done(&page->people);
        for (int i = 0; i < LANGUAGES_N; i++)
                buffer_done(&page->mail[i]);
}

/* Composes the mail to a contact, if none in its language was composed yet. */
static int add_mail(EventMailPage *page, int64_t id)
{
        const OfficeCall *call = page->call;
        CLEANUP(object_record_freep) ObjectRecord *contact = NULL;
        CLEANUP(card_freep) Card *card = NULL;
        int r = object_get_by_id(call->store, id, &contact);
        if (r == 0)
                r = card_parse(contact->text, contact->len, &card, NULL);
        if (r != 0)
                return r == STORE_E_NOT_FOUND || r == CARD_E_INVALID ? 0 : r;
        const char *tag = card_language(card);
        Language language = language_of(tag ? tag : call->view.config->language);
        if (page->mail[language].len > 0)
                return 0;
        r = reminder_preview(call->store, call->view.config, page->record, contact, call->now,
                        &page->mail[language]);
        page->has_mail = page->has_mail || r == 0;
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

static int find_mails(EventMailPage *page)
{
        OfficeCall *call = page->call;
        const Announcement scope = { .scope = ANNOUNCE_EVENT, .target = page->record->uid };
        int r = collections_readable(call, true, &page->books);
        if (r == 0)
                r = announce_find(call->store, &scope, buffer_text(&page->books), NULL, 0, &page->people);
        for (size_t i = 0; r == 0 && i < page->people.n && i < CARDS_MAX; i++)
                r = add_mail(page, page->people.contacts[i]);
        return r;
}

static int write_counts(const EventMailPage *page)
{
        OfficeCall *call = page->call;
        buffer_puts(&call->out, "<p><strong>");
        int r = write_message(call, call->strings->event_mail_count,
                        TEXT_ARGUMENTS({ "n", NULL, (int64_t)page->people.n }));
        buffer_puts(&call->out, "</strong></p>\n<ul>\n");
        for (int i = 1; i < MAIL_N_REASONS; i++)
                if (page->people.n_reasons[i] > 0) {
                        buffer_printf(&call->out, "<li>%s: %zu, ", call->strings->announce_without,
                                        page->people.n_reasons[i]);
                        html_escape(&call->out, letter_reason(call->view.tag, (MailReason)i));
                        buffer_puts(&call->out, "</li>\n");
                }
        buffer_puts(&call->out, "</ul>\n");
        return r;
}

static void write_mails(const EventMailPage *page)
{
        OfficeCall *call = page->call;
        for (int i = 0; i < LANGUAGES_N; i++) {
                Language language = page_view_language(&call->view, i);
                if (page->mail[language].len == 0)
                        continue;
                buffer_printf(&call->out, "<section><h2>%s · %s</h2>\n<div class=\"card\"><pre lang=\"%s\">",
                                call->strings->notify_mail, web_strings(language)->name,
                                language_tag(language));
                html_escape(&call->out, buffer_text(&page->mail[language]));
                buffer_puts(&call->out, "</pre></div></section>\n");
        }
        if (!page->has_mail)
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
        buffer_printf(&call->out, "<p class=\"note\">%s <a href=\"/office/texts\">%s</a></p>\n",
                        call->strings->event_mail_note, call->strings->texts_title);
        write_mails(page);
        office_end(call);
        return r != 0 ? r : office_reply(call, 200);
}

static int on_event_mail(OfficeCall *call)
{
        CLEANUP(mail_page_done)
        EventMailPage page = { .call = call, .books = BUFFER_INIT(COLLECTIONS_MAX_BYTES) };
        for (int i = 0; i < LANGUAGES_N; i++)
                page.mail[i] = BUFFER_INIT(MAIL_BYTES);
        return run(&page);
}

const OfficeRow event_mail_page_rows[] = {
        { "event-mail/", false, HTTP_GET, ACCOUNT_EDITOR, on_event_mail },
        { NULL, false, 0, 0, NULL },
};
