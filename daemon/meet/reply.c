#include "meet/reply.h"

#include "base/contentline.h"
#include "base/log.h"
#include "calendar/edit.h"
#include "mail/bounce.h"
#include "mail/calendar-part.h"
#include "mail/verp.h"
#include "meet/booking-event.h"
#include "meet/booking.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { FIELD_SIZE = 512, EVENT_BYTES = 256 * 1024 };

/* The contents of an answer. */
typedef struct Answer {
        char method[32], uid[FIELD_SIZE], attendee[FIELD_SIZE], partstat[32];
        int sequence;
        int n_attendees;
} Answer;

static void copy_field(const char *value, char *ret, size_t size)
{
        snprintf(ret, size, "%s", value ? value : "");
}

static void read_attendee(const ContentLine *line, Answer *answer)
{
        const char *value = line->value;
        copy_field(strncasecmp(value, "mailto:", 7) == 0 ? value + 7 : value, answer->attendee,
                        sizeof(answer->attendee));
        copy_field(content_line_param(line, "PARTSTAT"), answer->partstat, sizeof(answer->partstat));
        answer->n_attendees++;
}

static void read_line(const ContentLine *line, Answer *answer)
{
        if (line->depth == 1 && strcmp(line->name, "METHOD") == 0)
                copy_field(line->value, answer->method, sizeof(answer->method));
        if (line->depth != 2)
                return;
        if (strcmp(line->name, "UID") == 0)
                copy_field(line->value, answer->uid, sizeof(answer->uid));
        else if (strcmp(line->name, "SEQUENCE") == 0)
                answer->sequence = atoi(line->value);
        else if (strcmp(line->name, "ATTENDEE") == 0)
                read_attendee(line, answer);
}

/* A malformed line is skipped: mail programs add lines of their own. */
static int read_answer(const char *text, Answer *ret)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(text, strlen(text), &CONTENT_LIMITS_OBJECT);
        ContentLine line;
        int r = reader ? 0 : -ENOMEM;
        *ret = (Answer){ .sequence = 0 };
        while (r == 0 || r == CONTENT_E_INVALID) {
                r = content_reader_next(reader, &line, NULL);
                if (r == 0)
                        read_line(&line, ret);
        }
        return r == CONTENT_END ? 0 : r;
}

/* An answer that is being taken, in one transaction. */
typedef struct Take {
        BookingWork work;
        const Answer *answer;
        const Bounce *envelope;
        Meeting *meeting;
        MeetParties parties;
        ObjectRecord *record;
        MeetingRole role; /* 0: the secret fits neither side */
        const char *why;  /* for the journal */
} Take;

static void take_done(Take *take)
{
        meeting_free(take->meeting);
        meet_parties_done(&take->parties);
        object_record_free(take->record);
}

static MeetingRole role_of(const Take *take)
{
        const VerpTag *tag = &take->envelope->tag;
        if (!take->envelope->has_tag || tag->mail != take->meeting->id)
                return 0;
        for (MeetingRole role = MEETING_VISITOR; role <= MEETING_HOST; role++)
                if (verp_is_of(tag, take->meeting->secret, meeting_role_name(role)))
                        return role;
        return 0;
}

static const char *address_of(const Take *take)
{
        return take->role == MEETING_HOST ? take->parties.host_address : take->meeting->visitor.address;
}

/* Returns why an answer changes nothing; NULL if it counts. */
static const char *refusal_of(const Take *take)
{
        const char *address = take->role ? address_of(take) : NULL;
        if (!take->role)
                return "it was not sent to the address with the secret of the invitation";
        if (take->answer->n_attendees != 1 || !address || strcasecmp(take->answer->attendee, address) != 0)
                return "it is not about the reader of the invitation";
        if (take->answer->sequence < take->record->sequence)
                return "the booking has changed since";
        return take->meeting->state != MEETING_BOOKED ? "the meeting is not booked" : NULL;
}

static int load(Take *take)
{
        Store *store = take->work.store;
        int r = meeting_get_by_uid(store, take->answer->uid, &take->meeting);
        if (r == 0)
                r = object_get_by_uid(store, COLLECTION_MEETINGS, take->answer->uid, &take->record);
        if (r == 0)
                r = meet_parties_load(store, take->meeting, &take->parties);
        if (r == 0)
                take->role = role_of(take);
        return r;
}

static int decline(Take *take)
{
        CLEANUP(booking_result_done) BookingResult result = { .n_nearest = 0 };
        const BookingStep step = {
                .uid = take->meeting->uid,
                .role = take->role,
                .step = MEETING_STEP_DECLINE,
        };
        int r = booking_step(&take->work, &step, &result);
        take->why = r == 0 ? "declined; the slot is free" : "it cannot be declined any more";
        return r >= CONDITIONS_MEET && r < CONDITIONS_MEET + 100 ? 0 : r;
}

static int keep_partstat(Take *take)
{
        bool is_tentative = strcasecmp(take->answer->partstat, "TENTATIVE") == 0;
        take->why = is_tentative ? "tentatively accepted" : "accepted";
        return booking_event_answer(&take->work, take->record, address_of(take),
                        is_tentative ? "TENTATIVE" : "ACCEPTED");
}

static int enter(Take *take)
{
        const char *partstat = take->answer->partstat;
        int r = load(take);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? TAKER_E_LEAVE : r;
        take->why = refusal_of(take);
        if (take->why)
                return 0;
        if (strcasecmp(partstat, "DECLINED") == 0)
                return decline(take);
        if (strcasecmp(partstat, "ACCEPTED") == 0 || strcasecmp(partstat, "TENTATIVE") == 0)
                return keep_partstat(take);
        return TAKER_E_LEAVE;
}

static int enter_in_transaction(Take *take)
{
        StoreWrite write;
        int r = store_write_begin(take->work.store, &write);
        if (r == 0)
                r = store_write_end(&write, enter(take));
        if (r == 0)
                log_info("the answer of the %s to the invitation %s: %s",
                                take->role ? meeting_role_name(take->role) : "unknown sender",
                                take->meeting->uid, take->why);
        return r;
}

static int take_message(Store *store, const Config *config, const char *message, size_t len, usec_t now)
{
        CLEANUP(bounce_freep) Bounce *envelope = NULL;
        CLEANUP(cleanup_free) char *text = NULL;
        Answer answer;
        int r = calendar_part_read(message, len, &text);
        if (r != 0 || !text)
                return r != 0 ? r : TAKER_E_LEAVE;
        r = read_answer(text, &answer);
        if (r == 0 && strcasecmp(answer.method, "REPLY") != 0)
                return TAKER_E_LEAVE;
        if (r == 0)
                r = bounce_parse(message, len, NULL, &envelope);
        if (r != 0)
                return r;
        CLEANUP(take_done)
        Take take = { .work = { store, config, now }, .answer = &answer, .envelope = envelope };
        return enter_in_transaction(&take);
}

const OutboxTaker meet_reply_taker = { "answers to invitations", take_message };
