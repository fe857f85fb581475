#include "web/meeting-view.h"

#include "meet/booking-rules.h"

#include <stdio.h>
#include <string.h>

void meeting_view_done(MeetingView *meeting)
{
        booking_result_done(&meeting->result);
        meet_times_done(&meeting->times);
        meet_parties_done(&meeting->parties);
        meeting_free(meeting->meeting);
        store_close(meeting->store);
        page_view_done(&meeting->view);
}

static int on_slot(const MeetingSlot *slot, void *userdata)
{
        MeetingView *meeting = userdata;
        if (!slot->is_proposed || slot->start <= meeting->view.now ||
                        meeting->n_proposed == BOOKING_TIMES_MAX)
                return 0;
        BookingTime *time = &meeting->proposed[meeting->n_proposed++];
        *time = (BookingTime){ .start = slot->start, .end = slot->finish };
        snprintf(time->place, sizeof(time->place), "%s", slot->place);
        return 0;
}

/* Reads the steps since the token's revision. */
static int read_steps(MeetingView *meeting)
{
        int r = 0;
        for (int i = meeting->token.revision; r == 0 && i < meeting->meeting->revision; i++) {
                MeetingStep step;
                MeetingRole role;
                r = meeting_step_at(meeting->store, meeting->meeting->id, i, &step, &role);
                if (r != 0)
                        break;
                meeting->is_moved |= step == MEETING_STEP_MOVE;
                if (i == meeting->token.revision)
                        meeting->is_own = role == meeting->token.role;
        }
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

/* A language that the reader has chosen on this site takes precedence over that of the meeting or card. */
static int choose_language(MeetingView *meeting)
{
        const Card *card = meeting->parties.card;
        const char *language = meeting_view_side(meeting) == MEETING_VISITOR
                                               ? meeting->meeting->visitor.language
                               : card ? card_language(card)
                                      : NULL;
        return language ? page_view_suggest_language(&meeting->view, language) : 0;
}

static const Zone *zone_of(const MeetingView *meeting, const char *name)
{
        const Zone *zone;
        return zone_table_get(meeting->view.zones, name, &zone) == 0 ? zone
                                                                     : meeting->view.config->time_zone;
}

static void choose_zones(MeetingView *meeting)
{
        const Meeting *data = meeting->meeting;
        bool is_visitor = meeting_view_side(meeting) == MEETING_VISITOR;
        meeting->host_zone = zone_of(meeting, data->zone);
        meeting->zone = meeting->view.zone ? meeting->view.zone
                        : is_visitor       ? zone_of(meeting, data->visitor.zone)
                                           : meeting->host_zone;
}

int meeting_view_read_people(MeetingView *meeting)
{
        const Event *event;
        meet_parties_done(&meeting->parties);
        int r = meet_parties_load(meeting->store, meeting->meeting, &meeting->parties);
        event = meeting->parties.booking.event;
        if (meeting->meeting->state != MEETING_BOOKED || !event || !counter_read(event, &meeting->counter))
                meeting->counter = (Counter){ .count = 0 };
        return r;
}

int meeting_view_load(MeetingView *meeting, const char *token)
{
        Store *store = meeting->store;
        meeting->link = token;
        int r = meeting_token_find(store, token, &meeting->token);
        if (r == 0)
                r = meeting_get(store, meeting->token.meeting, &meeting->meeting);
        if (r == 0)
                r = meeting_view_read_people(meeting);
        if (r == 0)
                r = meeting_slots_of(store, meeting->meeting->id, on_slot, meeting);
        if (r == 0)
                r = read_steps(meeting);
        if (r != 0)
                return r;
        choose_zones(meeting);
        return choose_language(meeting);
}

const char *meeting_task_name(MeetingTask task)
{
        static const char *const names[] = {
                [MEETING_TASK_MOVE] = "move",
                [MEETING_TASK_PROPOSE] = "propose",
                [MEETING_TASK_DELEGATE] = "delegate",
        };
        return names[task];
}

MeetingRole meeting_view_side(const MeetingView *meeting)
{
        return meeting_role_side(meeting->token.role);
}

static MeetingRole other_side(const MeetingView *meeting)
{
        return meeting_view_side(meeting) == MEETING_HOST ? MEETING_VISITOR : MEETING_HOST;
}

const char *meeting_view_other(const MeetingView *meeting)
{
        return meet_parties_name(&meeting->parties, other_side(meeting));
}

bool meeting_view_allows(const MeetingView *meeting, MeetingStep step)
{
        const Meeting *data = meeting->meeting;
        usec_t now = meeting->view.now;
        bool is_past = data->state == MEETING_PROPOSED ? meeting->n_proposed == 0 : data->start <= now;
        bool has_ended = is_past || (data->expires > 0 && data->expires <= now);
        bool is_named = step == MEETING_STEP_DELEGATE &&
                        meet_parties_delegate(&meeting->parties, data, meeting_view_side(meeting));
        return meeting->token.revision == data->revision && !has_ended && !is_named &&
               booking_rule(step, meeting->token.role, data->state, true);
}
