#include "office/mails-page.h"

#include "base/html.h"
#include "base/url.h"
#include "office/day-text.h"
#include "office/form.h"
#include "office/layout.h"
#include "office/listing.h"
#include "office/mail-row.h"
#include "office/mail-scope.h"
#include "office/mail-words.h"
#include "remind/announce.h"
#include "store/address.h"
#include "store/object.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE_ROWS = 50, DAY_SECONDS = 86400 };

typedef struct MailsPage {
        OfficeCall *call;
        FormFaults faults;
        LedgerSearch search;
        MailScope scope;
        const char *state, *day, *person;
        int n;
        int64_t last;
} MailsPage;

static void mails_page_done(MailsPage *page)
{
        form_faults_done(&page->faults);
        mail_scope_done(&page->scope);
}

/* ---- The filters ---- */

static void read_day(MailsPage *page)
{
        const OfficeCall *call = page->call;
        const Zone *zone = call->view.zone ? call->view.zone : call->view.config->time_zone;
        CivilTime day;
        if (!*page->day)
                return;
        if (!day_text_read(page->day, &day)) {
                form_fault(&page->faults, "day", call->strings->bad_day);
                return;
        }
        CivilTime next = civil_from_days(civil_days(day.year, day.month, day.day) + 1);
        page->search.from = zone_to_instant(zone, &day) * USEC_PER_SEC;
        page->search.to = zone_to_instant(zone, &next) * USEC_PER_SEC;
}

/* A person that the account may not read is as one that is not there. */
static int hide_person(MailsPage *page)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = object_get_by_id(page->call->store, page->search.contact, &record);
        if (r == 0)
                r = office_may_read(page->call, record->collection);
        if (r == OFFICE_E_FORBIDDEN || r == STORE_E_NOT_FOUND)
                page->search.contact = 0;
        return r == OFFICE_E_FORBIDDEN || r == STORE_E_NOT_FOUND ? 0 : r;
}

/* A person is named by a mail address, or by the UID of the card in links. */
static int read_person(MailsPage *page)
{
        OfficeCall *call = page->call;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        if (!*page->person)
                return 0;
        int r = object_find(call->store, page->person, &record);
        if (r == 0 && record->kind == OBJECT_CARD)
                page->search.contact = record->id;
        else if (r == 0 || r == STORE_E_NOT_FOUND)
                r = address_find_in(
                                call->store, page->person, page->scope.scope.books, &page->search.contact);
        if (r == 0 && page->search.contact != 0)
                r = hide_person(page);
        if (r == 0 && page->search.contact == 0)
                form_fault(&page->faults, "person", call->strings->mails_no_person);
        return r;
}

static int read_search(MailsPage *page)
{
        OfficeCall *call = page->call;
        const char *uid = office_query(call, "event");
        page->state = office_query(call, "state");
        page->day = office_query(call, "day");
        page->person = office_query(call, "person");
        page->search = (LedgerSearch){ .uid = *uid ? uid : NULL,
                .before = strtoll(office_query(call, "before"), NULL, 10),
                .scope = page->scope.scope };
        for (MailState i = MAIL_PENDING; i <= MAIL_PARKED; i++)
                if (strcmp(mail_state_name(i), page->state) == 0)
                        page->search.state = i;
        read_day(page);
        return read_person(page);
}

static int write_filters(MailsPage *page)
{
        OfficeCall *call = page->call;
        const OfficeStrings *strings = call->strings;
        FormChoice states[MAIL_PARKED + 1] = { { "", strings->all_states, call->view.tag } };
        for (MailState i = MAIL_PENDING; i <= MAIL_PARKED; i++)
                states[i] = (FormChoice){ mail_state_name(i), mail_words_of_state(call, i), call->view.tag };
        buffer_puts(&call->out, "<form class=\"bar-form\" method=\"get\" role=\"search\">\n");
        form_field(call, &page->faults,
                        &(FormField){ .name = "person",
                                        .label = strings->mails_person,
                                        .value = page->person,
                                        .type = "search" });
        int r = listing_event_select(call, "event", page->search.uid ? page->search.uid : "",
                        strings->listed_event, strings->mails_all_events);
        form_select(call, NULL,
                        &(FormField){ .name = "state", .label = strings->state, .value = page->state },
                        states, MAIL_PARKED + 1);
        form_field(call, &page->faults,
                        &(FormField){ .name = "day",
                                        .label = strings->mails_day,
                                        .value = page->day,
                                        .type = "date" });
        form_submit(call, NULL, NULL, NULL, strings->show);
        buffer_puts(&call->out, "</form>\n");
        return r;
}

/* ---- The numbers of an event ---- */

static void write_number(OfficeCall *call, const char *label, int64_t n)
{
        buffer_printf(&call->out, "<dt>%s</dt><dd><p>%" PRId64 "</p></dd>\n", label, n);
}

static int write_numbers(MailsPage *page)
{
        OfficeCall *call = page->call;
        const OfficeStrings *strings = call->strings;
        const Announcement scope = { .scope = ANNOUNCE_EVENT, .target = page->search.uid };
        AnnounceRecipients people = { .n = 0 };
        int64_t counts[MAIL_PARKED + 1], returned;
        size_t listed = 0, refused = 0;
        CLEANUP(object_record_freep) ObjectRecord *event = NULL;
        int r = object_find(call->store, page->search.uid, &event);
        if (r == 0)
                r = office_may_read(call, event->collection);
        if (r != 0)
                return r == STORE_E_NOT_FOUND || r == OFFICE_E_FORBIDDEN ? 0 : r;
        r = announce_find(call->store, &scope, page->scope.scope.books, NULL, 0, &people);
        for (int i = 0; i < MAIL_N_REASONS; i++)
                listed += people.n_reasons[i];
        refused = people.n_reasons[MAIL_REASON_OPTED_OUT] + people.n_reasons[MAIL_REASON_STOPPED] +
                  people.n_reasons[MAIL_REASON_EVENT_MUTED] + people.n_reasons[MAIL_REASON_KIND_MUTED];
        listed += people.n;
        announce_recipients_done(&people);
        if (r == 0)
                r = ledger_event_counts(call->store, page->search.uid, counts, &returned);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        buffer_puts(&call->out, "<dl class=\"facts-list card numbers\">\n");
        write_number(call, strings->mails_listed, (int64_t)listed);
        write_number(call, strings->mails_opted_out, (int64_t)refused);
        write_number(call, strings->mail_sent, counts[MAIL_SENT] - returned);
        write_number(call, strings->mail_returned, returned);
        for (MailState i = MAIL_PENDING; i <= MAIL_PARKED; i++)
                if (i != MAIL_SENT && (counts[i] > 0 || i == MAIL_FAILED))
                        write_number(call, mail_words_of_state(call, i), counts[i]);
        buffer_puts(&call->out, "</dl>\n");
        return 0;
}

/* ---- The list ---- */

static int write_mail(const MailRecord *mail, void *userdata)
{
        MailsPage *page = userdata;
        if (page->n++ == PAGE_ROWS)
                return 0;
        page->last = mail->id;
        mail_row_write(page->call, mail, true);
        return 0;
}

static void write_link(MailsPage *page, int64_t before, const char *label)
{
        const struct {
                const char *name, *value;
        } fields[] = { { "event", page->search.uid ? page->search.uid : "" }, { "person", page->person },
                { "state", page->state }, { "day", page->day } };
        Buffer *out = &page->call->out;
        buffer_printf(out, "<a class=\"button quiet\" href=\"?before=%" PRId64, before);
        for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
                buffer_printf(out, "&amp;%s=", fields[i].name);
                url_escape(out, fields[i].value);
        }
        buffer_printf(out, "\">%s</a>\n", label);
}

static void write_turns(MailsPage *page)
{
        OfficeCall *call = page->call;
        if (!page->search.before && page->n <= PAGE_ROWS)
                return;
        buffer_printf(&call->out, "<nav class=\"turns\" aria-label=\"%s\">\n", call->strings->pages);
        if (page->search.before)
                write_link(page, 0, call->strings->people_first);
        if (page->n > PAGE_ROWS)
                write_link(page, page->last, call->strings->people_next);
        buffer_puts(&call->out, "</nav>\n");
}

static int write_table(MailsPage *page)
{
        OfficeCall *call = page->call;
        const OfficeStrings *strings = call->strings;
        buffer_printf(&call->out,
                        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table class=\"rows\">\n<thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th></tr></thead>\n<tbody>\n",
                        strings->section_mails, strings->when, strings->mail_what, strings->mail_to,
                        strings->state, strings->mail_reason);
        int r = ledger_search(call->store, &page->search, PAGE_ROWS + 1, write_mail, page);
        buffer_puts(&call->out, "</tbody></table></div>\n");
        if (page->n == 0)
                buffer_printf(&call->out, "<p class=\"nothing\">%s</p>\n", strings->mails_none);
        return r;
}

static int on_mails(OfficeCall *call)
{
        CLEANUP(mails_page_done) MailsPage page = { .call = call };
        int r = mail_scope_init(&page.scope, call, ACCOUNT_READ);
        if (r != 0)
                return r;
        r = read_search(&page);
        office_begin(call, OFFICE_MAILS, call->strings->section_mails);
        buffer_printf(&call->out,
                        "<p class=\"acts\"><a class=\"button quiet\" href=\"/office/texts\">%s</a></p>\n",
                        call->strings->texts_title);
        form_faults(call, &page.faults);
        if (r == 0)
                r = write_filters(&page);
        if (r == 0 && page.search.uid)
                r = write_numbers(&page);
        if (r == 0 && page.faults.n == 0)
                r = write_table(&page);
        write_turns(&page);
        office_end(call);
        return r != 0 ? r : office_reply(call, 200);
}

const OfficeRow mails_page_rows[] = {
        { "mails", true, HTTP_GET, ACCOUNT_EDITOR, on_mails },
        { NULL, false, 0, 0, NULL },
};
