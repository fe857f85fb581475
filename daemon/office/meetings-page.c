#include "office/meetings-page.h"

#include "base/html.h"
#include "meet/booking.h"
#include "office/day-text.h"
#include "office/form.h"
#include "office/layout.h"
#include "office/meeting-parts.h"
#include "office/write.h"

#include <stdio.h>
#include <string.h>

#define PATH "/office/meetings"

enum { OK = 200, BAD = 422 };

/* The steps that a button makes for the host, and the states in which it is shown. */
static const struct {
        const char *name;
        MeetingStep step;
        unsigned states; /* bits 1 << MeetingState */
        OfficeWord label;
} steps[] = {
        { "accept", MEETING_STEP_ACCEPT, 1U << MEETING_ASKED, OFFICE_WORD(meeting_accept) },
        { "decline", MEETING_STEP_DECLINE, 1U << MEETING_ASKED, OFFICE_WORD(meeting_decline) },
        { "cancel", MEETING_STEP_CANCEL, 1U << MEETING_BOOKED | 1U << MEETING_PROPOSED,
                        OFFICE_WORD(meeting_cancel) },
        { "move", MEETING_STEP_MOVE, 1U << MEETING_BOOKED, OFFICE_WORD(occurrence_move) },
};

enum { N_STEPS = sizeof(steps) / sizeof(*steps) };

typedef struct MeetingsPage {
        OfficeCall *call;
        bool may_write;
        int n;
        const char *refusal; /* why the step that was sent was not made; NULL if none was */
} MeetingsPage;

/* Whether the form of a step of the meeting was sent, and is shown again with what was typed. */
static bool was_sent(const MeetingsPage *page, const Meeting *meeting, const char *step)
{
        return page->refusal && strcmp(office_form(page->call, "uid"), meeting->uid) == 0 &&
               strcmp(office_form(page->call, "step"), step) == 0;
}

static void write_when(OfficeCall *call, const char *name, const char *label, const char *value)
{
        buffer_printf(&call->out,
                        "<label><span class=\"hidden\">%s</span> <input type=\"%s\" name=\"%s\" value=\"",
                        label, strcmp(name, "day") == 0 ? "date" : "time", name);
        html_escape(&call->out, value);
        buffer_puts(&call->out, "\"></label>\n");
}

/* Writes the fields of the new time, in the zone of the host. */
static void write_move(MeetingsPage *page, const Meeting *meeting, bool is_sent)
{
        OfficeCall *call = page->call;
        CivilTime civil = zone_to_civil(meeting_parts_zone(call, meeting), meeting->start / USEC_PER_SEC);
        char day[32], clock[16];
        snprintf(day, sizeof(day), "%04d-%02d-%02d", civil.year, civil.month, civil.day);
        snprintf(clock, sizeof(clock), "%02d:%02d", civil.hour, civil.minute);
        write_when(call, "day", call->strings->start_day, is_sent ? office_form(call, "day") : day);
        write_when(call, "time", call->strings->start_time, is_sent ? office_form(call, "time") : clock);
        if (is_sent)
                buffer_printf(&call->out, "<span class=\"fault\" id=\"step-fault\">%s</span>\n",
                                page->refusal);
}

static void write_steps(MeetingsPage *page, const Meeting *meeting)
{
        OfficeCall *call = page->call;
        for (size_t i = 0; i < N_STEPS; i++) {
                bool moves = steps[i].step == MEETING_STEP_MOVE;
                if (!(steps[i].states & 1U << meeting->state))
                        continue;
                bool is_sent = was_sent(page, meeting, steps[i].name);
                if (moves)
                        buffer_printf(&call->out, "<details%s><summary>%s</summary>\n",
                                        is_sent ? " open" : "", call->strings->occurrence_move);
                form_begin(call, PATH, "one");
                form_hidden(call, "uid", meeting->uid);
                if (moves)
                        write_move(page, meeting, is_sent);
                form_submit(call, "step", steps[i].name, "quiet",
                                office_word(call->strings, steps[i].label));
                form_end(call);
                buffer_puts(&call->out, moves ? "</details>\n" : "");
        }
}

static int write_meeting(const Meeting *meeting, void *userdata)
{
        MeetingsPage *page = userdata;
        OfficeCall *call = page->call;
        const Zone *zone = meeting_parts_zone(call, meeting);
        const When start = when_of_instant(zone, meeting->start),
                   end = when_of_instant(zone, meeting->finish);
        bool is_final = meeting_state_is_final(meeting->state);
        page->n++;
        buffer_puts(&call->out,
                        is_final ? "<tr class=\"off\"><td class=\"when\">" : "<tr><td class=\"when\">");
        write_span(call, &start, &end);
        buffer_puts(&call->out, "</td><th scope=\"row\">");
        meeting_parts_write_host(call, meeting->host);
        buffer_puts(&call->out, "</th><td>");
        meeting_parts_write_visitor(call, &meeting->visitor);
        buffer_puts(&call->out, "</td><td>");
        html_escape(&call->out, meeting->place);
        buffer_printf(&call->out, "</td><td>%s</td><td>", meeting_parts_state(call, meeting->state));
        if (page->may_write)
                write_steps(page, meeting);
        buffer_puts(&call->out, "</td></tr>\n");
        return 0;
}

static int reply_page(OfficeCall *call, const char *refusal)
{
        const OfficeStrings *strings = call->strings;
        MeetingsPage page = { .call = call, .refusal = refusal };
        int r = office_may_read(call, COLLECTION_MEETINGS);
        if (r == OFFICE_E_FORBIDDEN)
                return r;
        page.may_write = office_may_write(call, COLLECTION_MEETINGS) == 0;
        office_begin(call, OFFICE_MEETINGS, strings->section_meetings);
        if (refusal)
                form_refusal(call, refusal);
        meeting_parts_write_links(call, MEETING_PART_REQUESTS);
        buffer_printf(&call->out,
                        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table class=\"rows\"><thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><td></td></tr></thead>\n<tbody>\n",
                        strings->section_meetings, strings->when, strings->meeting_host,
                        strings->meeting_visitor, strings->place, strings->state);
        r = meeting_each(call->store, NULL, call->now - USEC_PER_DAY, write_meeting, &page);
        buffer_puts(&call->out, "</tbody></table></div>\n");
        if (page.n == 0)
                buffer_printf(&call->out, "<p class=\"nothing\">%s</p>\n", strings->no_meetings);
        office_end(call);
        return r != 0 ? r : office_reply(call, refusal ? BAD : OK);
}

static int read_time(OfficeCall *call, const char *uid, BookingTime *ret)
{
        CLEANUP(meeting_freep) Meeting *meeting = NULL;
        CivilTime civil;
        int r = meeting_get_by_uid(call->store, uid, &meeting);
        if (r != 0)
                return r;
        if (!day_text_read(office_form(call, "day"), &civil) ||
                        !day_text_read_clock(office_form(call, "time"), &civil))
                return BOOKING_E_NO_TIME;
        *ret = (BookingTime){ .start = zone_to_instant(meeting_parts_zone(call, meeting), &civil) *
                                       USEC_PER_SEC };
        return 0;
}

/* Makes a step for the host, in the open transaction. */
static int make_step(OfficeCall *call)
{
        CLEANUP(booking_result_done) BookingResult result = { .n_nearest = 0 };
        const BookingWork work = { call->store, call->view.config, call->now };
        const char *name = office_form(call, "step"), *uid = office_form(call, "uid");
        BookingTime time;
        BookingStep step = { .uid = uid, .role = MEETING_HOST, .times = &time };
        for (size_t i = 0; i < N_STEPS; i++)
                if (strcmp(steps[i].name, name) == 0)
                        step.step = steps[i].step;
        if (step.step == 0)
                return BOOKING_E_NOT_POSSIBLE;
        step.n_times = step.step == MEETING_STEP_MOVE;
        int r = step.n_times ? read_time(call, uid, &time) : 0;
        return r != 0 ? r : booking_step(&work, &step, &result);
}

static const char *refusal(const OfficeCall *call, int r)
{
        return r == BOOKING_E_TAKEN      ? call->strings->meeting_taken
               : r == BOOKING_E_TOO_LATE ? call->strings->meeting_too_late
                                         : call->strings->bad_action;
}

static int on_post(OfficeCall *call)
{
        int r = office_may_write(call, COLLECTION_MEETINGS);
        if (r == 0)
                r = store_begin_write(call->store);
        if (r == 0)
                r = make_step(call);
        if (r == 0)
                r = store_commit(call->store);
        if (r == 0)
                return office_redirect(call, PATH, "meeting-changed");
        bool is_refused = r >= CONDITIONS_MEET && r < CONDITIONS_MEET + 100;
        if (!is_refused)
                return r == STORE_E_NOT_FOUND ? OFFICE_E_NOT_FOUND : r;
        store_rollback(call->store);
        if (r == BOOKING_E_TAKEN)
                site_count_conflict(call->parts->site);
        return reply_page(call, refusal(call, r));
}

static int on_meetings(OfficeCall *call)
{
        return office_is_post(call) ? on_post(call) : reply_page(call, NULL);
}

const OfficeRow meetings_page_rows[] = {
        { "meetings", true, HTTP_GET | HTTP_POST, ACCOUNT_EDITOR, on_meetings },
        { NULL, false, 0, 0, NULL },
};
