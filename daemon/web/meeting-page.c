#include "web/meeting-page.h"

#include "base/log.h"
#include "http/reply.h"
#include "web/meet-host.h"
#include "web/meeting-calendar.h"
#include "web/site.h"

#include <stdio.h>
#include <string.h>

enum {
        MEETING_PAGE_BYTES = 2 * 1024 * 1024,
        BAD_REQUEST = 400,
        CONFLICT = 409,
        FIELD_SIZE = 32,
};

/* ---- The free times for a task ---- */

static int load_times(MeetingView *meeting, const char *day)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        const Meeting *data = meeting->meeting;
        const MeetWish wish = {
                .view = &meeting->view,
                .zone = meeting->zone,
                .length = data->finish - data->start,
                .day = day,
                .at = data->start,
                .moved = data,
        };
        int r = object_find(meeting->store, data->offer, &record);
        if (r == 0)
                r = meet_times_load(meeting->store, record, &wish, &meeting->times);
        return r == STORE_E_NOT_FOUND || r == OFFER_E_NONE || r == EVENT_E_INVALID ? 0 : r;
}

static const struct TaskStep {
        MeetingTask task;
        MeetingStep step;
} TASKS[] = {
        { MEETING_TASK_MOVE, MEETING_STEP_MOVE },
        { MEETING_TASK_PROPOSE, MEETING_STEP_PROPOSE },
        { MEETING_TASK_DELEGATE, MEETING_STEP_DELEGATE },
};

static MeetingTask read_task(const MeetingView *meeting, const char *text)
{
        for (size_t i = 0; text && i < sizeof(TASKS) / sizeof(*TASKS); i++)
                if (strcmp(text, meeting_task_name(TASKS[i].task)) == 0 &&
                                meeting_view_allows(meeting, TASKS[i].step))
                        return TASKS[i].task;
        return MEETING_TASK_NONE;
}

static MeetingTask task_of(const MeetingView *meeting, MeetingStep step)
{
        for (size_t i = 0; i < sizeof(TASKS) / sizeof(*TASKS); i++)
                if (TASKS[i].step == step && meeting_view_allows(meeting, step))
                        return TASKS[i].task;
        return MEETING_TASK_NONE;
}

static int load_task(HttpRequest *request, MeetingView *meeting)
{
        bool has_times = meeting->task == MEETING_TASK_MOVE || meeting->task == MEETING_TASK_PROPOSE;
        return has_times ? load_times(meeting, http_request_query(request, "day")) : 0;
}

static int reply(HttpRequest *request, const MeetingView *meeting, int status, const char *notice)
{
        CLEANUP(buffer_done) Buffer page = BUFFER_INIT(MEETING_PAGE_BYTES);
        meeting_view_write(&page, meeting, notice);
        return page_reply(request, status, &page);
}

static int on_get(HttpRequest *request, MeetingView *meeting)
{
        meeting->task = read_task(meeting, http_request_query(request, "task"));
        int r = load_task(request, meeting);
        return r != 0 ? r : reply(request, meeting, 200, NULL);
}

/* ---- The steps ---- */

static MeetingStep read_step(HttpRequest *request)
{
        static const MeetingStep steps[] = { MEETING_STEP_CONFIRM, MEETING_STEP_ACCEPT, MEETING_STEP_DECLINE,
                MEETING_STEP_PROPOSE, MEETING_STEP_MOVE, MEETING_STEP_CANCEL, MEETING_STEP_DELEGATE,
                MEETING_STEP_RETURN };
        const char *text = http_request_form(request, "step");
        for (size_t i = 0; text && i < sizeof(steps) / sizeof(*steps); i++)
                if (strcmp(text, meeting_step_name(steps[i])) == 0)
                        return steps[i];
        return (MeetingStep)0;
}

/* Whether the form answers a proposal from a calendar program. */
static bool is_counter_answer(HttpRequest *request, bool *ret_accepted)
{
        const char *text = http_request_form(request, "step");
        *ret_accepted = text && strcmp(text, "counter-accept") == 0;
        return *ret_accepted || (text && strcmp(text, "counter-decline") == 0);
}

/*
 * Reads the time that the host has typed, in the zone that the form names; 0 if the host has typed none.
 * Return: false if the text is no time.
 */
static bool read_other(HttpRequest *request, const MeetingView *meeting, usec_t *ret)
{
        const Zone *zone = meeting->zone;
        const char *text = http_request_form(request, "other"), *name = http_request_form(request, "zone");
        if (name)
                (void)zone_table_get(meeting->view.zones, name, &zone);
        *ret = meet_times_read_local(text, zone);
        return !text || !*text || *ret > 0;
}

/*
 * Reads "time", or "time.0" and so on, and "other". One time more than the maximum is read, so that the
 * step is refused. Return: the number of times; 0 if "other" is no time.
 */
static size_t read_times(HttpRequest *request, const MeetingView *meeting,
                BookingTime ret[static BOOKING_TIMES_MAX + 1])
{
        size_t n = 0;
        usec_t single = meet_times_read(http_request_form(request, "time"));
        if (single > 0)
                ret[n++] = (BookingTime){ .start = single };
        for (int i = 0; i < MEET_BOXES_MAX && n <= BOOKING_TIMES_MAX; i++) {
                char name[FIELD_SIZE];
                snprintf(name, sizeof(name), "time.%d", i);
                usec_t start = meet_times_read(http_request_form(request, name));
                if (start > 0)
                        ret[n++] = (BookingTime){ .start = start };
        }
        usec_t other;
        if (!read_other(request, meeting, &other))
                return 0;
        if (other > 0 && n <= BOOKING_TIMES_MAX)
                ret[n++] = (BookingTime){ .start = other };
        return n;
}

/* The replies to steps that were refused. */
static const struct StepRefusal {
        int condition, status;
        WebWord text;
} REFUSALS[] = {
        { BOOKING_E_TAKEN, CONFLICT, WEB_WORD(meet_taken) },
        { BOOKING_E_TOO_LATE, CONFLICT, WEB_WORD(meeting_too_late) },
        { BOOKING_E_NO_TIME, BAD_REQUEST, WEB_WORD(meet_no_time) },
        { BOOKING_E_NO_PLACE, CONFLICT, WEB_WORD(meet_taken) },
        { BOOKING_E_NO_OFFER, CONFLICT, WEB_WORD(meeting_not_possible) },
        { BOOKING_E_OLD, CONFLICT, WEB_WORD(meeting_old) },
        { BOOKING_E_NOT_POSSIBLE, CONFLICT, WEB_WORD(meeting_not_possible) },
        { BOOKING_E_EXPIRED, CONFLICT, WEB_WORD(meeting_not_possible) },
        { BOOKING_E_MOVED_OFTEN, CONFLICT, WEB_WORD(meeting_moved_often) },
        { BOOKING_E_NOTICE, CONFLICT, WEB_WORD(meeting_notice) },
        { BOOKING_E_BAD_DELEGATE, BAD_REQUEST, WEB_WORD(meeting_bad_delegate) },
};

/*
 * Takes over the meeting that the refused step has read, if any, so that the page shows its present state.
 */
static int take_present(MeetingView *meeting)
{
        Meeting *before = meeting->meeting;
        if (!meeting->result.meeting)
                return 0;
        meeting->meeting = meeting->result.meeting;
        meeting->result.meeting = before;
        return meeting_view_read_people(meeting);
}

static int reply_refused(HttpRequest *request, MeetingView *meeting, MeetingStep step, int condition)
{
        int r = take_present(meeting);
        meeting->task = task_of(meeting, step);
        if (r == 0)
                r = load_task(request, meeting);
        for (size_t i = 0; r == 0 && i < sizeof(REFUSALS) / sizeof(*REFUSALS); i++)
                if (REFUSALS[i].condition == condition)
                        return reply(request, meeting, REFUSALS[i].status,
                                        web_word(meeting->view.strings, REFUSALS[i].text));
        return r != 0 ? r : condition;
}

static void log_step(const MeetingView *meeting, const char *step)
{
        log_write(LOG_INFO, LOG_FIELDS({ "EVENT_UID", meeting->meeting->uid }),
                        "meeting: the %s made the step %s", meeting_role_name(meeting->token.role), step);
}

static int on_counter_answer(
                HttpRequest *request, Site *site, MeetingView *meeting, const char *token, bool is_accepted)
{
        const BookingWork work = { meeting->store, meeting->view.config, meeting->view.now };
        const CounterAnswer answer = {
                .token = token,
                .start = meet_times_read(http_request_form(request, "time")),
                .is_accepted = is_accepted,
        };
        int r = counter_answer(&work, &answer, &meeting->result);
        if (r == 0)
                log_step(meeting, is_accepted ? "counter-accept" : "counter-decline");
        if (r == BOOKING_E_TAKEN)
                site_count_conflict(site);
        bool is_taken = r == BOOKING_E_TAKEN || r == BOOKING_E_NO_PLACE;
        if (r == 0 || r == BOOKING_E_DONE)
                return http_reply_redirect(request, 303, "?");
        return reply_refused(request, meeting, is_taken ? MEETING_STEP_MOVE : (MeetingStep)0, r);
}

static int on_post(HttpRequest *request, Site *site, MeetingView *meeting, const char *token)
{
        BookingTime times[BOOKING_TIMES_MAX + 1];
        bool is_accepted;
        if (is_counter_answer(request, &is_accepted))
                return on_counter_answer(request, site, meeting, token, is_accepted);
        const BookingWork work = { meeting->store, meeting->view.config, meeting->view.now };
        const char *address = http_request_form(request, "address"),
                   *name = http_request_form(request, "name");
        const BookingDelegate delegate = { address ? address : "", name ? name : "" };
        const BookingStep step = {
                .token = token,
                .step = read_step(request),
                .times = times,
                .n_times = read_times(request, meeting, times),
                .delegate = &delegate,
        };
        int r = step.step ? booking_step(&work, &step, &meeting->result) : BOOKING_E_NOT_POSSIBLE;
        if (r == BOOKING_E_TAKEN)
                site_count_conflict(site);
        if (r == 0)
                log_step(meeting, meeting_step_name(step.step));
        return r == 0 || r == BOOKING_E_DONE ? http_reply_redirect(request, 303, "?")
                                             : reply_refused(request, meeting, step.step, r);
}

/*
 * Copies the token of a path; a token that is too long becomes "". Return: whether the path is that of the
 * file, TOKEN.ics.
 */
static bool read_token(const char *path, char ret[static TOKEN_SIZE])
{
        static const char suffix[] = ".ics";
        size_t len = strlen(path), n_suffix = strlen(suffix);
        bool is_file = len > n_suffix && strcmp(path + len - n_suffix, suffix) == 0;
        len -= is_file ? n_suffix : 0;
        snprintf(ret, TOKEN_SIZE, "%.*s", len < TOKEN_SIZE ? (int)len : 0, path);
        return is_file;
}

int meeting_page_on_token(HttpRequest *request, const char *path, void *userdata)
{
        char token[TOKEN_SIZE];
        bool is_post = http_request_method(request) == HTTP_POST, is_file = read_token(path, token);
        CLEANUP(meeting_view_done) MeetingView meeting = { .task = MEETING_TASK_NONE };
        int r = http_request_defer(request, HTTP_WORK_WAITS, 0);
        if (r == 0)
                r = site_page_view(userdata, request, &meeting.view);
        if (r != 0)
                return r;
        if (is_file && is_post)
                return site_reply_error(userdata, request, 404, NULL);
        r = site_open_store(userdata, is_post ? STORE_WRITE : STORE_READ_ONLY, &meeting.store);
        if (r != 0)
                return site_reply_failure(userdata, request, NULL, r);
        /* A step reads the meeting again, in its transaction. */
        if (!is_post)
                r = store_begin_read(meeting.store);
        if (r == 0)
                r = meeting_view_load(&meeting, token);
        if (r == 0)
                r = is_post   ? on_post(request, userdata, &meeting, token)
                    : is_file ? meeting_calendar_reply(request, &meeting)
                              : on_get(request, &meeting);
        if (r == STORE_E_NOT_FOUND || r == BOOKING_E_UNKNOWN)
                return site_reply_error(userdata, request, 404, meeting.view.strings->meeting_outdated);
        return r == 0 ? 0 : site_reply_failure(userdata, request, meeting.store, r);
}
