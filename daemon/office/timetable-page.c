#include "office/timetable-page.h"

#include "base/html.h"
#include "base/url.h"
#include "meet/match.h"
#include "meet/offers.h"
#include "meet/slot.h"
#include "meet/timetable.h"
#include "office/day-text.h"
#include "office/form.h"
#include "office/layout.h"
#include "office/match-sheets.h"
#include "office/meeting-parts.h"
#include "office/write.h"
#include "store/object.h"
#include "web/page.h"

#include <stdio.h>
#include <string.h>

enum { BAD = 422, CONFLICT = 409, DAY_SIZE = 16 };

/* ---- A day ---- */

typedef struct DayPage {
        OfficeCall *call;
        const Zone *zone;
        usec_t from, to;
        int n;
} DayPage;

static void write_cells(OfficeCall *call, const Zone *zone, usec_t from, usec_t to)
{
        CivilTime start = zone_to_civil(zone, from / USEC_PER_SEC),
                  end = zone_to_civil(zone, to / USEC_PER_SEC);
        buffer_printf(&call->out, "<td class=\"when\">%02d:%02d–%02d:%02d</td><td>", start.hour,
                        start.minute, end.hour, end.minute);
}

static int write_meeting(const Meeting *meeting, void *userdata)
{
        DayPage *page = userdata;
        OfficeCall *call = page->call;
        if (meeting_state_is_final(meeting->state) || meeting->start >= page->to ||
                        meeting->finish <= page->from)
                return 0;
        page->n++;
        buffer_puts(&call->out, "<tr>");
        write_cells(call, page->zone, meeting->start, meeting->finish);
        html_escape(&call->out, meeting->place);
        buffer_puts(&call->out, "</td><th scope=\"row\">");
        meeting_parts_write_host(call, meeting->host);
        buffer_puts(&call->out, "</th><td>");
        meeting_parts_write_visitor(call, &meeting->visitor);
        buffer_printf(&call->out, "</td><td>%s</td></tr>\n", meeting_parts_state(call, meeting->state));
        return 0;
}

static void begin_table(OfficeCall *call, const char *title, const char *last)
{
        const OfficeStrings *strings = call->strings;
        buffer_printf(&call->out,
                        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table class=\"rows\"><thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th></tr></thead>\n<tbody>\n",
                        title, strings->when, strings->place, strings->meeting_host,
                        strings->meeting_visitor, last);
}

static void end_table(OfficeCall *call)
{
        buffer_puts(&call->out, "</tbody></table></div>\n");
}

static void write_day_form(OfficeCall *call, const char *day)
{
        buffer_puts(&call->out, "<form class=\"bar-form\" method=\"get\">\n");
        form_field(call, NULL,
                        &(FormField){ .name = "day",
                                        .label = call->strings->timetable_day,
                                        .value = day,
                                        .type = "date",
                                        .is_short = true });
        form_submit(call, NULL, NULL, NULL, call->strings->show);
        buffer_puts(&call->out, "</form>\n");
}

static int on_timetable(OfficeCall *call)
{
        const Zone *zone = call->view.config->time_zone;
        CivilTime day = zone_to_civil(zone, call->now / USEC_PER_SEC);
        char text[DAY_SIZE];
        DayPage page = { .call = call, .zone = zone };
        int r = office_may_read(call, COLLECTION_MEETINGS);
        if (r == OFFICE_E_FORBIDDEN)
                return r;
        (void)day_text_read(office_query(call, "day"), &day); /* without a day, it is today */
        day = civil_from_days(civil_days(day.year, day.month, day.day));
        CivilTime next = civil_from_days(civil_days(day.year, day.month, day.day) + 1);
        page.from = zone_to_instant(zone, &day) * USEC_PER_SEC;
        page.to = zone_to_instant(zone, &next) * USEC_PER_SEC;
        snprintf(text, sizeof(text), "%04d-%02d-%02d", day.year % 10000, day.month, day.day);
        office_begin(call, OFFICE_MEETINGS, call->strings->timetable_title);
        meeting_parts_write_links(call, MEETING_PART_TIMETABLE);
        write_day_form(call, text);
        buffer_puts(&call->out, "<h2>");
        const When start = { .form = WHEN_DATE, .civil = day }, end = { .form = WHEN_DATE, .civil = next };
        write_span(call, &start, &end);
        buffer_puts(&call->out, "</h2>\n");
        begin_table(call, call->strings->timetable_title, call->strings->state);
        r = meeting_each(call->store, NULL, page.from, write_meeting, &page);
        end_table(call);
        if (page.n == 0)
                buffer_printf(&call->out, "<p class=\"nothing\">%s</p>\n", call->strings->timetable_none);
        office_end(call);
        return r != 0 ? r : office_reply(call, 200);
}

/* ---- The wishes of participants ---- */

typedef struct MatchPage {
        OfficeCall *call;
        ObjectRecord *record; /* of the event */
        Event *event;
        WishList wishes;
        Timetable timetable;
} MatchPage;

static void match_page_done(MatchPage *page)
{
        timetable_done(&page->timetable);
        wish_list_done(&page->wishes);
        event_free(page->event);
        object_record_free(page->record);
}

static int load_event(MatchPage *page, const char *uid)
{
        Store *store = page->call->store;
        int r = object_find(store, uid, &page->record);
        if (r == 0 && page->record->kind != OBJECT_EVENT)
                r = STORE_E_NOT_FOUND;
        if (r == 0)
                r = event_parse(store_zones(store), page->record->text, page->record->len, &page->event,
                                NULL);
        return r == STORE_E_NOT_FOUND || r == EVENT_E_INVALID ? OFFICE_E_NOT_FOUND : r;
}

static int make(MatchPage *page)
{
        OfficeCall *call = page->call;
        const BookingWork work = { call->store, call->view.config, call->now };
        int r = wishes_read(call->store, page->record->uid, &page->wishes);
        return r != 0 ? r : timetable_make(&work, page->record->uid, &page->wishes, &page->timetable);
}

static void write_row(MatchPage *page, const TimetableRow *row)
{
        static const OfficeWord words[TIMETABLE_STATES_N] = {
                [TIMETABLE_PROPOSED] = OFFICE_WORD(match_proposed),
                [TIMETABLE_BOOKED] = OFFICE_WORD(meeting_booked),
                [TIMETABLE_ENDED] = OFFICE_WORD(meeting_declined),
                [TIMETABLE_UNKNOWN] = OFFICE_WORD(match_unknown),
                [TIMETABLE_NO_OFFER] = OFFICE_WORD(match_no_offer),
                [TIMETABLE_NO_TIME] = OFFICE_WORD(match_no_time),
                [TIMETABLE_FULL] = OFFICE_WORD(match_full),
        };
        OfficeCall *call = page->call;
        const Zone *zone = event_zone(page->event, call->view.config->time_zone);
        bool is_meeting = row->state == TIMETABLE_PROPOSED || row->state == TIMETABLE_BOOKED;
        buffer_puts(&call->out, is_meeting ? "<tr><td class=\"when\">" : "<tr><td></td><td>");
        if (is_meeting) {
                const When start = when_of_instant(zone, row->start), end = when_of_instant(zone, row->end);
                write_span(call, &start, &end);
                buffer_puts(&call->out, "</td><td>");
                html_escape(&call->out, row->place);
        }
        buffer_puts(&call->out, "</td><th scope=\"row\">");
        page_write_text(&call->out, &call->view, row->names[0]);
        buffer_puts(&call->out, "</th><td>");
        page_write_text(&call->out, &call->view, row->names[1]);
        buffer_printf(&call->out, "</td><td>%s</td></tr>\n", office_word(call->strings, words[row->state]));
}

static int write_result(MatchPage *page)
{
        OfficeCall *call = page->call;
        const Timetable *timetable = &page->timetable;
        size_t n_proposed = 0;
        buffer_puts(&call->out, "<h2>");
        page_write_text(&call->out, &call->view, page->record->name);
        buffer_puts(&call->out, "</h2>\n<p>");
        int r = write_message(call, call->strings->match_granted,
                        TEXT_ARGUMENTS({ "granted", NULL, (int64_t)timetable->n_granted },
                                        { "wishes", NULL, (int64_t)timetable->n_wishes }));
        buffer_puts(&call->out, "</p>\n");
        match_sheets_write_links(call, page->record->uid);
        begin_table(call, call->strings->match_title, call->strings->state);
        for (size_t i = 0; i < timetable->n; i++) {
                n_proposed += timetable->rows[i].state == TIMETABLE_PROPOSED;
                write_row(page, &timetable->rows[i]);
        }
        end_table(call);
        if (n_proposed > 0 && office_may_write(call, COLLECTION_MEETINGS) != OFFICE_E_FORBIDDEN) {
                form_begin(call, "/office/match", "form");
                form_hidden(call, "event", page->record->uid);
                form_submit(call, NULL, NULL, NULL, call->strings->match_book);
                form_end(call);
        }
        return r;
}

static int write_sheets(MatchPage *page, const MatchSheets *sheets)
{
        OfficeCall *call = page->call;
        const Zone *zone = event_zone(page->event, call->view.config->time_zone);
        match_sheets_write_links(call, page->record->uid);
        return match_sheets_write(call, page->record->name, zone, &page->timetable, sheets);
}

/* Lists the events that have offers. */
static int write_event_option(const ObjectRecord *record, const Offer *offer, void *userdata)
{
        CLEANUP(object_record_freep) ObjectRecord *event = NULL;
        OfficeCall *call = userdata;
        (void)record;
        int r = offer->of_event ? object_find(call->store, offer->of_event, &event) : STORE_E_NOT_FOUND;
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        buffer_puts(&call->out, "<li><a href=\"/office/match?event=");
        url_escape(&call->out, event->uid);
        buffer_puts(&call->out, "\">");
        page_write_text(&call->out, &call->view, event->name);
        buffer_puts(&call->out, " · ");
        meeting_parts_write_host(call, offer->host);
        buffer_puts(&call->out, "</a></li>\n");
        return 0;
}

static int write_choice(OfficeCall *call)
{
        buffer_printf(&call->out, "<p>%s</p>\n<ul class=\"plain\">\n", call->strings->match_note);
        int r = offers_each_of_host(
                        call->store, NULL, call->view.config->time_zone, write_event_option, call);
        buffer_puts(&call->out, "</ul>\n");
        return r;
}

static int get_match(OfficeCall *call, MatchPage *page)
{
        const char *uid = office_query(call, "event");
        const MatchSheets *sheets = match_sheets_find(office_query(call, "by"));
        int r = office_may_read(call, COLLECTION_MEETINGS);
        if (r == 0 || r == OFFICE_E_NOT_FOUND) /* the calendar is made with the first booking */
                r = *uid ? load_event(page, uid) : 0;
        if (r == 0 && page->record)
                r = make(page);
        if (r == MATCH_E_TOO_LARGE || r == SLOT_E_TOO_MANY)
                return office_reply_error(call, BAD, call->strings->match_too_large);
        if (r != 0)
                return r;
        office_begin(call, OFFICE_MEETINGS, call->strings->match_title);
        meeting_parts_write_links(call, MEETING_PART_MATCH);
        r = !page->record ? write_choice(call) : sheets ? write_sheets(page, sheets) : write_result(page);
        office_end(call);
        return r != 0 ? r : office_reply(call, 200);
}

/* Makes the timetable again and books it, in one transaction, so that its times are still free. */
static int post_match(OfficeCall *call, MatchPage *page)
{
        CLEANUP(buffer_done) Buffer path = BUFFER_INIT(4096);
        const BookingWork work = { call->store, call->view.config, call->now };
        const TimetableRow *failed = NULL;
        int r = store_begin_write(call->store);
        if (r == 0)
                r = office_may_write(call, COLLECTION_MEETINGS);
        if (r == OFFICE_E_NOT_FOUND) /* the calendar is made with the first booking */
                r = 0;
        if (r == 0)
                r = load_event(page, office_form(call, "event"));
        if (r == 0)
                r = make(page);
        if (r == 0)
                r = timetable_book(&work, &page->timetable, &failed);
        if (failed) {
                store_rollback(call->store);
                return office_reply_error(call, CONFLICT, call->strings->match_not_booked);
        }
        if (r == 0)
                r = store_commit(call->store);
        buffer_puts(&path, "/office/match?event=");
        url_escape(&path, office_form(call, "event"));
        return r != 0 ? r : office_redirect(call, buffer_text(&path), "meeting-changed");
}

static int on_match(OfficeCall *call)
{
        CLEANUP(match_page_done) MatchPage page = { .call = call };
        return office_is_post(call) ? post_match(call, &page) : get_match(call, &page);
}

const OfficeRow timetable_page_rows[] = {
        { "timetable", true, HTTP_GET, ACCOUNT_EDITOR, on_timetable },
        { "match", true, HTTP_GET | HTTP_POST, ACCOUNT_EDITOR, on_match },
        { NULL, false, 0, 0, NULL },
};
