#include "web/event-page.h"

#include "base/text.h"
#include "store/object.h"
#include "web/event-details.h"
#include "web/event-image.h"
#include "web/event-links.h"
#include "web/event-markup.h"
#include "web/meet-list.h"
#include "web/rule-words.h"
#include "web/site.h"

#include <string.h>

enum {
        KEY_BYTES = 2048,
        PATH_BYTES = 4096,
        MARKUP_BYTES = 2 * 1024 * 1024,
        NEXT_INSTANCES = 5,
        RULE_BYTES = 4096
};

/* One event with all data for its page. */
typedef struct EventPage {
        const PageJob *job;
        const PageView *view;
        const CatalogEvent *entry;
        ObjectRecord *record;
        Event *event;
        EventDetails details;
        bool is_ahead; /* not cancelled, and a draft or an event with an instance that has not ended */
} EventPage;

static void event_page_done(EventPage *page)
{
        arena_done(&page->details.arena);
        event_free(page->event);
        object_record_free(page->record);
}

/* Loads the event. The object may be newer than the catalog, so its class is checked again. */
static int load(EventPage *page, const char *uid)
{
        page->entry = catalog_find(page->job->catalog, uid);
        if (!page->entry)
                return PAGE_E_NOT_FOUND;
        int r = object_find(page->job->store, uid, &page->record);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? PAGE_E_NOT_FOUND : r;
        r = event_parse(page->view->zones, page->record->text, page->record->len, &page->event, NULL);
        if (r != 0)
                return r < 0 ? r : PAGE_E_NOT_FOUND;
        bool is_busy = event_class(page->event) == EVENT_CONFIDENTIAL;
        if (event_class(page->event) == EVENT_PRIVATE || is_busy != page->entry->is_busy)
                return PAGE_E_NOT_FOUND;
        page->details = (EventDetails){ .view = page->view, .event = page->event };
        return 0;
}

static void write_whole(Buffer *out, const EventPage *page)
{
        const char *parent = page->entry->parent;
        const CatalogEvent *whole = parent ? catalog_find(page->job->catalog, parent) : NULL;
        if (!whole || whole->is_busy)
                return;
        buffer_printf(out, "<p class=\"whole\">%s <a href=\"", page->view->strings->part_of);
        page_write_event_path(out, whole->uid);
        buffer_puts(out, "\">");
        entry_write_title(out, page->view, whole->title);
        buffer_puts(out, "</a></p>\n");
}

static void write_heading(Buffer *out, const EventPage *page)
{
        CatalogInstance instance = catalog_instance(page->entry);
        write_whole(out, page);
        buffer_puts(out, "<h1>");
        if (page->entry->is_busy)
                buffer_puts(out, page->view->strings->busy);
        else
                entry_write_title(out, page->view, page->entry->title);
        buffer_puts(out, "</h1>\n");
        entry_write_badges(out, page->view, &instance);
}

/* If the event's local time differs from the time in the reader's zone, writes the local time too. */
static void write_local(Buffer *out, const EventPage *page, const CatalogInstance *instance)
{
        Span chosen = span_of(page->view->zone, instance);
        Span span = span_of(NULL, instance);
        if (chosen.all_day || civil_seconds(&span.first) == civil_seconds(&chosen.first))
                return;
        buffer_printf(out, "<p class=\"note\">%s ", page->view->strings->at_the_event);
        entry_write_dates(out, page->view, &span);
        buffer_puts(out, "</p>\n");
}

static void write_date(Buffer *out, const EventPage *page, const CatalogInstance *instance)
{
        const PageView *view = page->view;
        Span span = span_of(view->zone, instance);
        int64_t days = span_last_day(&span) - span_first_day(&span) + 1;
        TextArgument arguments[] = { { "n", NULL, days }, { NULL, NULL, 0 } };
        buffer_puts(out, "<p class=\"date\">");
        entry_write_dates(out, view, &span);
        buffer_puts(out, "</p>\n<p class=\"note\">");
        if (days > 1)
                text_message(out, view->tag, view->strings->days, arguments);
        else
                text_dates_write(view->dates, out, TEXT_DATE_WEEKDAY_NAME, &span.first);
        if (days == 1 && span.all_day)
                buffer_printf(out, ", %s", view->strings->whole_day);
        buffer_puts(out, "</p>\n");
        write_local(out, page, instance);
}

/*
 * Returns the time from which the next instances are collected: @from or, if it is later, the start of the
 * series.
 */
static usec_t from_of(const EventPage *page, usec_t from)
{
        return page->entry->start_usec > from ? page->entry->start_usec : from;
}

static int write_instances(Buffer *out, const EventPage *page)
{
        CLEANUP(catalog_instances_done) CatalogInstances all = { 0 };
        usec_t from = from_of(page, page->view->now - USEC_PER_DAY);
        int n = 0;
        int r = catalog_instances_of(page->entry, from, USEC_INFINITY, &all);
        for (size_t i = 0; r == 0 && i < all.n && n < NEXT_INSTANCES; i++, n++) {
                Span span = span_of(page->view->zone, &all.list[i]);
                buffer_puts(out, n == 0 ? "<ul class=\"instances\">\n<li>" : "<li>");
                entry_write_dates(out, page->view, &span);
                if (all.list[i].status == EVENT_CANCELLED)
                        buffer_printf(out, " — %s", page->view->strings->instance_cancelled);
                buffer_puts(out, "</li>\n");
        }
        if (n > 0)
                buffer_puts(out, "</ul>\n");
        return r;
}

/* Finds out whether the event, or an instance of the series, is still ahead and takes place. */
static int find_ahead(EventPage *page)
{
        const CatalogEvent *entry = page->entry;
        usec_t now = page->view->now, from = from_of(page, now);
        CLEANUP(catalog_instances_done) CatalogInstances all = { 0 };
        page->is_ahead = entry->is_draft || entry->end_usec > now;
        if (entry->status == EVENT_CANCELLED)
                page->is_ahead = false;
        else if (entry->is_series) {
                int r = catalog_instances_of(entry, from, USEC_INFINITY, &all);
                if (r < 0)
                        return r;
                page->is_ahead = false;
                for (size_t i = 0; i < all.n; i++)
                        page->is_ahead |=
                                        all.list[i].status != EVENT_CANCELLED && all.list[i].end_usec > now;
        }
        return 0;
}

/* Writes that the event is cancelled or over, if it is not ahead. */
static void write_closed(Buffer *out, const EventPage *page)
{
        const WebStrings *strings = page->view->strings;
        if (!page->is_ahead)
                buffer_printf(out, "<p><strong>%s</strong></p>\n",
                                page->entry->status == EVENT_CANCELLED ? strings->is_cancelled
                                                                       : strings->is_over);
}

/* Writes how a series repeats, as the heading of its next instances. */
static void write_rule(Buffer *out, const EventPage *page)
{
        const PageView *view = page->view;
        CLEANUP(buffer_done) Buffer rule = BUFFER_INIT(RULE_BYTES), sentence = BUFFER_INIT(RULE_BYTES);
        if (rule_words(&rule, view, page->event, page->entry->zone))
                text_message(&sentence, view->tag, view->strings->next_by_rule,
                                TEXT_ARGUMENTS({ "rule", buffer_text(&rule), 0 }));
        else
                buffer_puts(&sentence, view->strings->next_instances);
        buffer_puts(out, "<p>");
        html_escape(out, buffer_text(&sentence));
        buffer_puts(out, "</p>\n");
}

static int write_when(Buffer *out, EventPage *page)
{
        const CatalogEvent *entry = page->entry;
        CatalogInstance instance = catalog_instance(entry);
        int r = 0;
        buffer_printf(out, "<h2>%s</h2>\n", page->view->strings->when);
        if (entry->is_draft)
                buffer_printf(out, "<p class=\"date\">%s</p>\n", page->view->strings->date_unknown);
        else
                write_date(out, page, &instance);
        write_closed(out, page);
        if (entry->is_series && page->is_ahead) {
                write_rule(out, page);
                r = write_instances(out, page);
        }
        if (entry->is_loose)
                buffer_printf(out, "<p class=\"note\">%s</p>\n", page->view->strings->one_of_these_days);
        if (!entry->is_busy)
                event_details_basis(out, &page->details);
        return r;
}

static void write_where(Buffer *out, const EventPage *page)
{
        const CatalogEvent *entry = page->entry;
        const CatalogSite *first = catalog_site_of(page->job->catalog, entry, 0), *site;
        if (!*entry->place.text && !first)
                return;
        buffer_printf(out, "<h2>%s</h2>\n", page->view->strings->where);
        if (*entry->place.text) {
                buffer_puts(out, "<p>");
                entry_write_text(out, page->view, &entry->place);
                buffer_puts(out, "</p>\n");
        }
        for (size_t i = 0; (site = catalog_site_of(page->job->catalog, entry, i)); i++) {
                buffer_puts(out, "<p><a href=\"");
                page_write_site_path(out, site->uid);
                buffer_puts(out, "\">");
                entry_write_title(out, page->view, site->name);
                buffer_puts(out, "</a></p>\n");
        }
        event_links_map(out, page->view, page->event, entry, first);
}

static void write_parts(Buffer *out, const EventPage *page)
{
        const CatalogEvent *part;
        size_t n = 0;
        for (size_t i = 0; (part = catalog_part(page->job->catalog, page->entry->uid, i)); i++) {
                if (part->is_busy)
                        continue;
                if (n++ == 0)
                        buffer_printf(out, "<h2>%s</h2>\n<ul class=\"events\">\n",
                                        page->view->strings->parts);
                CatalogInstance instance = catalog_instance(part);
                entry_write_part(out, page->view, &instance);
        }
        if (n > 0)
                buffer_puts(out, "</ul>\n");
}

static void write_changed(Buffer *out, const EventPage *page)
{
        const PageView *view = page->view;
        const Zone *zone = view->zone ? view->zone : view->config->time_zone;
        CivilTime changed = zone_to_civil(zone, page->record->changed / USEC_PER_SEC);
        buffer_printf(out, "<p class=\"note changed\">%s ", view->strings->updated);
        text_dates_write(view->dates, out, TEXT_DATE_TIME, &changed);
        buffer_puts(out, ", ");
        page_write_zone(out, view, zone, page->record->changed);
        buffer_puts(out, "</p>\n");
}

/* Writes the picture with an empty `alt`, because it has no description; screen readers skip it. */
static void write_image(Buffer *out, const EventPage *page)
{
        CLEANUP(buffer_done) Buffer path = BUFFER_INIT(PATH_BYTES);
        if (event_image_write_path(&path, page->view->config, page->event))
                buffer_printf(out, "<p><img class=\"picture\" src=\"%s\" alt=\"\"></p>\n",
                                buffer_text(&path));
}

/* Writes the parts below the time and the place. Many events have none of them. */
static void write_body(Buffer *out, EventPage *page)
{
        static const char begin[] = "<div class=\"body\">\n";
        size_t before = out->len;
        buffer_puts(out, begin);
        write_image(out, page);
        event_details_text(out, &page->details);
        write_parts(out, page);
        event_details_lists(out, &page->details);
        event_details_sources(out, &page->details);
        if (out->len == before + strlen(begin))
                buffer_remove(out, before, strlen(begin));
        else
                buffer_puts(out, "</div>\n");
}

static int write_content(Buffer *out, EventPage *page)
{
        const ConfigKind *kind = page->entry->is_busy ? NULL : entry_kind(page->view, page->entry);
        buffer_printf(out, "<article class=\"whole-event%s%s\">\n<header>\n", kind ? " kind-" : "",
                        kind ? kind->name : "");
        write_heading(out, page);
        buffer_puts(out, "</header>\n<div class=\"facts card\">\n");
        int r = find_ahead(page);
        if (r == 0)
                r = write_when(out, page);
        if (!page->entry->is_busy)
                write_where(out, page);
        if (page->is_ahead && !page->entry->is_draft) {
                buffer_printf(out, "<div class=\"noprint\">\n<h2>%s</h2>\n",
                                page->view->strings->add_to_calendar);
                event_links_calendars(out, page->view, page->entry, page->event);
                buffer_puts(out, "</div>\n");
        }
        if (r == 0 && !page->entry->is_busy && page->is_ahead)
                r = meet_list_write_event(out, page->job, page->entry->uid);
        if (!page->entry->is_busy)
                write_changed(out, page);
        buffer_puts(out, "</div>\n");
        if (!page->entry->is_busy)
                write_body(out, page);
        buffer_puts(out, "</article>\n");
        return r;
}

int event_page_write(const PageJob *job, const void *uid, Buffer *out)
{
        CLEANUP(event_page_done) EventPage page = { .job = job, .view = job->view };
        CLEANUP(buffer_done) Buffer path = BUFFER_INIT(PATH_BYTES);
        CLEANUP(buffer_done) Buffer markup = BUFFER_INIT(MARKUP_BYTES);
        int r = load(&page, uid);
        if (r == 0)
                r = event_markup(&markup, job, page.entry, &page.details);
        if (r != 0)
                return r;
        page_write_event_path(&path, uid);
        PageHead head = {
                .title = page.entry->is_busy ? job->view->strings->busy
                                             : entry_title(job->view, page.entry->title),
                .heading = "",
                .path = buffer_text(&path),
                .noindex = page.entry->is_busy,
                .markup = buffer_text(&markup),
        };
        page_begin(out, job->view, &head);
        r = write_content(out, &page);
        page_end(out, job->view, &head);
        return r;
}

int event_page_on_event(HttpRequest *request, const char *uid, void *userdata)
{
        CLEANUP(buffer_done) Buffer key = BUFFER_INIT(KEY_BYTES);
        buffer_printf(&key, "/event/|%s", uid);
        PageAsked asked = {
                .key = buffer_text(&key),
                .write = event_page_write,
                .userdata = uid,
                .needs_store = true,
                .shows_hosts = true,
        };
        return site_reply_page(userdata, request, &asked);
}
