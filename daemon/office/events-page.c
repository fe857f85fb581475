#include "office/events-page.h"

#include "base/html.h"
#include "base/url.h"
#include "office/collections.h"
#include "office/event-links.h"
#include "office/form.h"
#include "office/layout.h"
#include "office/write.h"
#include "store/event-list.h"
#include "web/page.h"

#include <stdlib.h>
#include <string.h>

enum { KINDS_MAX = 64, PAGE_ROWS = 50, PAGES_MAX = 1000000 };

static const struct {
        const char *name;
        EventListWhen when;
        OfficeWord label;
} whens[] = {
        { "coming", EVENT_LIST_COMING, OFFICE_WORD(when_coming) },
        { "past", EVENT_LIST_PAST, OFFICE_WORD(when_past) },
        { "undated", EVENT_LIST_UNDATED, OFFICE_WORD(when_undated) },
        { "all", EVENT_LIST_ALL, OFFICE_WORD(when_all) },
};

enum { N_WHENS = sizeof(whens) / sizeof(*whens) };

typedef struct EventsPage {
        OfficeCall *call;
        EventListSearch search;
        const char *when, *state;
        int64_t page;       /* the first is 1 */
        Buffer collections; /* that the account may read, for the search */
} EventsPage;

static void read_search(EventsPage *page)
{
        OfficeCall *call = page->call;
        const char *when = office_query(call, "when");
        long number = strtol(office_query(call, "page"), NULL, 10);
        page->when = whens[0].name;
        page->state = office_query(call, "state");
        page->page = number >= 1 && number <= PAGES_MAX ? number : 1;
        page->search = (EventListSearch){
                .words = office_query(call, "q"),
                .category = office_query(call, "kind"),
                .only_hidden = strcmp(page->state, "hidden") == 0,
                .only_cancelled = strcmp(page->state, "cancelled") == 0,
                .now = call->now,
                .offset = (page->page - 1) * PAGE_ROWS,
                .limit = PAGE_ROWS,
        };
        for (size_t i = 0; i < N_WHENS; i++)
                if (strcmp(whens[i].name, when) == 0) {
                        page->when = when;
                        page->search.when = whens[i].when;
                }
}

static void write_filters(EventsPage *page)
{
        OfficeCall *call = page->call;
        const OfficeStrings *strings = call->strings;
        FormChoice choices[N_WHENS], kinds[KINDS_MAX + 1], states[3];
        size_t n_kinds = 0;
        for (size_t i = 0; i < N_WHENS; i++)
                choices[i] = (FormChoice){ whens[i].name, office_word(strings, whens[i].label),
                        call->view.tag };
        kinds[n_kinds++] = (FormChoice){ "", strings->all_kinds, call->view.tag };
        for (size_t i = 0; i < call->view.config->n_kinds && n_kinds <= KINDS_MAX; i++) {
                const char *name = call->view.config->kinds[i].name;
                kinds[n_kinds++] = (FormChoice){ name, page_kind_title(&call->view, name), NULL };
        }
        states[0] = (FormChoice){ "", strings->all_states, call->view.tag };
        states[1] = (FormChoice){ "hidden", strings->state_hidden, call->view.tag };
        states[2] = (FormChoice){ "cancelled", strings->state_cancelled, call->view.tag };
        buffer_puts(&call->out, "<form class=\"bar-form\" method=\"get\" role=\"search\">\n");
        form_field(call, NULL,
                        &(FormField){ .name = "q",
                                        .label = strings->search,
                                        .value = page->search.words,
                                        .type = "search",
                                        .max = 200 });
        form_select(call, NULL, &(FormField){ .name = "when", .label = strings->when, .value = page->when },
                        choices, N_WHENS);
        form_select(call, NULL,
                        &(FormField){ .name = "kind",
                                        .label = strings->kind,
                                        .value = page->search.category },
                        kinds, n_kinds);
        form_select(call, NULL,
                        &(FormField){ .name = "state", .label = strings->state, .value = page->state },
                        states, 3);
        form_submit(call, NULL, NULL, NULL, strings->show);
        buffer_puts(&call->out, "</form>\n");
}

static void write_kind(OfficeCall *call, const EventListItem *item)
{
        char kind[72];
        size_t len = strcspn(item->categories + 1, ",");
        if (item->categories[0] != ',' || len == 0 || len >= sizeof(kind))
                return;
        memcpy(kind, item->categories + 1, len);
        kind[len] = '\0';
        page_write_text(&call->out, &call->view, page_kind_one(&call->view, kind));
}

static void write_badge(OfficeCall *call, bool is_shown, const char *text)
{
        if (is_shown)
                buffer_printf(&call->out, " <span class=\"badge\">%s</span>", text);
}

/* Writes the dates as the event has them: the columns of the list do not tell days from times. */
static int write_dates(OfficeCall *call, const EventListItem *item)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        int r = object_get_by_id(call->store, item->id, &record);
        if (r == 0)
                r = event_parse(call->parts->zones, record->text, record->len, &event, NULL);
        if (r != 0)
                return r < 0 ? r : 0;
        When start = event_start(event), end = event_end(event);
        write_span(call, &start, &end);
        return 0;
}

static int write_item(const EventListItem *item, void *userdata)
{
        OfficeCall *call = userdata;
        Buffer *out = &call->out;
        bool is_cancelled = strcmp(item->status, "CANCELLED") == 0;
        buffer_puts(out, is_cancelled ? "<tr class=\"off\"><td class=\"when\">" : "<tr><td class=\"when\">");
        int r = item->is_draft ? 0 : write_dates(call, item);
        if (item->is_draft)
                buffer_puts(out, call->strings->no_date_yet);
        buffer_puts(out, "</td><th scope=\"row\"><a href=\"");
        event_links_write(out, "event", item->uid);
        buffer_puts(out, "\">");
        page_write_text(out, &call->view, *item->name ? item->name : call->view.strings->untitled);
        buffer_puts(out, "</a>");
        write_badge(call, is_cancelled, call->strings->state_cancelled);
        write_badge(call, strcmp(item->class, "PRIVATE") == 0, call->strings->state_hidden);
        write_badge(call, strcmp(item->class, "CONFIDENTIAL") == 0, call->strings->state_busy);
        write_badge(call, *item->parent != '\0', call->strings->is_part);
        buffer_puts(out, "</th><td>");
        write_kind(call, item);
        buffer_puts(out, "</td></tr>\n");
        return r;
}

static void write_page_link(EventsPage *page, int64_t number, const char *label)
{
        Buffer *out = &page->call->out;
        buffer_puts(out, "<a class=\"button quiet\" href=\"?q=");
        url_escape(out, page->search.words);
        buffer_printf(out, "&amp;when=%s&amp;kind=", page->when);
        url_escape(out, page->search.category);
        buffer_puts(out, "&amp;state=");
        url_escape(out, page->state);
        buffer_printf(out, "&amp;page=%lld\">%s</a>\n", (long long)number, label);
}

/* Writes the links to other pages. The last page alone tells how many events there are. */
static int write_turns(EventsPage *page, int64_t total)
{
        OfficeCall *call = page->call;
        const char *pattern =
                        total == EVENT_LIST_MORE ? call->strings->events_page : call->strings->events_total;
        buffer_printf(&call->out, "<nav class=\"turns\" aria-label=\"%s\">\n", call->strings->pages);
        if (page->page > 1)
                write_page_link(page, page->page - 1, call->strings->earlier_page);
        buffer_puts(&call->out, "<span>");
        int r = write_message(
                        call, pattern, TEXT_ARGUMENTS({ "n", NULL, total }, { "page", NULL, page->page }));
        buffer_puts(&call->out, "</span>\n");
        if (total == EVENT_LIST_MORE)
                write_page_link(page, page->page + 1, call->strings->later_page);
        buffer_puts(&call->out, "</nav>\n");
        return r;
}

static void events_page_done(EventsPage *page)
{
        buffer_done(&page->collections);
}

static int on_events(OfficeCall *call)
{
        CLEANUP(events_page_done)
        EventsPage page = { .call = call, .collections = BUFFER_INIT(COLLECTIONS_MAX_BYTES) };
        const OfficeStrings *strings = call->strings;
        int64_t total = 0;
        read_search(&page);
        int r = collections_readable(call, false, &page.collections);
        page.search.collections = buffer_text(&page.collections);
        office_begin(call, OFFICE_EVENTS, strings->section_events);
        if (office_may(call, ACCOUNT_EDITOR))
                buffer_printf(&call->out,
                                "<p class=\"acts\"><a class=\"button\" href=\"/office/new-event\">%s</a>\n"
                                "<a class=\"button quiet\" href=\"/office/trash\">%s</a></p>\n",
                                strings->new_event, strings->trash);
        write_filters(&page);
        buffer_printf(&call->out,
                        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table class=\"rows\">\n"
                        "<thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th></tr></thead>\n<tbody>\n",
                        strings->section_events, strings->when, strings->title, strings->kind);
        if (r == 0)
                r = event_list_each(call->store, &page.search, write_item, call, &total);
        buffer_puts(&call->out, "</tbody></table></div>\n");
        if (r == 0)
                r = write_turns(&page, total);
        office_end(call);
        return r != 0 ? r : office_reply(call, 200);
}

const OfficeRow events_page_rows[] = {
        { "events", true, HTTP_GET, ACCOUNT_READER, on_events },
        { NULL, false, 0, 0, NULL },
};
