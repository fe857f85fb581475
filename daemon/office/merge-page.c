#include "office/merge-page.h"

#include "base/html.h"
#include "office/collections.h"
#include "office/event-links.h"
#include "office/form.h"
#include "office/layout.h"
#include "office/person-load.h"
#include "office/write.h"
#include "people/merge.h"
#include "store/contact-merge.h"
#include "store/person.h"
#include "web/page.h"

#include <string.h>

enum { SHOWN_MAX = 20, PATH_BYTES = 4096, BAD = 422 };

typedef struct MergePage {
        OfficeCall *call;
        ObjectRecord *kept, *other;
        Card *kept_card, *other_card;
        Buffer collections;
        int n;
} MergePage;

static void merge_page_done(MergePage *page)
{
        object_record_free(page->kept);
        object_record_free(page->other);
        card_free(page->kept_card);
        card_free(page->other_card);
        buffer_done(&page->collections);
}

/* ---- The choice of the other contact ---- */

static int write_person(const Person *person, void *userdata)
{
        MergePage *page = userdata;
        OfficeCall *call = page->call;
        if (person->contact == page->kept->id)
                return 0;
        page->n++;
        buffer_puts(&call->out, "<tr><th scope=\"row\"><a href=\"");
        event_links_write(&call->out, "person", person->uid);
        buffer_puts(&call->out, "\">");
        page_write_text(&call->out, &call->view, person->name);
        buffer_puts(&call->out, "</a></th><td>");
        page_write_text(&call->out, &call->view, person->organisation);
        buffer_puts(&call->out, "</td><td class=\"mailbox\">");
        html_escape(&call->out, person->address);
        buffer_puts(&call->out, "</td><td>");
        form_begin(call, NULL, "one");
        form_submit(call, "other", person->uid, "quiet", call->strings->merge_with);
        form_end(call);
        buffer_puts(&call->out, "</td></tr>\n");
        return 0;
}

/* Writes the contacts of the same name, or those that are searched for. */
static int write_candidates(MergePage *page)
{
        OfficeCall *call = page->call;
        const OfficeStrings *strings = call->strings;
        const char *words = office_query(call, "q");
        const PersonSearch search = { .words = *words ? words : page->kept->name,
                .collections = buffer_text(&page->collections),
                .only_people = true,
                .limit = SHOWN_MAX };
        buffer_printf(&call->out,
                        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table class=\"rows\">\n<thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><td></td></tr></thead>\n<tbody>\n",
                        strings->section_people, strings->person_name, strings->person_organisation,
                        strings->person_email);
        int r = person_each(call->store, &search, write_person, page);
        buffer_puts(&call->out, "</tbody></table></div>\n");
        if (page->n == 0)
                buffer_printf(&call->out, "<p class=\"nothing\">%s</p>\n", strings->people_none);
        return r;
}

static int on_get(MergePage *page)
{
        OfficeCall *call = page->call;
        int r = collections_readable(call, true, &page->collections);
        office_begin(call, OFFICE_PEOPLE, call->strings->merge_title);
        buffer_puts(&call->out, "<p><strong>");
        page_write_text(&call->out, &call->view, page->kept->name);
        buffer_printf(&call->out, "</strong>, ");
        html_escape(&call->out, page->kept->address);
        buffer_printf(&call->out, "</p>\n<p class=\"note\">%s</p>\n", call->strings->merge_note);
        buffer_puts(&call->out, "<form class=\"bar-form\" method=\"get\" role=\"search\">\n");
        form_field(call, NULL,
                        &(FormField){ .name = "q",
                                        .label = call->strings->people_search,
                                        .value = office_query(call, "q"),
                                        .type = "search" });
        form_submit(call, NULL, NULL, NULL, call->strings->show);
        form_end(call);
        if (r == 0)
                r = write_candidates(page);
        office_end(call);
        return r != 0 ? r : office_reply(call, 200);
}

/* ---- The merge ---- */

static void write_contact(OfficeCall *call, const char *label, const ObjectRecord *record)
{
        buffer_printf(&call->out, "<dt>%s</dt><dd><p>", label);
        page_write_text(&call->out, &call->view, record->name);
        buffer_puts(&call->out, "</p><p>");
        html_escape(&call->out, record->address);
        buffer_puts(&call->out, "</p></dd>\n");
}

static int ask(MergePage *page)
{
        OfficeCall *call = page->call;
        const OfficeStrings *strings = call->strings;
        office_begin(call, OFFICE_PEOPLE, strings->merge_title);
        buffer_puts(&call->out, "<dl class=\"facts-list card\">\n");
        write_contact(call, strings->merge_kept, page->kept);
        write_contact(call, strings->merge_other, page->other);
        buffer_printf(&call->out, "</dl>\n<p>%s</p>\n", strings->merge_what);
        form_begin(call, NULL, "acts");
        form_hidden(call, "other", page->other->uid);
        form_submit(call, "confirm", "yes", NULL, strings->merge_do);
        form_end(call);
        office_end(call);
        return office_reply(call, 200);
}

static int merge(MergePage *page)
{
        OfficeCall *call = page->call;
        CLEANUP(buffer_done) Buffer path = BUFFER_INIT(PATH_BYTES);
        int r = people_merge(call->store, page->kept, page->other, call->now);
        if (r == CONTACT_MERGE_E_HOST || r == STORE_E_CONFLICT) {
                store_rollback(call->store);
                return office_reply_error(call, BAD,
                                r == STORE_E_CONFLICT ? call->strings->merge_same
                                                      : call->strings->merge_host);
        }
        if (r == 0 && strcmp(office_form(call, "confirm"), "yes") != 0) {
                store_rollback(call->store);
                return ask(page);
        }
        event_links_write(&path, "person", page->kept->uid);
        if (r == 0)
                r = buffer_error(&path);
        if (r == 0)
                r = store_commit(call->store);
        return r != 0 ? r : office_redirect(call, buffer_text(&path), "merged");
}

static int on_merge(OfficeCall *call)
{
        CLEANUP(merge_page_done)
        MergePage page = { .call = call, .collections = BUFFER_INIT(COLLECTIONS_MAX_BYTES) };
        bool is_post = office_is_post(call);
        int r = is_post ? store_begin_write(call->store) : 0;
        if (r == 0)
                r = person_load(call, call->rest, &page.kept, &page.kept_card);
        if (r == 0)
                r = office_may_write(call, page.kept->collection);
        if (r == 0 && is_post)
                r = person_load(call, office_form(call, "other"), &page.other, &page.other_card);
        if (r == 0 && is_post)
                r = office_may_write(call, page.other->collection);
        return r != 0 ? r : is_post ? merge(&page) : on_get(&page);
}

const OfficeRow merge_page_rows[] = {
        { "merge-person/", false, HTTP_GET | HTTP_POST, ACCOUNT_EDITOR, on_merge },
        { NULL, false, 0, 0, NULL },
};
