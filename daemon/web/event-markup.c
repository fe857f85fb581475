#include "web/event-markup.h"

#include "base/json.h"
#include "base/utf8.h"
#include "calendar/participant.h"
#include "catalog/text.h"
#include "web/event-image.h"
#include "web/event-links.h"
#include "web/site.h"

#include <stdio.h>
#include <string.h>

enum { DATA_BYTES = 1024 * 1024, TEXT_BYTES = 256 * 1024, SHORT_BYTES = 400, ADDRESS_BYTES = 8192 };

typedef struct Markup {
        const PageJob *job;
        const PageView *view;
        const CatalogEvent *entry;
        EventDetails *details;
        CatalogText description;
} Markup;

static void write_address(Buffer *out, const Markup *markup, const char *uid)
{
        buffer_puts(out, markup->view->config->http.base_url);
        page_write_event_path(out, uid);
}

static void write_meta(Buffer *out, const char *name, const char *text)
{
        buffer_printf(out, "<meta property=\"%s\" content=\"", name);
        html_escape(out, text);
        buffer_puts(out, "\">\n");
}

/* Writes the beginning of the description as one line. */
static void write_beginning(Buffer *out, const char *text)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(SHORT_BYTES + 8);
        size_t len = strlen(text);
        size_t cut = utf8_cut(text, len, SHORT_BYTES);
        for (size_t i = 0; i < cut; i++)
                buffer_putc(&line, text[i] == '\n' ? ' ' : text[i]);
        buffer_puts(&line, cut < len ? "…" : "");
        html_escape(out, buffer_text(&line));
}

/* Writes the text that a messenger shows under the title, escaped. */
static void write_summary(Buffer *out, const Markup *markup)
{
        const CatalogEvent *entry = markup->entry;
        if (entry->is_draft) {
                buffer_puts(out, markup->view->strings->date_unknown);
        } else {
                Span span = span_of_event(markup->view->zone, entry);
                entry_write_dates(out, markup->view, &span);
        }
        if (*entry->place.text) {
                buffer_puts(out, " · ");
                html_escape(out, entry->place.text);
        }
        if (*markup->description.text) {
                buffer_puts(out, " · ");
                write_beginning(out, markup->description.text);
        }
}

static void write_picture(Buffer *out, const Markup *markup)
{
        const Config *config = markup->view->config;
        CLEANUP(buffer_done) Buffer path = BUFFER_INIT(ADDRESS_BYTES);
        if (!event_image_write_path(&path, config, markup->details->event))
                return;
        buffer_puts(out, "<meta property=\"og:image\" content=\"");
        html_escape(out, config->http.base_url);
        buffer_printf(out, "%s\">\n", buffer_text(&path));
}

static void write_open_graph(Buffer *out, const Markup *markup)
{
        const PageView *view = markup->view;
        CLEANUP(buffer_done) Buffer address = BUFFER_INIT(ADDRESS_BYTES);
        CLEANUP(buffer_done) Buffer summary = BUFFER_INIT(TEXT_BYTES);
        write_address(&address, markup, markup->entry->uid);
        write_summary(&summary, markup);
        buffer_printf(out, "<meta name=\"description\" content=\"%s\">\n", buffer_text(&summary));
        buffer_printf(out, "<meta property=\"og:description\" content=\"%s\">\n", buffer_text(&summary));
        write_meta(out, "og:type", "website");
        write_meta(out, "og:title", entry_title(view, markup->entry->title));
        write_meta(out, "og:url", buffer_text(&address));
        write_picture(out, markup);
        write_meta(out, "og:site_name", page_title(view));
        write_meta(out, "og:locale", view->strings->locale);
        for (Language i = 0; i < LANGUAGES_N; i++)
                if (i != view->language)
                        write_meta(out, "og:locale:alternate", web_strings(i)->locale);
}

static void member_begin(Buffer *out, const char *name)
{
        buffer_puts(out, ", ");
        json_string(out, name);
        buffer_puts(out, ": ");
}

/*
 * Writes a schema.org Date or DateTime; a floating time has no offset (ISO 8601). In schema.org the last day
 * is part of the event.
 */
static void write_moment(
                Buffer *out, const char *name, const CivilTime *civil, const CatalogEvent *entry, usec_t at)
{
        char text[64];
        int len = snprintf(text, sizeof(text), "%04d-%02d-%02d", civil->year, civil->month, civil->day);
        if (entry->start.form != WHEN_DATE)
                len += snprintf(text + len, sizeof(text) - (size_t)len, "T%02d:%02d:%02d", civil->hour,
                                civil->minute, civil->second);
        if (entry->start.form != WHEN_DATE && entry->start.form != WHEN_FLOATING) {
                int offset = zone_offset_at(entry->zone, at / USEC_PER_SEC).seconds;
                int minutes = (offset < 0 ? -offset : offset) / 60;
                snprintf(text + len, sizeof(text) - (size_t)len, "%c%02d:%02d", offset < 0 ? '-' : '+',
                                minutes / 60, minutes % 60);
        }
        json_member(out, name, text);
}

/* Writes the dates, unless the day is unknown, and the status. schema.org has no status for "tentative". */
static void write_dates(Buffer *out, const Markup *markup, const CatalogInstance *instance)
{
        Span span = span_of(NULL, instance);
        if (!markup->entry->is_draft && !markup->entry->is_loose) {
                write_moment(out, "startDate", &span.first, markup->entry, instance->start_usec);
                write_moment(out, "endDate", &span.last, markup->entry, instance->end_usec);
        }
        if (instance->status == EVENT_CANCELLED)
                json_member(out, "eventStatus", "https://schema.org/EventCancelled");
        else if (instance->status == EVENT_CONFIRMED)
                json_member(out, "eventStatus", "https://schema.org/EventScheduled");
}

/* Writes the point of a place, but not the centre of a town, which is not where the event is. */
static void write_point(Buffer *out, const Markup *markup, const CatalogSite *site)
{
        double latitude, longitude;
        if (!event_links_read_geo(markup->details->event, &latitude, &longitude)) {
                if (!site || !site->is_exact)
                        return;
                latitude = site->latitude;
                longitude = site->longitude;
        }
        member_begin(out, "geo");
        buffer_printf(out, "{\"@type\": \"GeoCoordinates\", \"latitude\": %.6f, \"longitude\": %.6f}",
                        latitude, longitude);
}

/*
 * Writes the place. For an event with several places it is the event's LOCATION; without LOCATION, the
 * first place.
 */
static void write_place(Buffer *out, const Markup *markup)
{
        const CatalogEvent *entry = markup->entry;
        bool has_words = *entry->place.text;
        const CatalogSite *site = catalog_site_of(markup->job->catalog, entry, 0);
        if (site && has_words && catalog_site_of(markup->job->catalog, entry, 1))
                site = NULL;
        if (!has_words && !site)
                return;
        member_begin(out, "location");
        buffer_puts(out, "{");
        json_member(out, "@type", "Place");
        json_member(out, "name", site ? entry_title(markup->view, site->name) : entry->place.text);
        json_member(out, "address", has_words ? entry->place.text : site->town.text);
        write_point(out, markup, site);
        buffer_puts(out, "}");
}

static void write_organizers(Buffer *out, const Markup *markup)
{
        const Participant *organiser = NULL;
        size_t n = 0;
        while ((organiser = event_participant_next(
                                markup->details->event, PARTICIPANT_ORGANISERS, organiser))) {
                if (n == 0)
                        member_begin(out, "organizer");
                buffer_puts(out, n++ == 0 ? "[{" : ", {");
                json_member(out, "@type", "Organization");
                json_member(out, "name", catalog_text_of_line(&markup->details->arena, organiser->name));
                buffer_puts(out, "}");
        }
        if (n > 0)
                buffer_puts(out, "]");
}

static void write_reference(Buffer *out, const Markup *markup, const CatalogEvent *event)
{
        CLEANUP(buffer_done) Buffer address = BUFFER_INIT(ADDRESS_BYTES);
        write_address(&address, markup, event->uid);
        buffer_puts(out, "{");
        json_member(out, "@type", "Event");
        json_member(out, "@id", buffer_text(&address));
        json_member(out, "name", entry_title(markup->view, event->title));
        buffer_puts(out, "}");
}

static void write_whole(Buffer *out, const Markup *markup)
{
        const char *parent = markup->entry->parent;
        const CatalogEvent *whole = parent ? catalog_find(markup->job->catalog, parent) : NULL;
        if (!whole || whole->is_busy)
                return;
        member_begin(out, "superEvent");
        write_reference(out, markup, whole);
}

static int write_event(Buffer *out, const Markup *markup)
{
        CatalogInstance instance;
        CLEANUP(buffer_done) Buffer address = BUFFER_INIT(ADDRESS_BYTES);
        const ContentLine *url = event_property_line(markup->details->event, "URL", 0);
        int r = catalog_instance_from(markup->entry, markup->view->now, &instance, NULL);
        write_address(&address, markup, markup->entry->uid);
        buffer_puts(out, "{");
        json_member(out, "@context", "https://schema.org");
        json_member(out, "@type", "Event");
        json_member(out, "@id", buffer_text(&address));
        json_member(out, "url", buffer_text(&address));
        json_member(out, "name", entry_title(markup->view, markup->entry->title));
        write_dates(out, markup, &instance);
        write_place(out, markup);
        if (*markup->description.text)
                json_member(out, "description", markup->description.text);
        write_organizers(out, markup);
        write_whole(out, markup);
        if (url && page_link_is_safe(url->value))
                json_member(out, "sameAs", url->value);
        buffer_puts(out, "}");
        return r;
}

/*
 * The script element is JSON-LD data: browsers do not run it, and the Content-Security-Policy does not
 * apply to it.
 */
int event_markup(Buffer *out, const PageJob *job, const CatalogEvent *entry, EventDetails *details)
{
        CLEANUP(buffer_done) Buffer data = BUFFER_INIT(DATA_BYTES);
        Markup markup = { .job = job, .view = job->view, .entry = entry, .details = details };
        if (entry->is_busy)
                return 0;
        int r = catalog_text(&details->arena, details->event, "DESCRIPTION", job->view->language,
                        &markup.description);
        if (r == 0)
                r = write_event(&data, &markup);
        if (r == 0)
                r = buffer_error(&data);
        if (r < 0)
                return r;
        write_open_graph(out, &markup);
        buffer_printf(out, "<script type=\"application/ld+json\">%s</script>\n", buffer_text(&data));
        return buffer_error(out);
}
