#include "web/event-links.h"

#include "base/url.h"
#include "calendar/publish.h"
#include "web/signup.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LINK_BYTES = 4096, LINK_TEXT_BYTES = 300 };

static void link_begin(Buffer *out, const char *class)
{
        buffer_printf(out, "<a%s rel=\"nofollow noopener\" href=\"", class);
}

/* Writes a text as a query parameter, cut because some servers refuse long addresses. */
static void write_query_text(Buffer *out, const char *name, const char *text)
{
        char cut[LINK_TEXT_BYTES];
        size_t len = strlen(text);
        if (len >= sizeof(cut)) {
                len = sizeof(cut) - 1;
                while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
                        len--;
        }
        memcpy(cut, text, len);
        cut[len] = '\0';
        buffer_printf(out, "&amp;%s=", name);
        url_escape(out, cut);
}

static void write_page_address(
                Buffer *out, const PageView *view, const char *name, const CatalogEvent *event)
{
        CLEANUP(buffer_done) Buffer url = BUFFER_INIT(LINK_BYTES);
        buffer_puts(&url, view->config->http.base_url);
        page_write_event_path(&url, event->uid);
        buffer_printf(out, "&amp;%s=", name);
        url_escape(out, buffer_text(&url));
}

static void write_moment(Buffer *out, const When *when, usec_t instant)
{
        char text[17];
        if (when->form == WHEN_DATE || when->form == WHEN_FLOATING)
                when_format(when, text);
        else
                time_format_utc(instant, text);
        buffer_puts(out, text);
}

/*
 * Whether a link can hold the whole series: one rule, and no instance that was added, left out or changed.
 */
static bool has_plain_rule(const Event *event)
{
        static const char *const others[] = { "RDATE", "EXDATE", "EXRULE" };
        size_t len;
        for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
                if (event_property_line(event, others[i], 0))
                        return false;
        return event_property_line(event, "RRULE", 0) && !event_property_line(event, "RRULE", 1) &&
               !strcasestr(event_text(event, &len), "\nRECURRENCE-ID");
}

/* Writes a time of a series. It repeats by its zone's clock, so the time is local. */
static void write_local(Buffer *out, const When *when)
{
        char text[17];
        When local = *when;
        if (local.form == WHEN_ZONED)
                local.form = WHEN_FLOATING;
        when_format(&local, text);
        buffer_puts(out, text);
}

static void write_google_dates(Buffer *out, const CatalogEvent *event, const Event *object)
{
        if (!event->is_series) {
                write_moment(out, &event->start, event->start_usec);
                buffer_puts(out, "%2F");
                write_moment(out, &event->end, event->end_usec);
                return;
        }
        write_local(out, &event->start);
        buffer_puts(out, "%2F");
        write_local(out, &event->end);
        if (event->start.form == WHEN_ZONED)
                write_query_text(out, "ctz", zone_name(event->start.zone));
        CLEANUP(buffer_done) Buffer rule = BUFFER_INIT(LINK_BYTES);
        buffer_puts(&rule, "RRULE:");
        publish_canonical_rule(object, &rule);
        buffer_puts(out, "&amp;recur=");
        url_escape(out, buffer_text(&rule));
}

static void write_google(Buffer *out, const PageView *view, const CatalogEvent *event, const Event *object)
{
        link_begin(out, "");
        buffer_puts(out, "https://calendar.google.com/calendar/render?action=TEMPLATE&amp;dates=");
        write_google_dates(out, event, object);
        write_query_text(out, "text", entry_title(view, event->title));
        write_query_text(out, "location", event->place.text);
        write_page_address(out, view, "details", event);
        buffer_puts(out, "\">Google</a>");
}

static void write_iso(Buffer *out, const When *when, usec_t instant)
{
        char text[21];
        const CivilTime *day = &when->civil;
        if (when->form == WHEN_DATE || when->form == WHEN_FLOATING)
                buffer_printf(out, "%04d-%02d-%02d", day->year, day->month, day->day);
        if (when->form == WHEN_FLOATING)
                buffer_printf(out, "T%02d:%02d:%02d", day->hour, day->minute, day->second);
        if (when->form == WHEN_DATE || when->form == WHEN_FLOATING)
                return;
        time_format_rfc3339(instant, text);
        buffer_puts(out, text);
}

/* Writes a link to Outlook on the web. @host: EVENT_LINKS_OUTLOOK or EVENT_LINKS_OFFICE. */
static void write_outlook(Buffer *out, const PageView *view, const CatalogEvent *event, const char *host,
                const char *name)
{
        link_begin(out, "");
        buffer_printf(out, "https://%s/calendar/0/deeplink/", host);
        buffer_puts(out, "compose?path=%2Fcalendar%2Faction%2Fcompose"
                         "&amp;rru=addevent&amp;startdt=");
        write_iso(out, &event->start, event->start_usec);
        buffer_puts(out, "&amp;enddt=");
        write_iso(out, &event->end, event->end_usec);
        if (event->start.form == WHEN_DATE)
                buffer_puts(out, "&amp;allday=true");
        write_query_text(out, "subject", entry_title(view, event->title));
        write_query_text(out, "location", event->place.text);
        write_page_address(out, view, "body", event);
        buffer_printf(out, "\">%s</a>", name);
}

static void write_feed_address(Buffer *out, const PageView *view, const CatalogEvent *event)
{
        html_escape(out, view->config->http.base_url);
        page_write_event_path(out, event->uid);
        buffer_puts(out, ".ics");
}

/* Writes a link to the form for reminders of this event. */
static void write_reminders(Buffer *out, const PageView *view, const CatalogEvent *event)
{
        if (!signup_is_open(view->config))
                return;
        buffer_puts(out, "<li><a href=\"/subscribe/mail?event=");
        url_escape(out, event->uid);
        buffer_printf(out, "\">%s</a></li>\n", view->strings->mail_reminders);
}

void event_links_calendars(Buffer *out, const PageView *view, const CatalogEvent *event, const Event *object)
{
        buffer_puts(out, "<ul class=\"links\">\n<li>");
        buffer_puts(out, "<a class=\"button\" href=\"");
        page_write_event_path(out, event->uid);
        buffer_printf(out, ".ics\">%s</a></li>\n", view->strings->calendar_file);
        if (!event->is_series || has_plain_rule(object)) {
                buffer_puts(out, "<li>");
                write_google(out, view, event, object);
                buffer_puts(out, "</li>\n");
        }
        if (!event->is_series) {
                buffer_puts(out, "<li>");
                write_outlook(out, view, event, EVENT_LINKS_OUTLOOK, view->strings->outlook_home);
                buffer_puts(out, "</li>\n<li>");
                write_outlook(out, view, event, EVENT_LINKS_OFFICE, view->strings->outlook_work);
                buffer_puts(out, "</li>\n");
        }
        write_reminders(out, view, event);
        buffer_puts(out, "<li>");
        link_begin(out, "");
        buffer_printf(out, "https://calendar.yandex.ru/week?sidebar=addFeed\">%s</a></li>\n</ul>\n",
                        view->strings->yandex);
        buffer_printf(out, "<p class=\"note\">%s <code>", view->strings->yandex_asks);
        write_feed_address(out, view, event);
        buffer_puts(out, "</code></p>\n");
}

static void write_map_word(Buffer *out, const PageView *view, bool is_exact)
{
        buffer_puts(out, view->strings->on_the_map);
        buffer_puts(out, "</a>");
        if (!is_exact)
                buffer_printf(out, " <span class=\"note\">(%s)</span>", view->strings->town_centre);
}

void event_links_point(Buffer *out, const PageView *view, double latitude, double longitude, bool is_exact)
{
        link_begin(out, "");
        if (is_exact)
                buffer_printf(out,
                                "https://www.openstreetmap.org/?mlat=%.6f&amp;mlon=%.6f#map=17/%.6f/%.6f\">",
                                latitude, longitude, latitude, longitude);
        else
                buffer_printf(out, "https://www.openstreetmap.org/#map=12/%.4f/%.4f\">", latitude,
                                longitude);
        write_map_word(out, view, is_exact);
}

bool event_links_read_geo(const Event *event, double *latitude, double *longitude)
{
        const ContentLine *geo = event_property_line(event, "GEO", 0);
        return geo && sscanf(geo->value, "%lf;%lf", latitude, longitude) == 2 && fabs(*latitude) <= 90 &&
               fabs(*longitude) <= 180;
}

void event_links_map(Buffer *out, const PageView *view, const Event *event, const CatalogEvent *entry,
                const CatalogSite *site)
{
        double latitude, longitude;
        buffer_puts(out, "<p class=\"noprint\">");
        if (event_links_read_geo(event, &latitude, &longitude)) {
                event_links_point(out, view, latitude, longitude, true);
        } else if (site && site->has_point) {
                event_links_point(out, view, site->latitude, site->longitude, site->is_exact);
        } else {
                link_begin(out, "");
                buffer_puts(out, "https://www.openstreetmap.org/search?query=");
                url_escape(out, entry->place.text);
                buffer_puts(out, "\">");
                write_map_word(out, view, true);
        }
        buffer_puts(out, "</p>\n");
}
