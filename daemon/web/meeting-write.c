/* Writes the page of a meeting: its state, time and place, and the buttons of the possible steps. */

#include "base/text.h"
#include "web/form-fields.h"
#include "web/meeting-view.h"

#include <inttypes.h>

enum { MESSAGE_BYTES = 64 * 1024 };

/* The sentence about a state, by the reader's role; {until} is the end of a hold. */
static const struct StateText {
        MeetingState state;
        WebWord visitor, host;
} STATES[] = {
        { MEETING_HELD, WEB_WORD(meeting_held), WEB_WORD(meeting_held_host) },
        { MEETING_ASKED, WEB_WORD(meeting_asked), WEB_WORD(meeting_asked_host) },
        { MEETING_PROPOSED, WEB_WORD(meeting_proposed), WEB_WORD(meeting_proposed_host) },
        { MEETING_BOOKED, WEB_WORD(meeting_booked), WEB_WORD(meeting_booked) },
        { MEETING_DECLINED, WEB_WORD(meeting_declined), WEB_WORD(meeting_declined_host) },
        { MEETING_CANCELLED, WEB_WORD(meeting_cancelled), WEB_WORD(meeting_cancelled) },
        { MEETING_EXPIRED, WEB_WORD(meeting_expired), WEB_WORD(meeting_expired) },
};

static bool is_visitor(const MeetingView *meeting)
{
        return meeting_view_side(meeting) == MEETING_VISITOR;
}

static void write_time(Buffer *out, const MeetingView *meeting, usec_t at)
{
        const PageView *view = &meeting->view;
        CivilTime civil = zone_to_civil(meeting->zone, at / USEC_PER_SEC);
        text_dates_write(view->dates, out, TEXT_DATE_TIME, &civil);
        buffer_puts(out, ", ");
        text_dates_zone_at(view->dates, out, zone_name(meeting->zone),
                        zone_offset_at(meeting->zone, at / USEC_PER_SEC).seconds);
}

/* Writes a sentence with a time in it. */
static void write_sentence(Buffer *out, const MeetingView *meeting, const char *pattern, usec_t at)
{
        CLEANUP(buffer_done) Buffer time = BUFFER_INIT(MESSAGE_BYTES), text = BUFFER_INIT(MESSAGE_BYTES);
        write_time(&time, meeting, at);
        text_message(&text, meeting->view.tag, pattern,
                        TEXT_ARGUMENTS({ "until", buffer_text(&time), 0 },
                                        { "date", buffer_text(&time), 0 }));
        html_escape(out, buffer_text(&text));
}

/* ---- The state ---- */

/* Returns the state to show. A hold that has ended is shown as expired before the daemon has ended it. */
static MeetingState state_of(const MeetingView *meeting)
{
        const Meeting *data = meeting->meeting;
        bool has_ended = data->expires > 0 && data->expires <= meeting->view.now;
        return has_ended && !meeting_state_is_final(data->state) ? MEETING_EXPIRED : data->state;
}

static void write_state(Buffer *out, const MeetingView *meeting)
{
        const Meeting *data = meeting->meeting;
        for (size_t i = 0; i < sizeof(STATES) / sizeof(*STATES); i++) {
                WebWord word = is_visitor(meeting) ? STATES[i].visitor : STATES[i].host;
                if (STATES[i].state != state_of(meeting))
                        continue;
                buffer_puts(out, "<p class=\"state\"><strong>");
                write_sentence(out, meeting, web_word(meeting->view.strings, word), data->expires);
                buffer_puts(out, "</strong></p>\n");
        }
        if (meeting->is_lost && state_of(meeting) == MEETING_PROPOSED)
                buffer_printf(out, "<p>%s</p>\n",
                                is_visitor(meeting) ? meeting->view.strings->meeting_lost
                                                    : meeting->view.strings->meeting_lost_host);
        if (meeting->is_moved && !meeting_state_is_final(data->state)) {
                buffer_puts(out, "<p>");
                write_sentence(out, meeting, meeting->view.strings->meeting_moved, data->start);
                buffer_puts(out, "</p>\n");
        }
}

/* Two meetings of a visitor at one time are allowed, because somebody else may come to one of them. */
static void write_clash(Buffer *out, const MeetingView *meeting)
{
        CLEANUP(buffer_done) Buffer time = BUFFER_INIT(MESSAGE_BYTES), text = BUFFER_INIT(MESSAGE_BYTES);
        if (!meeting->clash || meeting_state_is_final(state_of(meeting)))
                return;
        write_time(&time, meeting, meeting->clash->start);
        text_message(&text, meeting->view.tag, meeting->view.strings->meeting_clash,
                        TEXT_ARGUMENTS({ "host", meeting->clash_parties.host_name, 0 },
                                        { "date", buffer_text(&time), 0 }));
        buffer_puts(out, "<p class=\"clash\">");
        html_escape(out, buffer_text(&text));
        buffer_puts(out, "</p>\n");
}

static void write_old(Buffer *out, const MeetingView *meeting)
{
        const WebStrings *strings = meeting->view.strings;
        if (meeting->token.revision == meeting->meeting->revision)
                return;
        page_write_notice(out, meeting->is_own ? strings->meeting_done : strings->meeting_old);
}

static void write_row(Buffer *out, const PageView *view, const char *label, const char *value)
{
        if (!*value)
                return;
        buffer_printf(out, "<dt>%s</dt>\n<dd>", label);
        page_write_text(out, view, value);
        buffer_puts(out, "</dd>\n");
}

/* Writes the name of a delegate. Without a name, the address is shown only to the side that has given it. */
static void write_delegate(Buffer *out, const MeetingView *meeting, MeetingRole side)
{
        const WebStrings *strings = meeting->view.strings;
        const BookingPerson *delegate = meet_parties_delegate(&meeting->parties, meeting->meeting, side);
        if (!delegate)
                return;
        write_row(out, &meeting->view, strings->meeting_delegate_label,
                        delegate->name[0]                    ? delegate->name
                        : meeting_view_side(meeting) == side ? delegate->address
                                                             : strings->meeting_some_delegate);
}

static void write_facts(Buffer *out, const MeetingView *meeting)
{
        const WebStrings *strings = meeting->view.strings;
        const Meeting *data = meeting->meeting;
        const BookingTime time = { .start = data->start, .end = data->finish };
        buffer_printf(out, "<dl>\n<dt>%s</dt>\n<dd>", strings->when);
        meet_times_write_span(out, &meeting->view, meeting->zone, meeting->host_zone, &time);
        buffer_puts(out, "</dd>\n");
        write_row(out, &meeting->view, strings->where, data->place);
        write_row(out, &meeting->view, strings->meeting_with, meeting_view_other(meeting));
        write_delegate(out, meeting, MEETING_VISITOR);
        write_delegate(out, meeting, MEETING_HOST);
        write_row(out, &meeting->view, strings->meeting_topic, data->visitor.topic);
        buffer_puts(out, "</dl>\n");
}

/* ---- A proposal from a calendar program ---- */

static void write_counter_button(Buffer *out, const MeetingView *meeting, const char *step,
                const char *class, const char *label)
{
        buffer_printf(out,
                        "<form method=\"post\"><input type=\"hidden\" name=\"time\" value=\"%" PRId64 "\">"
                        "<button class=\"%s\" name=\"step\" value=\"%s\">%s</button></form>\n",
                        meeting->counter.start / USEC_PER_SEC, class, step, label);
}

static void write_counter(Buffer *out, const MeetingView *meeting)
{
        const WebStrings *strings = meeting->view.strings;
        const Counter *counter = &meeting->counter;
        const BookingTime time = { .start = counter->start, .end = counter->finish };
        if (!meeting_view_has_counter(meeting))
                return;
        if (counter->role == meeting->token.role) {
                buffer_puts(out, "<p>");
                write_sentence(out, meeting, strings->meeting_counter_own, counter->start);
                buffer_puts(out, "</p>\n");
                return;
        }
        buffer_printf(out, "<h2>%s</h2>\n<p>", strings->meeting_counter);
        meet_times_write_span(out, &meeting->view, meeting->zone, meeting->host_zone, &time);
        buffer_puts(out, "</p>\n<div class=\"acts\">\n");
        write_counter_button(out, meeting, "counter-accept", "", strings->meeting_counter_accept);
        write_counter_button(out, meeting, "counter-decline", "quiet", strings->meeting_counter_decline);
        buffer_puts(out, "</div>\n");
}

/* ---- The buttons ---- */

static const struct StepLabel {
        MeetingStep step;
        WebWord before, booked; /* before and after the meeting is booked */
} LABELS[] = {
        { MEETING_STEP_CONFIRM, WEB_WORD(confirm), WEB_WORD(confirm) },
        { MEETING_STEP_ACCEPT, WEB_WORD(meeting_accept), WEB_WORD(meeting_accept) },
        { MEETING_STEP_DECLINE, WEB_WORD(meeting_decline), WEB_WORD(meeting_decline) },
        { MEETING_STEP_CANCEL, WEB_WORD(meeting_withdraw), WEB_WORD(meeting_cancel) },
        { MEETING_STEP_RETURN, WEB_WORD(meeting_return), WEB_WORD(meeting_return) },
};

static void write_label(Buffer *out, const MeetingView *meeting, MeetingStep step)
{
        bool is_booked = meeting->meeting->state == MEETING_BOOKED;
        for (size_t i = 0; i < sizeof(LABELS) / sizeof(*LABELS); i++)
                if (LABELS[i].step == step)
                        buffer_puts(out, web_word(meeting->view.strings,
                                                         is_booked ? LABELS[i].booked : LABELS[i].before));
}

static void write_button(Buffer *out, const MeetingView *meeting, MeetingStep step, const char *class)
{
        if (!meeting_view_allows(meeting, step))
                return;
        buffer_printf(out, "<form method=\"post\"><button class=\"%s\" name=\"step\" value=\"%s\">", class,
                        meeting_step_name(step));
        write_label(out, meeting, step);
        buffer_puts(out, "</button></form>\n");
}

static void write_link(Buffer *out, const MeetingView *meeting, MeetingStep step, const char *query,
                const char *label)
{
        if (meeting_view_allows(meeting, step))
                buffer_printf(out, "<a class=\"button quiet noprint\" href=\"?%s\">%s</a>\n", query, label);
}

static void write_choice(Buffer *out, const MeetingView *meeting)
{
        buffer_printf(out,
                        "<form class=\"choices\" method=\"post\">\n<fieldset class=\"times\">\n<legend>%s</legend>\n",
                        meeting->view.strings->meeting_proposals);
        meet_times_write_given(out, &meeting->view, meeting->zone, meeting->host_zone, meeting->proposed,
                        meeting->n_proposed);
        buffer_printf(out, "</fieldset>\n<button name=\"step\" value=\"confirm\">%s</button>\n</form>\n",
                        meeting->view.strings->meeting_choose);
}

/*
 * Writes the buttons of the possible steps. Before a meeting is booked, the host declines it, and so does a
 * visitor who has proposed times to choose from; otherwise the visitor withdraws it. Either side cancels a
 * booked meeting.
 */
static void write_buttons(Buffer *out, const MeetingView *meeting)
{
        const WebStrings *strings = meeting->view.strings;
        bool is_open = meeting->meeting->state != MEETING_BOOKED;
        bool chooses = meeting->meeting->state == MEETING_PROPOSED;
        bool declines = is_open && (!is_visitor(meeting) || chooses);
        if (chooses && meeting_view_allows(meeting, MEETING_STEP_CONFIRM))
                write_choice(out, meeting);
        buffer_puts(out, "<div class=\"acts\">\n");
        if (!chooses)
                write_button(out, meeting, MEETING_STEP_CONFIRM, "");
        write_button(out, meeting, MEETING_STEP_ACCEPT, "");
        write_link(out, meeting, MEETING_STEP_MOVE, "task=move", strings->meeting_move);
        write_link(out, meeting, MEETING_STEP_PROPOSE, "task=propose", strings->meeting_propose);
        write_link(out, meeting, MEETING_STEP_DELEGATE, "task=delegate", strings->meeting_delegate);
        if (!is_open)
                buffer_printf(out, "<a class=\"button quiet noprint\" href=\"%s.ics\">%s</a>\n",
                                meeting->link, strings->add_to_calendar);
        write_button(out, meeting, MEETING_STEP_RETURN, "quiet");
        write_button(out, meeting, declines ? MEETING_STEP_DECLINE : MEETING_STEP_CANCEL, "quiet");
        buffer_puts(out, "</div>\n");
}

/* ---- Another time ---- */

static void write_nearest(Buffer *out, const MeetingView *meeting)
{
        if (meeting->result.n_nearest == 0 || meeting->task != MEETING_TASK_MOVE)
                return;
        buffer_printf(out, "<fieldset class=\"times\">\n<legend>%s</legend>\n",
                        meeting->view.strings->meet_nearest);
        meet_times_write_given(out, &meeting->view, meeting->zone, meeting->host_zone,
                        meeting->result.nearest, meeting->result.n_nearest);
        buffer_puts(out, "</fieldset>\n");
}

/* The host can also propose a time that is not in the list. A hidden field has the zone of that time. */
static void write_boxes(Buffer *out, const MeetingView *meeting)
{
        const WebStrings *strings = meeting->view.strings;
        if (meeting->times.n_days > 0) {
                buffer_puts(out, "<p class=\"note\">");
                text_message(out, meeting->view.tag, strings->meeting_propose_note,
                                TEXT_ARGUMENTS({ "n", NULL, BOOKING_TIMES_MAX }));
                buffer_puts(out, "</p>\n");
                meet_times_write_boxes(out, &meeting->times);
        }
        buffer_printf(out,
                        "<p><label for=\"meeting-other\">%s</label>\n"
                        "<input id=\"meeting-other\" name=\"other\" type=\"datetime-local\"></p>\n",
                        strings->meeting_other_time);
        buffer_puts(out, "<input type=\"hidden\" name=\"zone\" value=\"");
        html_escape(out, zone_name(meeting->zone));
        buffer_puts(out, "\">\n");
}

static void write_task_form(Buffer *out, const MeetingView *meeting)
{
        const WebStrings *strings = meeting->view.strings;
        bool moves = meeting->task == MEETING_TASK_MOVE;
        buffer_puts(out, "<form class=\"choices\" id=\"times\" method=\"post\">\n");
        if (moves) {
                write_nearest(out, meeting);
                meet_times_write_choices(out, &meeting->times);
        } else {
                write_boxes(out, meeting);
        }
        buffer_printf(out, "<button name=\"step\" value=\"%s\">%s</button>\n</form>\n",
                        meeting_step_name(moves ? MEETING_STEP_MOVE : MEETING_STEP_PROPOSE),
                        moves ? strings->meeting_move : strings->meeting_propose);
}

static void write_delegate_form(Buffer *out, const MeetingView *meeting)
{
        const WebStrings *strings = meeting->view.strings;
        buffer_printf(out,
                        "<section class=\"card meet\">\n<h2>%s</h2>\n<p class=\"note\">%s</p>\n"
                        "<form class=\"choices\" method=\"post\">\n",
                        strings->meeting_delegate, strings->meeting_delegate_note);
        buffer_printf(out,
                        "<p><label for=\"meet-name\">%s</label>\n"
                        "<input id=\"meet-name\" name=\"name\" maxlength=\"100\" required></p>\n",
                        strings->meeting_delegate_name);
        buffer_printf(out,
                        "<p><label for=\"meet-address\">%s</label>\n<input id=\"meet-address\" name=\"address\" " FORM_FIELDS_ADDRESS
                        "></p>\n",
                        strings->meeting_delegate_address);
        buffer_printf(out,
                        "<button name=\"step\" value=\"%s\">%s</button>\n</form>\n"
                        "<p><a href=\"?\">%s</a></p>\n</section>\n",
                        meeting_step_name(MEETING_STEP_DELEGATE), strings->meeting_delegate,
                        strings->meeting_back);
}

static void write_task(Buffer *out, const MeetingView *meeting, const PageField *fields)
{
        const WebStrings *strings = meeting->view.strings;
        buffer_printf(out, "<section class=\"card meet\">\n<h2>%s</h2>\n",
                        meeting->task == MEETING_TASK_MOVE ? strings->meeting_move
                                                           : strings->meeting_propose);
        meet_times_write_clocks(out, &meeting->view, meeting->zone, meeting->host_zone,
                        meeting->times.n_days > 0 ? meeting->times.first : meeting->view.now);
        if (meeting->times.n_days == 0)
                buffer_printf(out, "<p class=\"nothing\">%s</p>\n", strings->meet_none);
        else
                meet_times_write_days(out, &meeting->times, fields);
        if (meeting->times.n_days > 0 || meeting->task == MEETING_TASK_PROPOSE)
                write_task_form(out, meeting);
        buffer_printf(out, "<p><a href=\"?\">%s</a></p>\n</section>\n", strings->meeting_back);
}

void meeting_view_write(Buffer *out, const MeetingView *meeting, const char *notice)
{
        CLEANUP(buffer_done) Buffer title = BUFFER_INIT(MESSAGE_BYTES);
        const PageView *view = &meeting->view;
        const PageField fields[] = {
                { "task", meeting_task_name(meeting->task) },
                { NULL, NULL },
        };
        text_message(&title, view->tag, view->strings->meet_title_with,
                        TEXT_ARGUMENTS({ "host", meeting_view_other(meeting), 0 }));
        PageHead head = {
                .title = buffer_text(&title),
                .noindex = true,
                .fields = meeting->task == MEETING_TASK_NONE ? NULL : fields,
        };
        page_begin(out, view, &head);
        page_write_notice(out, notice);
        if (!notice)
                write_old(out, meeting);
        buffer_puts(out, "<section class=\"card meet\">\n");
        write_state(out, meeting);
        write_facts(out, meeting);
        write_clash(out, meeting);
        if (meeting->task == MEETING_TASK_NONE) {
                write_counter(out, meeting);
                write_buttons(out, meeting);
        }
        buffer_puts(out, "</section>\n");
        if (meeting->task == MEETING_TASK_DELEGATE)
                write_delegate_form(out, meeting);
        else if (meeting->task != MEETING_TASK_NONE)
                write_task(out, meeting, fields);
        page_end(out, view, &head);
}
