#include "office/people-page.h"

#include "base/html.h"
#include "base/url.h"
#include "office/collections.h"
#include "office/event-links.h"
#include "office/form.h"
#include "office/layout.h"
#include "office/listing.h"
#include "store/object.h"
#include "store/person.h"
#include "web/page.h"

#include <inttypes.h>
#include <stdlib.h>

enum { PAGE_ROWS = 50 };

typedef struct PeoplePage {
        OfficeCall *call;
        PersonSearch search;
        Buffer collections;
        int n;
        int64_t last; /* the last contact of the page */
} PeoplePage;

static void people_page_done(PeoplePage *page)
{
        buffer_done(&page->collections);
}

static void write_search(PeoplePage *page)
{
        OfficeCall *call = page->call;
        buffer_puts(&call->out, "<form class=\"bar-form\" method=\"get\" role=\"search\">\n");
        form_field(call, NULL,
                        &(FormField){ .name = "q",
                                        .label = call->strings->people_search,
                                        .value = page->search.words,
                                        .type = "search",
                                        .max = 200 });
        form_submit(call, NULL, NULL, NULL, call->strings->show);
        buffer_puts(&call->out, "</form>\n");
}

static int write_person(const Person *person, void *userdata)
{
        PeoplePage *page = userdata;
        OfficeCall *call = page->call;
        Buffer *out = &call->out;
        if (page->n++ == PAGE_ROWS)
                return 0;
        page->last = person->contact;
        buffer_printf(out,
                        "<tr><td class=\"pick\"><input type=\"checkbox\" name=\"pick-%" PRId64
                        "\" value=\"1\" aria-label=\"",
                        person->contact);
        html_escape(out, person->name);
        buffer_puts(out, "\"></td><th scope=\"row\"><a href=\"");
        event_links_write(out, "person", person->uid);
        buffer_puts(out, "\">");
        page_write_text(out, &call->view, person->name);
        buffer_puts(out, "</a></th><td>");
        page_write_text(out, &call->view, person->organisation);
        buffer_puts(out, "</td><td class=\"mailbox\">");
        html_escape(out, person->address);
        buffer_puts(out, "</td></tr>\n");
        return 0;
}

static void write_link(PeoplePage *page, int64_t after, const char *label)
{
        Buffer *out = &page->call->out;
        buffer_puts(out, "<a class=\"button quiet\" href=\"?q=");
        url_escape(out, page->search.words);
        if (after)
                buffer_printf(out, "&amp;after=%" PRId64, after);
        buffer_printf(out, "\">%s</a>\n", label);
}

static void write_turns(PeoplePage *page)
{
        OfficeCall *call = page->call;
        if (!page->search.after && page->n <= PAGE_ROWS)
                return;
        buffer_printf(&call->out, "<nav class=\"turns\" aria-label=\"%s\">\n", call->strings->pages);
        if (page->search.after)
                write_link(page, 0, call->strings->people_first);
        if (page->n > PAGE_ROWS)
                write_link(page, page->last, call->strings->people_next);
        buffer_puts(&call->out, "</nav>\n");
}

static int write_table(PeoplePage *page)
{
        OfficeCall *call = page->call;
        const OfficeStrings *strings = call->strings;
        buffer_printf(&call->out,
                        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table class=\"rows\">\n"
                        "<thead><tr><td></td><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th></tr></thead>\n<tbody>\n",
                        strings->section_people, strings->person_name, strings->person_organisation,
                        strings->person_email);
        int r = person_each(call->store, &page->search, write_person, page);
        buffer_puts(&call->out, "</tbody></table></div>\n");
        if (page->n == 0)
                buffer_printf(&call->out, "<p class=\"nothing\">%s</p>\n", strings->people_none);
        return r;
}

/* Whether the account may add and list people. The address book is made with the first one. */
static bool may_write(const OfficeCall *call)
{
        return office_may(call, ACCOUNT_EDITOR) &&
               office_may_write(call, COLLECTION_CONTACTS) != OFFICE_E_FORBIDDEN;
}

/* Writes the table, whose boxes choose people for the buttons below it. */
static int write_people(PeoplePage *page)
{
        OfficeCall *call = page->call;
        const OfficeStrings *strings = call->strings;
        bool may_list = may_write(call);
        if (may_list) {
                form_begin(call, "/office/list-people", "people");
                form_hidden(call, "q", page->search.words);
        }
        int r = write_table(page);
        if (may_list && page->n > 0) {
                buffer_printf(&call->out, "<div class=\"card bar-form\" role=\"group\" aria-label=\"%s\">\n",
                                strings->people_list_many);
                if (r == 0)
                        r = listing_select(call, NULL, strings->listed_for);
                form_submit(call, "whom", "picked", NULL, strings->people_list_picked);
                form_submit(call, "whom", "found", "quiet", strings->people_list_found);
                buffer_printf(&call->out,
                                "<button class=\"quiet\" formaction=\"/office/new-announcement\">%s</button>\n",
                                strings->announce_picked);
                buffer_puts(&call->out, "</div>\n");
        }
        if (may_list)
                form_end(call);
        return r;
}

static int on_people(OfficeCall *call)
{
        CLEANUP(people_page_done)
        PeoplePage page = { .call = call, .collections = BUFFER_INIT(COLLECTIONS_MAX_BYTES) };
        const OfficeStrings *strings = call->strings;
        int r = collections_readable(call, true, &page.collections);
        if (r == 0 && page.collections.len <= 1)
                return OFFICE_E_FORBIDDEN;
        page.search = (PersonSearch){ .words = office_query(call, "q"),
                .collections = buffer_text(&page.collections),
                .only_people = true,
                .after = strtoll(office_query(call, "after"), NULL, 10),
                .limit = PAGE_ROWS + 1 };
        office_begin(call, OFFICE_PEOPLE, strings->section_people);
        if (may_write(call))
                buffer_printf(&call->out,
                                "<p class=\"acts\"><a class=\"button\" href=\"/office/new-person\">%s</a>\n"
                                "<a class=\"button quiet\" href=\"/office/import-people\">%s</a></p>\n",
                                strings->person_new, strings->import_title);
        write_search(&page);
        if (r == 0)
                r = write_people(&page);
        write_turns(&page);
        office_end(call);
        return r != 0 ? r : office_reply(call, 200);
}

const OfficeRow people_page_rows[] = {
        { "people", true, HTTP_GET, ACCOUNT_READER, on_people },
        { NULL, false, 0, 0, NULL },
};
