#include "office/person-page.h"

#include "base/html.h"
#include "contact/structured.h"
#include "letter/strings.h"
#include "office/event-links.h"
#include "office/form.h"
#include "office/history-list.h"
#include "office/layout.h"
#include "office/person-actions.h"
#include "office/person-lists.h"
#include "office/person-load.h"
#include "office/write.h"
#include "people/export.h"
#include "remind/consent.h"
#include "store/optout.h"
#include "store/suppression.h"
#include "web/page.h"

#include <string.h>

enum { TEXT_BYTES = 256 * 1024, OK = 200, BAD = 422 };

typedef struct PersonPage {
        OfficeCall *call;
        ObjectRecord *record;
        Card *card;
        bool may_write;
        FormFaults faults; /* of the form that was sent, and is shown again */
} PersonPage;

static void person_page_done(PersonPage *page)
{
        object_record_free(page->record);
        card_free(page->card);
        form_faults_done(&page->faults);
}

/* ---- What the card says ---- */

/* The properties of the card that are shown, with all their lines. */
static const struct {
        const char *property;
        OfficeWord label;
} facts[] = {
        { "ORG", OFFICE_WORD(person_organisation) },
        { "TITLE", OFFICE_WORD(person_title) },
        { "EMAIL", OFFICE_WORD(person_email) },
        { "TEL", OFFICE_WORD(person_telephone) },
        { "NOTE", OFFICE_WORD(person_note) },
};

static void write_values(PersonPage *page, const char *property)
{
        OfficeCall *call = page->call;
        for (const ContentLine *line = NULL; (line = card_property_next(page->card, property, line));) {
                CLEANUP(buffer_done) Buffer text = BUFFER_INIT(TEXT_BYTES);
                if (strcmp(property, "ORG") == 0)
                        card_component(page->card, property, 0, &text);
                else
                        content_unescape(&text, line->value, line->value_len);
                const char *shown = buffer_text(&text);
                shown += strncmp(shown, "tel:", 4) == 0 ? 4 : 0;
                buffer_puts(&call->out, "<p>");
                page_write_text(&call->out, &call->view, shown);
                buffer_puts(&call->out, "</p>");
        }
}

static int write_language(PersonPage *page)
{
        OfficeCall *call = page->call;
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(TEXT_BYTES);
        const char *tag = card_language(page->card);
        int r = tag ? text_language_name(&name, call->view.tag, tag) : 0;
        if (!tag || r != 0)
                return r;
        buffer_printf(&call->out, "<dt>%s</dt><dd><p>", call->strings->person_language);
        html_escape(&call->out, buffer_text(&name));
        buffer_puts(&call->out, "</p></dd>\n");
        return 0;
}

static int write_facts(PersonPage *page)
{
        OfficeCall *call = page->call;
        buffer_puts(&call->out, "<dl class=\"facts-list card\">\n");
        for (size_t i = 0; i < sizeof(facts) / sizeof(*facts); i++) {
                const ContentLine *line = card_property(page->card, facts[i].property, 0);
                if (!line || line->value_len == 0)
                        continue;
                buffer_printf(&call->out, "<dt>%s</dt><dd>", office_word(call->strings, facts[i].label));
                write_values(page, facts[i].property);
                buffer_puts(&call->out, "</dd>\n");
        }
        int r = write_language(page);
        buffer_puts(&call->out, "</dl>\n");
        return r;
}

/* ---- Whether mail goes to the person ---- */

static int find_why_not(const PersonPage *page, MailReason *ret)
{
        Store *store = page->call->store;
        MailReason stopped = MAIL_REASON_NONE;
        int r = consent_why_not(store, page->record->id, page->card, "", ret);
        if (r == 0 && *ret)
                r = contact_stop_reason(store, page->record->id, &stopped);
        /* The recorded reason for a stop is more precise than the fact that mail is stopped. */
        if (r == 0 && stopped && card_email(page->card) && !card_reminders_off(page->card))
                *ret = stopped;
        return r;
}

static int write_bounces(PersonPage *page)
{
        OfficeCall *call = page->call;
        SuppressionState state = { 0 };
        const char *address = card_email(page->card);
        int r = address ? suppression_state(call->store, page->record->id, address, &state) : 0;
        if (r != 0 || (!state.suppressed && state.n_soft == 0))
                return r;
        buffer_puts(&call->out, "<p>");
        if (state.suppressed) {
                buffer_printf(&call->out, "%s: ", call->strings->person_bounced);
                html_escape(&call->out, state.status);
                buffer_putc(&call->out, ' ');
                html_escape(&call->out, state.reason);
                buffer_puts(&call->out, " (");
                write_time(call, state.since);
                buffer_puts(&call->out, ")");
        } else {
                r = write_message(call, call->strings->person_soft,
                                TEXT_ARGUMENTS({ "n", NULL, state.n_soft }));
                buffer_puts(&call->out, " (");
                write_time(call, state.last);
                buffer_puts(&call->out, ")");
        }
        buffer_puts(&call->out, "</p>\n");
        return r;
}

static void write_button(PersonPage *page, const char *action, const char *class, const char *label)
{
        if (!page->may_write)
                return;
        form_begin(page->call, NULL, "one");
        form_submit(page->call, "action", action, class, label);
        form_end(page->call);
}

static int write_mail_state(PersonPage *page)
{
        OfficeCall *call = page->call;
        MailReason why = MAIL_REASON_NONE;
        bool stopped = false;
        int r = find_why_not(page, &why);
        if (r == 0)
                r = contact_stopped(call->store, page->record->id, &stopped);
        buffer_printf(&call->out, "<section class=\"card\"><h2>%s</h2>\n<p>", call->strings->person_mail);
        if (why) {
                buffer_printf(&call->out, "<strong>%s</strong>: ", call->strings->person_no_mail);
                html_escape(&call->out, letter_reason(call->view.tag, why));
        } else {
                buffer_puts(&call->out, call->strings->person_gets_mail);
        }
        buffer_puts(&call->out, "</p>\n");
        if (r == 0)
                r = write_bounces(page);
        if (r == 0)
                r = person_lists_muted(call, page->record->id);
        buffer_puts(&call->out, "<div class=\"acts\">");
        if (stopped || why == MAIL_REASON_SUPPRESSED)
                write_button(page, "allow-mail", "quiet", call->strings->person_allow);
        if (!stopped)
                write_button(page, "stop-mail", "quiet", call->strings->person_stop);
        buffer_puts(&call->out, "</div></section>\n");
        return r;
}

/* ---- The page ---- */

/* The file has the texts of mails, with their links, and the meetings of the person. */
static int may_export(const OfficeCall *call, const ObjectRecord *record)
{
        int r = office_may_read(call, COLLECTION_MEETINGS);
        return r == 0 || r == OFFICE_E_NOT_FOUND ? office_may_write(call, record->collection) : r;
}

static void write_acts(PersonPage *page)
{
        OfficeCall *call = page->call;
        Buffer *out = &call->out;
        buffer_puts(out, "<div class=\"acts\">\n");
        if (page->may_write) {
                buffer_puts(out, "<a class=\"button\" href=\"");
                event_links_write(out, "edit-person", page->record->uid);
                buffer_printf(out, "\">%s</a>\n<a class=\"button quiet\" href=\"", call->strings->edit);
                event_links_write(out, "merge-person", page->record->uid);
                buffer_printf(out, "\">%s</a>\n", call->strings->merge_person);
        }
        if (page->may_write && may_export(call, page->record) == 0) {
                buffer_puts(out, "<a class=\"button quiet\" href=\"");
                event_links_write(out, "person-file", page->record->uid);
                buffer_printf(out, "\" download>%s</a>\n", call->strings->person_export);
        }
        write_button(page, "erase", "quiet danger", call->strings->person_erase);
        buffer_puts(out, "</div>\n");
}

/* The action that was sent was not possible: the form has no listing, or none of the page's actions. */
static void note_refusal(PersonPage *page)
{
        const OfficeCall *call = page->call;
        if (strcmp(office_form(call, "action"), "list") == 0)
                form_fault(&page->faults, "listing", call->strings->listed_needed);
}

static int reply_page(OfficeCall *call, bool is_refused)
{
        CLEANUP(person_page_done) PersonPage page = { .call = call };
        if (is_refused)
                note_refusal(&page);
        int r = person_load(call, call->rest, &page.record, &page.card);
        if (r != 0)
                return r;
        page.may_write = office_may(call, ACCOUNT_EDITOR) &&
                         office_may_write(call, page.record->collection) == 0;
        office_begin(call, OFFICE_PEOPLE, page.record->name);
        form_faults(call, &page.faults);
        if (is_refused && page.faults.n == 0)
                form_refusal(call, call->strings->bad_action);
        write_acts(&page);
        r = write_facts(&page);
        if (r == 0)
                r = write_mail_state(&page);
        if (r == 0)
                r = person_lists_listings(call, page.record, page.may_write, &page.faults);
        if (r == 0)
                r = person_lists_mails(call, page.record->id, page.record->uid);
        if (r == 0)
                r = person_lists_meetings(call, page.record);
        if (r == 0)
                r = history_list_write(call, page.record->uid, false);
        office_end(call);
        return r != 0 ? r : office_reply(call, is_refused ? BAD : OK);
}

static int on_person(OfficeCall *call)
{
        int r = office_is_post(call) ? person_actions_run(call) : 0;
        bool is_refused = r == PERSON_ACTIONS_E_BAD;
        return office_is_post(call) && !is_refused ? r : reply_page(call, is_refused);
}

static int on_file(OfficeCall *call)
{
        CLEANUP(person_page_done) PersonPage page = { .call = call };
        CLEANUP(buffer_done) Buffer document = BUFFER_INIT(PEOPLE_EXPORT_MAX_BYTES);
        static const HttpHeader headers[] = {
                { "Content-Disposition", "attachment; filename=\"person.json\"" },
                { "Cache-Control", "private, no-store" },
                { "X-Content-Type-Options", "nosniff" },
                { NULL, NULL },
        };
        int r = person_load(call, call->rest, &page.record, &page.card);
        if (r == 0)
                r = may_export(call, page.record);
        if (r == 0)
                r = people_export(call->store, page.record, &document);
        return r != 0 ? r
                      : http_reply_send(call->request, &(HttpReply){ .status = 200,
                                                                       .headers = headers,
                                                                       .content_type = "application/json",
                                                                       .bytes = buffer_text(&document),
                                                                       .len = document.len });
}

const OfficeRow person_page_rows[] = {
        { "person/", false, HTTP_GET | HTTP_POST, ACCOUNT_READER, on_person },
        { "person-file/", false, HTTP_GET, ACCOUNT_EDITOR, on_file },
        { NULL, false, 0, 0, NULL },
};
