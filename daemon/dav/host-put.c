#include "dav/host-put.h"

#include "base/text.h"
#include "dav/strings.h"
#include "dav/target.h"
#include "meet/booking.h"
#include "meet/host-calendar.h"
#include "schedule/schedule.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
        STATUS_FORBIDDEN = 403,
        STATUS_CONFLICT = 409,
        TEXT_MAX_BYTES = 4096,
        COPY_MAX_BYTES = 2 * 1024 * 1024
};

static const char OBJECT[] = "C:valid-calendar-object-resource",
                  CHANGE[] = "C:allowed-organizer-scheduling-object-change";

#define SENTENCE(name) offsetof(DavStrings, name)

/* The replies to changes that cannot be made. Another time solves a conflict (RFC 9110, 15.5.10). */
static const struct Refusal {
        int condition, status;
        const char *element;
        size_t sentence;
} REFUSALS[] = {
        { HOST_CALENDAR_E_FORM, STATUS_FORBIDDEN, OBJECT, SENTENCE(meeting_form) },
        { HOST_CALENDAR_E_PEOPLE, STATUS_FORBIDDEN, CHANGE, SENTENCE(meeting_people) },
        { BOOKING_E_TAKEN, STATUS_CONFLICT, CHANGE, SENTENCE(meeting_taken) },
        { BOOKING_E_TOO_LATE, STATUS_CONFLICT, CHANGE, SENTENCE(meeting_late) },
        { BOOKING_E_NO_PLACE, STATUS_CONFLICT, CHANGE, SENTENCE(meeting_place) },
        { BOOKING_E_NO_OFFER, STATUS_FORBIDDEN, CHANGE, SENTENCE(meeting_offer) },
        { BOOKING_E_MOVED_OFTEN, STATUS_FORBIDDEN, CHANGE, SENTENCE(meeting_often) },
        { BOOKING_E_EXPIRED, STATUS_FORBIDDEN, CHANGE, SENTENCE(meeting_over) },
        { BOOKING_E_NOT_POSSIBLE, STATUS_FORBIDDEN, CHANGE, SENTENCE(meeting_over) },
};

bool host_put_is_host(const DavView *view)
{
        return view->collection.scheduling == COLLECTION_HOST;
}

/* Lists free times nearby, by the clock of the office. */
static void append_nearest(
                const DavCall *call, const BookingResult *result, const DavStrings *strings, Buffer *out)
{
        for (size_t i = 0; i < result->n_nearest; i++) {
                CivilTime civil = zone_to_civil(
                                call->config->time_zone, result->nearest[i].start / USEC_PER_SEC);
                buffer_printf(out, "%s%04d-%02d-%02d %02d:%02d", i > 0 ? ", " : strings->meeting_nearest,
                                civil.year, civil.month, civil.day, civil.hour, civil.minute);
        }
        if (result->n_nearest > 0)
                buffer_puts(out, ".");
}

/* Replies to a condition of a step; other results are returned. */
static int refuse(DavCall *call, const BookingResult *result, int r)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(TEXT_MAX_BYTES);
        const DavStrings *strings = dav_strings(language_of(http_request_language(call->request, NULL)));
        for (size_t i = 0; i < sizeof(REFUSALS) / sizeof(*REFUSALS); i++) {
                const struct Refusal *refusal = &REFUSALS[i];
                if (refusal->condition != r)
                        continue;
                buffer_puts(&text, *(const char *const *)((const char *)strings + refusal->sentence));
                append_nearest(call, result, strings, &text);
                return target_replied(dav_reply_precondition(
                                call->request, refusal->status, refusal->element, NULL, buffer_text(&text)));
        }
        return r;
}

static BookingWork work_of(const DavCall *call)
{
        return (BookingWork){ call->store, call->config, clock_now(call->clock) };
}

static int make_step(Put *put, const Event *wanted, Buffer *text)
{
        CLEANUP(booking_result_done) BookingResult result = { .n_nearest = 0 };
        const BookingWork work = work_of(put->call);
        int r = host_calendar_put(&work, event_uid(wanted), wanted, text, &result);
        return r == STORE_E_NOT_FOUND ? 0 : refuse(put->call, &result, r);
}

/* Reads what the client wants. A text that the office cannot read is not kept in this calendar. */
static int read_wanted(const Put *put, Event **ret)
{
        InputError error;
        char text[sizeof(error.where) + sizeof(error.message) + 64];
        const DavCall *call = put->call;
        int r = event_parse(store_zones(call->store), put->content.bytes, put->content.len, ret, &error);
        if (r != EVENT_E_INVALID)
                return r;
        input_error_format(&error, NULL, text, sizeof(text));
        return target_replied(dav_reply_precondition(
                        call->request, STATUS_FORBIDDEN, "C:valid-calendar-data", NULL, text));
}

int host_put_store(Put *put)
{
        CLEANUP(object_record_freep) ObjectRecord *old = NULL;
        CLEANUP(event_freep) Event *wanted = NULL;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(COPY_MAX_BYTES);
        const DavView *view = &put->call->view;
        int r = object_get(put->call->store, view->collection.name, view->resource.member, &old);
        if (r != 0)
                return r;
        if (strcmp(old->uid, checked_object_uid(&put->object)) != 0)
                return put_refuse_uid(put);
        r = read_wanted(put, &wanted);
        if (r == 0)
                r = make_step(put, wanted, &text);
        if (r == 0 && text.len > 0)
                r = put_take_text(put, buffer_text(&text), text.len);
        if (r == 0)
                r = put_store(put);
        return r != 0 ? r
                      : object_set_schedule_tag(put->call->store, view->collection.name,
                                        view->resource.member, true);
}

int host_put_delete(DavCall *call)
{
        CLEANUP(booking_result_done) BookingResult result = { .n_nearest = 0 };
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        const char *reply = http_request_header(call->request, "Schedule-Reply");
        const BookingWork work = work_of(call);
        if (reply && strcasecmp(reply, "F") == 0)
                return 0;
        int r = tree_read_member(call->store, &call->view, &record);
        if (r == 0)
                r = host_calendar_delete(&work, record->uid, &result);
        return refuse(call, &result, r);
}

int host_put_refuse_transport(DavCall *from, bool moves, const DavView *to)
{
        bool leaves = moves && host_put_is_host(&from->view);
        return leaves || host_put_is_host(to) ? target_replied(dav_reply_precondition(from->request,
                                                                STATUS_FORBIDDEN, CHANGE, NULL, NULL))
                                              : 0;
}
