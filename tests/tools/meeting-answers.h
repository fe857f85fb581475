#pragma once

/*
 * Lines of the simulations' scripts about answers to invitations:
 *
 *     mail NAME ROLE METHOD PARTSTAT [START|ADDRESS]  a message of METHOD:REPLY or COUNTER from the person
 *                                                     in the role; OLD: a REPLY to the SEQUENCE before
 *     answer NAME ROLE accept|decline START           the page's answer to a proposal
 *
 * What is refused does nothing.
 */

#include "meet/booking-event.h"
#include "meet/counter.h"
#include "meet/reply-address.h"
#include "meet/reply.h"

#include "meeting-script.h"

typedef struct MeetingAnswer {
        int number;
        char role[32], method[16], partstat[32], more[64];
} MeetingAnswer;

static inline void meeting_answer_times(
                const MeetingAnswer *answer, const Meeting *meeting, char ret[static 80])
{
        char first[17], last[17];
        usec_t start = strcmp(answer->method, "COUNTER") == 0 ? strtoll(answer->more, NULL, 10)
                                                              : meeting->start;
        time_format_utc(start, first);
        time_format_utc(start + meeting->finish - meeting->start, last);
        snprintf(ret, 80, "DTSTART:%s\r\nDTEND:%s\r\n", first, last);
}

/* A delegation names both people (RFC 5546, 4.2.5). */
static inline void meeting_answer_people(const MeetingAnswer *answer, const char *own, char ret[static 512])
{
        bool delegates = strcmp(answer->partstat, "DELEGATED") == 0;
        if (delegates)
                snprintf(ret, 512,
                                "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:%s\":mailto:%s\r\n"
                                "ATTENDEE;DELEGATED-FROM=\"mailto:%s\":mailto:%s\r\n",
                                answer->more, own, own, answer->more);
        else
                snprintf(ret, 512, "ATTENDEE;PARTSTAT=%s:mailto:%s\r\n", answer->partstat, own);
}

static inline int meeting_answer_take(const BookingWork *work, const MeetingAnswer *answer,
                const Meeting *meeting, const MeetParties *parties)
{
        char to[VERP_ADDRESS_SIZE], message[4096], stamp[17], times[80], people[512];
        MeetingRole role = meeting_script_role_of(answer->role);
        const char *own = meet_parties_address(parties, meeting, role);
        bool is_old = strcmp(answer->method, "OLD") == 0;
        if (!own || !parties->booking.record)
                return TAKER_E_LEAVE;
        int r = reply_address_print(work->config->bounces.address, meeting, role, own, to);
        if (r != 0)
                return r;
        time_format_utc(work->now, stamp);
        meeting_answer_times(answer, meeting, times);
        meeting_answer_people(answer, own, people);
        int len = snprintf(message, sizeof(message),
                        "From: %s\r\nTo: %s\r\nMIME-Version: 1.0\r\nContent-Type: text/calendar; method=%s\r\n\r\n"
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nMETHOD:%s\r\nBEGIN:VEVENT\r\n"
                        "UID:%s\r\nDTSTAMP:%s\r\nSEQUENCE:%d\r\n%sORGANIZER:mailto:%s\r\n%s"
                        "END:VEVENT\r\nEND:VCALENDAR\r\n",
                        own, to, is_old ? "REPLY" : answer->method, is_old ? "REPLY" : answer->method,
                        meeting->uid, stamp, parties->booking.record->sequence - is_old, times, to, people);
        return meet_reply_taker.take(work->store, work->config, message, (size_t)len, work->now);
}

static inline void meeting_answer_mail(
                const MeetingScript *script, const BookingWork *work, const char *text)
{
        CLEANUP(meeting_freep) Meeting *meeting = NULL;
        CLEANUP(meet_parties_done) MeetParties parties = { 0 };
        MeetingAnswer answer = { .more = "" };
        if (sscanf(text, "%d %31s %15s %31s %63s", &answer.number, answer.role, answer.method,
                            answer.partstat, answer.more) < 4)
                meeting_script_fail(text, -1);
        const char *uid = script->uids[answer.number % MEETINGS_MAX];
        int r = uid ? meeting_get_by_uid(work->store, uid, &meeting) : TAKER_E_LEAVE;
        if (r == 0)
                r = meet_parties_load(work->store, meeting, &parties);
        if (r == 0)
                r = meeting_answer_take(work, &answer, meeting, &parties);
        if (r != 0 && r != TAKER_E_LEAVE)
                meeting_script_fail(text, r);
}

static inline void meeting_answer_page(
                const MeetingScript *script, const BookingWork *work, const char *text)
{
        CLEANUP(meeting_freep) Meeting *meeting = NULL;
        CLEANUP(booking_result_done) BookingResult result = { .n_nearest = 0 };
        char role[32], word[16], token[TOKEN_SIZE];
        CounterAnswer answer = { .token = token };
        int number;
        if (sscanf(text, "%d %31s %15s %" SCNd64, &number, role, word, &answer.start) != 4)
                meeting_script_fail(text, -1);
        answer.is_accepted = strcmp(word, "accept") == 0;
        int r = meeting_get_by_uid(work->store, script->uids[number % MEETINGS_MAX], &meeting);
        const MeetingToken meaning = { r == 0 ? meeting->id : 0, meeting_script_role_of(role),
                r == 0 ? meeting->revision : 0 };
        StoreWrite write;
        if (r == 0)
                r = store_write_begin(work->store, &write);
        if (r == 0)
                r = store_write_end(&write, meeting_token_make(work->store, &meaning, token));
        if (r == 0)
                r = counter_answer(work, &answer, &result);
        if (r < 0)
                meeting_script_fail(text, r);
}
