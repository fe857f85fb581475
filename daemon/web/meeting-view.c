#include "web/meeting-view.h"

#include "meet/booking-rules.h"
#include "meet/proposed.h"

void meeting_view_done(MeetingView *meeting)
{
        booking_result_done(&meeting->result);
        meet_times_done(&meeting->times);
        meet_parties_done(&meeting->clash_parties);
        meeting_free(meeting->clash);
        meet_parties_done(&meeting->parties);
        meeting_free(meeting->meeting);
        store_close(meeting->store);
        page_view_done(&meeting->view);
}

/* Reads the proposed times, and leaves out those that are past. */
static int read_proposed(MeetingView *meeting)
{
        size_t n = 0;
        int r = proposed_read(meeting->store, meeting->meeting, meeting->proposed, &n);
        meeting->is_lost = r == 0 && n == 0 && meeting->meeting->state == MEETING_PROPOSED;
        meeting->n_proposed = 0;
        for (size_t i = 0; i < n; i++)
                if (meeting->proposed[i].start > meeting->view.now)
                        meeting->proposed[meeting->n_proposed++] = meeting->proposed[i];
        return r;
}

static int find_clash_at(MeetingView *meeting, usec_t start, usec_t end)
{
        int r = meeting_of_same_visitor(meeting->store, meeting->meeting, start, end, &meeting->clash);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

/*
 * Finds another meeting that the visitor has at the time of this one, or at a proposed time. Only the
 * visitor's own link shows it: it was mailed to the visitor's address.
 */
static int find_clash(MeetingView *meeting)
{
        const Meeting *data = meeting->meeting;
        bool chooses = data->state == MEETING_PROPOSED;
        int r = 0;
        if (meeting->token.role != MEETING_VISITOR || meeting_state_is_final(data->state))
                return 0;
        if (!chooses)
                r = find_clash_at(meeting, data->start, data->finish);
        for (size_t i = 0; r == 0 && chooses && !meeting->clash && i < meeting->n_proposed; i++)
                r = find_clash_at(meeting, meeting->proposed[i].start, meeting->proposed[i].end);
        return r == 0 && meeting->clash
                               ? meet_parties_load(meeting->store, meeting->clash, &meeting->clash_parties)
                               : r;
}

/* Reads the steps since the token's revision. */
static int read_steps(MeetingView *meeting)
{
        int r = meeting_keeps_time(
                        meeting->store, meeting->meeting->id, meeting->token.revision, &meeting->is_kept);
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
                r = read_proposed(meeting);
        if (r == 0)
                r = find_clash(meeting);
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

bool meeting_view_has_counter(const MeetingView *meeting)
{
        bool is_of_side = meeting->token.role == meeting_view_side(meeting);
        return meeting->counter.role && is_of_side && meeting->is_kept &&
               meeting->meeting->start > meeting->view.now;
}

bool meeting_view_allows(const MeetingView *meeting, MeetingStep step)
{
        const Meeting *data = meeting->meeting;
        usec_t now = meeting->view.now;
        bool is_past = data->state == MEETING_PROPOSED ? meeting->n_proposed == 0 && !meeting->is_lost
                                                       : data->start <= now;
        bool has_ended = is_past || (data->expires > 0 && data->expires <= now);
        bool is_named = step == MEETING_STEP_DELEGATE &&
                        meet_parties_delegate(&meeting->parties, data, meeting_view_side(meeting));
        bool has_choice = step != MEETING_STEP_CONFIRM || !meeting->is_lost;
        return meeting->token.revision == data->revision && !has_ended && !is_named && has_choice &&
               booking_rule(step, meeting->token.role, data->state, true);
}
