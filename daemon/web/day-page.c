#include "web/day-page.h"

#include "base/text.h"
#include "contact/card.h"
#include "meet/booking-event.h"
#include "meet/host.h"
#include "store/meeting.h"
#include "store/object.h"
#include "store/private-feed.h"
#include "web/feeds.h"
#include "web/page.h"
#include "web/site.h"

#include <stdio.h>
#include <string.h>

enum { PAGE_BYTES = 1024 * 1024, NAME_BYTES = 4096, DAY_SIZE = 16 };

typedef struct DayPage {
        PageView view;
        Store *store;
        ObjectRecord *contact;
        Host host;
        const Zone *zone; /* of the shown days and times */
        int64_t day;
        Buffer *out;
        size_t n; /* meetings shown */
} DayPage;

static void day_page_done(DayPage *page)
{
        host_done(&page->host);
        object_record_free(page->contact);
        store_close(page->store);
        page_view_done(&page->view);
}

static usec_t midnight(const DayPage *page, int64_t day)
{
        CivilTime civil = civil_from_days(day);
        return zone_to_instant(page->zone, &civil) * USEC_PER_SEC;
}

static void format_day(int64_t day, char ret[static DAY_SIZE])
{
        CivilTime civil = civil_from_days(day);
        snprintf(ret, DAY_SIZE, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
}

/* Writes the name of a delegate. The other side is not shown the address, even if there is no name. */
static void write_delegate(DayPage *page, const BookingPerson *delegate)
{
        const WebStrings *strings = page->view.strings;
        buffer_printf(page->out, "<br>%s: ", strings->meeting_delegate_label);
        page_write_text(page->out, &page->view,
                        delegate->name[0] ? delegate->name : strings->meeting_some_delegate);
}

/* Writes the other side: the visitor's name with the organisation, or the host's name; and its delegate. */
static int write_other(DayPage *page, const Meeting *meeting, bool is_host)
{
        CLEANUP(meet_parties_done) MeetParties parties = { 0 };
        const MeetingVisitor *visitor = &meeting->visitor;
        int r = meet_parties_load(page->store, meeting, &parties);
        if (r != 0)
                return r;
        page_write_text(page->out, &page->view,
                        is_host        ? visitor->name
                        : parties.card ? parties.host_name
                                       : "");
        if (is_host && visitor->organisation[0]) {
                buffer_puts(page->out, visitor->name[0] ? ", " : "");
                page_write_text(page->out, &page->view, visitor->organisation);
        }
        const BookingPerson *delegate =
                        meet_parties_delegate(&parties, meeting, is_host ? MEETING_VISITOR : MEETING_HOST);
        if (delegate)
                write_delegate(page, delegate);
        return 0;
}

static int write_heading(DayPage *page, const Meeting *meeting)
{
        CivilTime start = zone_to_civil(page->zone, meeting->start / USEC_PER_SEC);
        CivilTime end = zone_to_civil(page->zone, meeting->finish / USEC_PER_SEC);
        buffer_puts(page->out, "<h2>");
        int r = text_dates_write(page->view.dates, page->out, TEXT_TIME, &start);
        buffer_puts(page->out, "–");
        if (r == 0)
                r = text_dates_write(page->view.dates, page->out, TEXT_TIME, &end);
        if (meeting->place[0]) {
                buffer_puts(page->out, ", ");
                page_write_text(page->out, &page->view, meeting->place);
        }
        buffer_puts(page->out, "</h2>\n<p>");
        return r;
}

static int write_meeting(DayPage *page, const Meeting *meeting, bool is_host)
{
        buffer_puts(page->out, page->n++ == 0 ? "<ul class=\"cards timetable\">\n<li class=\"card\">\n"
                                              : "<li class=\"card\">\n");
        int r = write_heading(page, meeting);
        if (r == 0)
                r = write_other(page, meeting, is_host);
        buffer_puts(page->out, "</p>\n");
        if (meeting->visitor.topic[0]) {
                buffer_puts(page->out, "<p class=\"note\">");
                page_write_text(page->out, &page->view, meeting->visitor.topic);
                buffer_puts(page->out, "</p>\n");
        }
        if (meeting->state != MEETING_BOOKED)
                buffer_printf(page->out, "<p><span class=\"badge\">%s</span></p>\n",
                                page->view.strings->day_waiting);
        buffer_puts(page->out, "</li>\n");
        return r;
}

/*
 * Writes a meeting if it is on the shown day, if the contact is its host or visitor, and if it is neither
 * final nor expired. A HELD meeting is left out, because the visitor's address is not confirmed.
 */
static int on_meeting(const Meeting *meeting, void *userdata)
{
        DayPage *page = userdata;
        bool is_host = strcmp(meeting->host, page->contact->uid) == 0;
        bool is_live = meeting->state != MEETING_HELD && !meeting_state_is_final(meeting->state) &&
                       !(meeting->expires > 0 && meeting->expires <= page->view.now);
        bool is_of_day = meeting->start >= midnight(page, page->day) &&
                         meeting->start < midnight(page, page->day + 1);
        bool is_own = is_host || host_has_mailbox(&page->host, meeting->visitor.address);
        return is_live && is_of_day && is_own ? write_meeting(page, meeting, is_host) : 0;
}

static void write_link(const DayPage *page, int64_t day, const char *text)
{
        char name[DAY_SIZE];
        format_day(day, name);
        buffer_printf(page->out, "<li><a href=\"?day=%s\">%s</a></li>\n", name, text);
}

static int write_content(DayPage *page)
{
        const WebStrings *strings = page->view.strings;
        CivilTime civil = civil_from_days(page->day);
        buffer_puts(page->out, "<p>");
        int r = text_dates_write(page->view.dates, page->out, TEXT_DATE_WEEKDAY, &civil);
        buffer_puts(page->out, " (");
        page_write_zone(page->out, &page->view, page->zone, midnight(page, page->day));
        buffer_puts(page->out, ")</p>\n");
        if (r == 0)
                r = meeting_each(page->store, NULL, midnight(page, page->day), on_meeting, page);
        if (page->n > 0)
                buffer_puts(page->out, "</ul>\n");
        else
                buffer_printf(page->out, "<p class=\"nothing\">%s</p>\n", strings->day_none);
        buffer_puts(page->out, "<ul class=\"links noprint\">\n");
        write_link(page, page->day - 1, strings->day_before);
        write_link(page, page->day + 1, strings->day_after);
        buffer_puts(page->out, "</ul>\n");
        return r;
}

static int write_page(DayPage *page)
{
        CLEANUP(buffer_done) Buffer title = BUFFER_INIT(NAME_BYTES);
        char day[DAY_SIZE];
        const PageField fields[] = { { "day", day }, { NULL, NULL } };
        format_day(page->day, day);
        int r = text_message(&title, page->view.tag, page->view.strings->day_title,
                        TEXT_ARGUMENTS({ "host", page->contact->name, 0 }));
        const PageHead head = { .title = buffer_text(&title), .fields = fields, .noindex = true };
        page_begin(page->out, &page->view, &head);
        if (r == 0)
                r = write_content(page);
        page_end(page->out, &page->view, &head);
        return r;
}

/* Returns the day of the query, or today, as days since 1970-01-01. */
static int64_t choose_day(const DayPage *page, HttpRequest *request)
{
        const char *text = http_request_query(request, "day");
        CivilTime civil = { 0 };
        int end = 0;
        if (text && sscanf(text, "%4d-%2d-%2d%n", &civil.year, &civil.month, &civil.day, &end) == 3 &&
                        !text[end] && civil_valid(&civil))
                return civil_days(civil.year, civil.month, civil.day);
        civil = zone_to_civil(page->zone, page->view.now / USEC_PER_SEC);
        return civil_days(civil.year, civil.month, civil.day);
}

static int load(DayPage *page, const char *token)
{
        int64_t contact = 0;
        int r = private_feed_contact(page->store, token, &contact);
        if (r == 0)
                r = object_get_by_id(page->store, contact, &page->contact);
        if (r == 0)
                r = host_load(page->store, page->contact->uid, &page->host);
        if (r == 0 && card_language(page->host.card))
                r = page_view_suggest_language(&page->view, card_language(page->host.card));
        if (r != 0)
                return r;
        const char *name = card_zone_name(page->host.card);
        page->zone = page->view.zone ? page->view.zone : page->view.config->time_zone;
        if (!page->view.zone && name)
                (void)zone_table_get(page->view.zones, name, &page->zone);
        return 0;
}

int day_page_on_private(HttpRequest *request, const char *rest, void *userdata)
{
        CLEANUP(day_page_done) DayPage page = { .n = 0 };
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(PAGE_BYTES);
        size_t len = strlen(rest);
        if (len > 4 && strcmp(rest + len - 4, ".ics") == 0)
                return feeds_on_private(request, rest, userdata);
        int r = http_request_defer(request, HTTP_WORK_LONG, 0);
        if (r == 0)
                r = site_page_view(userdata, request, &page.view);
        if (r != 0)
                return r;
        r = site_open_store(userdata, STORE_READ_ONLY, &page.store);
        if (r != 0)
                return site_reply_failure(userdata, request, NULL, r);
        r = load(&page, rest);
        if (r == STORE_E_NOT_FOUND)
                return site_reply_error(userdata, request, 404, NULL);
        page.out = &out;
        if (r == 0)
                page.day = choose_day(&page, request);
        if (r == 0)
                r = write_page(&page);
        return r != 0 ? site_reply_failure(userdata, request, page.store, r)
                      : page_reply(request, 200, &out);
}
