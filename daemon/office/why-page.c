#include "office/why-page.h"

#include "base/html.h"
#include "letter/strings.h"
#include "office/event-links.h"
#include "office/event-load.h"
#include "office/form.h"
#include "office/layout.h"
#include "office/listing.h"
#include "office/mail-row.h"
#include "office/mail-scope.h"
#include "office/person-load.h"
#include "office/write.h"
#include "remind/why.h"
#include "store/ledger.h"
#include "web/page.h"

enum { REMINDERS_MAX = 10, ROWS_MAX = 20, ENOUGH = 1 };

typedef struct WhyPage {
        OfficeCall *call;
        ObjectRecord *contact, *record;
        Card *card;
        Event *event;
        int n, n_mails;
} WhyPage;

static void why_page_done(WhyPage *page)
{
        object_record_free(page->contact);
        object_record_free(page->record);
        card_free(page->card);
        event_free(page->event);
}

static int write_reminder(const Reminder *reminder, WhyState state, void *userdata)
{
        WhyPage *page = userdata;
        OfficeCall *call = page->call;
        const char *const words[] = {
                [WHY_TO_COME] = call->strings->why_to_come,
                [WHY_DUE] = call->strings->why_due,
                [WHY_BEFORE_START] = call->strings->why_before_start,
        };
        if (page->n++ == REMINDERS_MAX)
                return ENOUGH;
        buffer_puts(&call->out, "<li>");
        write_time(call, reminder->fire);
        buffer_printf(&call->out, ": %s</li>\n", words[state]);
        return 0;
}

static int write_reminders(WhyPage *page, const WhyQuestion *question)
{
        OfficeCall *call = page->call;
        buffer_printf(&call->out, "<p>%s</p>\n<ul>\n", call->strings->why_reminders);
        int r = why_reminders_each(question, write_reminder, page);
        buffer_puts(&call->out, "</ul>\n");
        if (page->n == 0)
                buffer_printf(&call->out, "<p>%s</p>\n", call->strings->why_nothing_to_come);
        return r == ENOUGH ? 0 : r;
}

static int write_answer(WhyPage *page)
{
        OfficeCall *call = page->call;
        const WhyQuestion question = { .store = call->store,
                .config = call->view.config,
                .contact = page->contact,
                .card = page->card,
                .record = page->record,
                .event = page->event,
                .now = call->now };
        MailReason reason = MAIL_REASON_NONE;
        int r = why_not(&question, &reason);
        buffer_puts(&call->out, "<section class=\"card\"><h2>");
        listing_write(call, SUBSCRIBE_EVENT, page->record->uid);
        buffer_puts(&call->out, "</h2>\n");
        if (r == 0 && reason) {
                buffer_printf(&call->out, "<p><strong>%s</strong>: ", call->strings->person_no_mail);
                html_escape(&call->out, reason == MAIL_REASON_POINTLESS
                                                        ? call->strings->why_over
                                                        : letter_reason(call->view.tag, reason));
                buffer_puts(&call->out, "</p>\n");
        } else if (r == 0) {
                r = write_reminders(page, &question);
        }
        buffer_puts(&call->out, "</section>\n");
        return r;
}

static void begin_mails(OfficeCall *call)
{
        const OfficeStrings *strings = call->strings;
        buffer_printf(&call->out,
                        "<h2>%s</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table class=\"rows\">\n<thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th></tr></thead>\n<tbody>\n",
                        strings->section_mails, strings->section_mails, strings->when, strings->mail_what,
                        strings->state, strings->mail_reason);
}

static int write_mail(const MailRecord *mail, void *userdata)
{
        WhyPage *page = userdata;
        if (page->n_mails++ == 0)
                begin_mails(page->call);
        mail_row_write(page->call, mail, false);
        return 0;
}

static int write_mails(WhyPage *page)
{
        OfficeCall *call = page->call;
        CLEANUP(mail_scope_done) MailScope scope;
        int r = mail_scope_init(&scope, call, ACCOUNT_READ);
        const LedgerSearch search = { .contact = page->contact->id,
                .uid = page->record ? page->record->uid : NULL,
                .scope = scope.scope };
        if (r == 0)
                r = ledger_search(call->store, &search, ROWS_MAX, write_mail, page);
        if (page->n_mails > 0)
                buffer_puts(&call->out, "</tbody></table></div>\n");
        else
                buffer_printf(&call->out, "<p class=\"nothing\">%s</p>\n", call->strings->mails_none);
        return r;
}

static int on_why(OfficeCall *call)
{
        CLEANUP(why_page_done) WhyPage page = { .call = call };
        const char *uid = office_query(call, "event");
        int r = person_load(call, call->rest, &page.contact, &page.card);
        if (r == 0 && *uid)
                r = event_load(call, uid, &page.record, &page.event);
        if (r != 0)
                return r;
        office_begin(call, OFFICE_MAILS, call->strings->why_title);
        buffer_puts(&call->out, "<p><a href=\"");
        event_links_write(&call->out, "person", page.contact->uid);
        buffer_puts(&call->out, "\">");
        page_write_text(&call->out, &call->view, page.contact->name);
        buffer_puts(&call->out, "</a></p>\n<form class=\"bar-form\">\n");
        r = listing_event_select(call, "event", uid, call->strings->why_event, call->strings->listed_choose);
        form_submit(call, NULL, NULL, "quiet", call->strings->why_show);
        form_end(call);
        if (r == 0 && page.event)
                r = write_answer(&page);
        if (r == 0)
                r = write_mails(&page);
        office_end(call);
        return r != 0 ? r : office_reply(call, 200);
}

const OfficeRow why_page_rows[] = {
        { "why/", false, HTTP_GET, ACCOUNT_EDITOR, on_why },
        { NULL, false, 0, 0, NULL },
};
