#include "base/json.h"
#include "cli/describe.h"
#include "cli/meet.h"
#include "cli/output.h"
#include "meet/booking-event.h"
#include "meet/counter.h"
#include "meet/mails.h"
#include "meet/proposed.h"
#include "store/ledger.h"

#include <inttypes.h>
#include <string.h>

enum {
        LINE_MAX_BYTES = 64 * 1024,
        MAIL_MAX_BYTES = 1024 * 1024,
        STATE_COLUMN = 12,
        NAME_COLUMN = 60,
        MAILS_MAX = 16
};

enum { NO_MORE = 1 /* ends ledger_each(): all further mails are older */ };

/* The results of a step: a name for JSON, and a sentence. */
static const struct {
        int condition;
        const char *name;
        CliMeetResult text;
} results[] = {
        { 0, "done", MEET_RESULT_DONE },
        { BOOKING_E_DONE, "already", MEET_RESULT_ALREADY },
        { BOOKING_E_TAKEN, "taken", MEET_RESULT_TAKEN },
        { BOOKING_E_TOO_LATE, "too-late", MEET_RESULT_TOO_LATE },
        { BOOKING_E_OLD, "old", MEET_RESULT_OLD },
        { BOOKING_E_NOT_POSSIBLE, "not-possible", MEET_RESULT_NOT_POSSIBLE },
        { BOOKING_E_EXPIRED, "expired", MEET_RESULT_EXPIRED },
        { BOOKING_E_NO_OFFER, "no-offer", MEET_RESULT_NO_OFFER },
        { BOOKING_E_NO_PLACE, "no-place", MEET_RESULT_NO_PLACE },
        { BOOKING_E_BAD_VISITOR, "bad-visitor", MEET_RESULT_BAD_VISITOR },
        { BOOKING_E_NO_TIME, "no-time", MEET_RESULT_NO_TIME },
        { BOOKING_E_UNKNOWN, "unknown", MEET_RESULT_UNKNOWN },
        { BOOKING_E_MOVED_OFTEN, "moved-often", MEET_RESULT_MOVED_OFTEN },
        { BOOKING_E_NOTICE, "notice", MEET_RESULT_NOTICE },
};

enum { N_RESULTS = sizeof(results) / sizeof(results[0]) };

static bool has_counter(const Meeting *meeting, const MeetParties *parties, Counter *ret)
{
        const Event *event = parties->booking.event;
        return meeting->state == MEETING_BOOKED && event && counter_read(event, ret);
}

/*
 * Finds another meeting that the visitor has at the time of a meeting. @ret: unchanged if there is none, or
 * if the state of @meeting is final
 */
static int find_clash(Cli *cli, const Meeting *meeting, Meeting **ret)
{
        if (meeting_state_is_final(meeting->state))
                return 0;
        int r = meeting_of_same_visitor(cli->store, meeting, meeting->start, meeting->finish, ret);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

static void add_time(Buffer *out, const char *name, usec_t time)
{
        char text[21];
        time_format_rfc3339(time, text);
        json_member(out, name, text);
}

static void add_span(Buffer *out, usec_t start, usec_t end, const char *place)
{
        add_time(out, "start", start);
        add_time(out, "end", end);
        json_member(out, "place", place);
}

static int add_proposed(Cli *cli, const Meeting *meeting, Buffer *out)
{
        BookingTime times[BOOKING_TIMES_MAX];
        size_t n = 0;
        int r = proposed_read(cli->store, meeting, times, &n);
        buffer_puts(out, ", \"proposed\": [");
        for (size_t i = 0; i < n; i++) {
                buffer_puts(out, i == 0 ? "{" : ", {");
                add_span(out, times[i].start, times[i].end, times[i].place);
                buffer_putc(out, '}');
        }
        buffer_putc(out, ']');
        return r;
}

static void add_delegates(const Meeting *meeting, const MeetParties *parties, Buffer *out)
{
        buffer_puts(out, ", \"representatives\": [");
        for (MeetingRole side = MEETING_VISITOR; side <= MEETING_HOST; side++) {
                const BookingPerson *person = meet_parties_delegate(parties, meeting, side);
                if (!person)
                        continue;
                buffer_puts(out, out->data[out->len - 1] == '[' ? "{" : ", {");
                json_member(out, "of", meeting_role_name(side));
                json_member(out, "address", person->address);
                json_member(out, "name", person->name);
                json_member(out, "answer", person->partstat);
                buffer_putc(out, '}');
        }
        buffer_putc(out, ']');
}

/* Adds the time that one side proposes for a booked meeting from its calendar program. */
static void add_counter(const Meeting *meeting, const MeetParties *parties, Buffer *out)
{
        Counter counter;
        if (!has_counter(meeting, parties, &counter))
                return;
        buffer_puts(out, ", \"counter\": {");
        json_member(out, "by", meeting_role_name(counter.role));
        add_time(out, "start", counter.start);
        add_time(out, "end", counter.finish);
        buffer_putc(out, '}');
}

static int add_people(Cli *cli, const Meeting *meeting, Buffer *out)
{
        CLEANUP(meet_parties_done) MeetParties parties = { 0 };
        int r = meet_parties_load(cli->store, meeting, &parties);
        add_delegates(meeting, &parties, out);
        add_counter(meeting, &parties, out);
        return r;
}

/* Names another meeting that the visitor has at this time. */
static int add_clash(Cli *cli, const Meeting *meeting, Buffer *out)
{
        CLEANUP(meeting_freep) Meeting *clash = NULL;
        int r = find_clash(cli, meeting, &clash);
        if (clash)
                json_member(out, "clash", clash->uid);
        return r;
}

/* Appends the members of a meeting, without the braces. */
static int add_meeting(Cli *cli, const Meeting *meeting, Buffer *out)
{
        const MeetingVisitor *visitor = &meeting->visitor;
        json_member(out, "uid", meeting->uid);
        json_member(out, "state", meeting_state_name(meeting->state));
        buffer_printf(out, ", \"revision\": %d", meeting->revision);
        json_member(out, "host", meeting->host);
        json_member(out, "offer", meeting->offer);
        add_span(out, meeting->start, meeting->finish, meeting->place);
        json_member(out, "host_zone", meeting->zone);
        if (meeting->expires > 0)
                add_time(out, "expires", meeting->expires);
        json_member(out, "name", visitor->name);
        json_member(out, "organisation", visitor->organisation);
        json_member(out, "address", visitor->address);
        json_member(out, "topic", visitor->topic);
        json_member(out, "language", visitor->language);
        json_member(out, "zone", visitor->zone);
        int r = add_proposed(cli, meeting, out);
        if (r == 0)
                r = add_people(cli, meeting, out);
        return r == 0 ? add_clash(cli, meeting, out) : r;
}

/* The mails that are due and that the dry run has added, the newest first. */
typedef struct Mails {
        const Cli *cli;
        const char *uid; /* of the booking */
        int64_t ids[MAILS_MAX];
        size_t n;
} Mails;

static int on_mail(const MailRecord *mail, void *userdata)
{
        Mails *mails = userdata;
        usec_t now = mails->cli->now;
        if (mail->created != now)
                return NO_MORE;
        if (mails->n < MAILS_MAX && mail->due <= now && strcmp(mail->uid, mails->uid) == 0)
                mails->ids[mails->n++] = mail->id;
        return 0;
}

/*
 * Calls @on_text for the text of each mail that the step of a dry run has added and that would be sent: a
 * host without an address gets none. Return: 0, a condition of the store, negative errno.
 */
static int each_mail(
                Cli *cli, const char *uid, void (*on_text)(Buffer *out, const Buffer *text), Buffer *out)
{
        Mails mails = { .cli = cli, .uid = uid };
        int r = cli_flag(cli, "dry-run") ? ledger_each(cli->store, 0, true, MAILS_MAX * 2, on_mail, &mails)
                                         : 0;
        r = r == NO_MORE ? 0 : r;
        for (size_t i = mails.n; r == 0 && i > 0; i--) {
                CLEANUP(buffer_done) Buffer text = BUFFER_INIT(MAIL_MAX_BYTES);
                r = meet_mail_preview(cli->store, cli->config, mails.ids[i - 1], cli->now, &text);
                if (r == 0)
                        on_text(out, &text);
                r = r == STORE_E_NOT_FOUND ? 0 : r;
        }
        return r;
}

static void add_mail(Buffer *out, const Buffer *text)
{
        buffer_puts(out, out->data[out->len - 1] == '[' ? "" : ", ");
        json_string(out, buffer_text(text));
}

static void print_mail(Buffer *out, const Buffer *text)
{
        (void)out;
        output_text(stdout, buffer_text(text));
        puts("");
}

static int add_mails(Cli *cli, const char *uid, Buffer *out)
{
        buffer_puts(out, ", \"mails\": [");
        int r = each_mail(cli, uid, add_mail, out);
        buffer_putc(out, ']');
        return r;
}

static int print_json(Cli *cli, const char *outcome, const BookingResult *result)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        int r = 0;
        buffer_putc(&line, '{');
        if (outcome)
                json_member(&line, "outcome", outcome);
        if (result->meeting)
                r = add_meeting(cli, result->meeting, &line);
        if (r == 0 && result->meeting && cli_flag(cli, "dry-run"))
                r = add_mails(cli, result->meeting->uid, &line);
        for (size_t i = 0; i < result->n_nearest; i++) {
                const BookingTime *time = &result->nearest[i];
                buffer_puts(&line, i == 0 ? ", \"nearest\": [{" : ", {");
                add_span(&line, time->start, time->end, time->place);
                buffer_puts(&line, i + 1 == result->n_nearest ? "}]" : "}");
        }
        buffer_putc(&line, '}');
        puts(buffer_text(&line));
        return r;
}

static void print_time(const Cli *cli, const char *label, const BookingTime *time)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        buffer_printf(&line, "%s: ", label);
        describe_moment(cli, time->start, &line);
        if (time->place[0])
                buffer_printf(&line, ", %s", time->place);
        output_line(stdout, buffer_text(&line));
}

/* Returns the index of a result; N_RESULTS for a condition of the store. */
static size_t find_result(int condition)
{
        size_t i = 0;
        while (i < N_RESULTS && results[i].condition != condition)
                i++;
        return i;
}

/* Prints another meeting that the visitor has at this time, as a row below a label. */
static int print_clash(Cli *cli, const Meeting *meeting)
{
        CLEANUP(meeting_freep) Meeting *clash = NULL;
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        int r = find_clash(cli, meeting, &clash);
        if (r != 0 || !clash)
                return r;
        buffer_printf(&line, "%s: ", cli->strings->meet_clash);
        r = describe_moment(cli, clash->start, &line);
        buffer_printf(&line, ", %s  %s", clash->host, clash->uid);
        output_line(stdout, buffer_text(&line));
        return r;
}

static int print_texts(Cli *cli, const char *text, bool is_good, const BookingResult *result)
{
        const Meeting *meeting = result->meeting;
        if (is_good)
                output_line(stdout, text);
        else
                cli_error(cli, text, NULL);
        int r = meeting ? meet_print_row(cli, meeting) : 0;
        if (r == 0 && meeting)
                r = print_clash(cli, meeting);
        for (size_t i = 0; i < result->n_nearest; i++)
                print_time(cli, cli->strings->meet_free, &result->nearest[i]);
        return r == 0 && meeting ? each_mail(cli, meeting->uid, print_mail, NULL) : r;
}

int meet_print_result(Cli *cli, int condition, const BookingResult *result)
{
        size_t at = find_result(condition);
        bool is_good = condition == 0 || condition == BOOKING_E_DONE;
        if (at == N_RESULTS)
                return cli_refuse(cli, "meet", condition);
        int r = cli_flag(cli, "json") ? print_json(cli, results[at].name, result)
                                      : print_texts(cli, cli->strings->meet_results[results[at].text],
                                                        is_good, result);
        if (r != 0)
                return cli_refuse(cli, "meet", r);
        return is_good ? CLI_DONE : CLI_REFUSED;
}

int meet_print_row(Cli *cli, const Meeting *meeting)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        const MeetingVisitor *visitor = &meeting->visitor;
        const BookingResult result = { .meeting = (Meeting *)meeting };
        if (cli_flag(cli, "json"))
                return print_json(cli, NULL, &result);
        buffer_puts(&line, cli->strings->meet_states[meeting->state - MEETING_HELD]);
        output_column(&line, STATE_COLUMN);
        int r = describe_moment(cli, meeting->start, &line);
        output_column(&line, NAME_COLUMN);
        buffer_puts(&line, visitor->name[0] ? visitor->name : visitor->address);
        if (visitor->organisation[0])
                buffer_printf(&line, ", %s", visitor->organisation);
        buffer_printf(&line, "  %s", meeting->uid);
        output_line(stdout, buffer_text(&line));
        return r;
}

static void print_field(const char *label, const char *value)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        if (!value || !value[0])
                return;
        buffer_printf(&line, "%s: %s", label, value);
        output_lines(stdout, buffer_text(&line));
        puts("");
}

static int print_proposed(Cli *cli, const Meeting *meeting)
{
        BookingTime times[BOOKING_TIMES_MAX];
        size_t n = 0;
        int r = proposed_read(cli->store, meeting, times, &n);
        for (size_t i = 0; i < n; i++)
                print_time(cli, cli->strings->meet_proposed, &times[i]);
        return r;
}

static void print_delegate(
                const char *label, const Meeting *meeting, const MeetParties *parties, MeetingRole side)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(LINE_MAX_BYTES);
        const BookingPerson *person = meet_parties_delegate(parties, meeting, side);
        if (!person)
                return;
        buffer_printf(&text, "%s%s<%s>", person->name, person->name[0] ? " " : "", person->address);
        print_field(label, buffer_text(&text));
}

static int print_people(Cli *cli, const Meeting *meeting)
{
        CLEANUP(meet_parties_done) MeetParties parties = { 0 };
        const CliStrings *strings = cli->strings;
        Counter counter;
        int r = meet_parties_load(cli->store, meeting, &parties);
        print_delegate(strings->meet_visitor_delegate, meeting, &parties, MEETING_VISITOR);
        print_delegate(strings->meet_host_delegate, meeting, &parties, MEETING_HOST);
        if (has_counter(meeting, &parties, &counter))
                print_time(cli, strings->meet_counter, &(BookingTime){ .start = counter.start });
        return r;
}

int meet_print(Cli *cli, const Meeting *meeting)
{
        const CliStrings *strings = cli->strings;
        const MeetingVisitor *visitor = &meeting->visitor;
        int r = meet_print_row(cli, meeting);
        if (r != 0 || cli_flag(cli, "json"))
                return r;
        print_field(strings->meet_host, meeting->host);
        print_field(strings->meet_offer, meeting->offer);
        print_field(strings->meet_place, meeting->place);
        print_field(strings->meet_address, visitor->address);
        print_field(strings->meet_topic, visitor->topic);
        if (meeting->expires > 0)
                print_time(cli, strings->meet_until, &(BookingTime){ .start = meeting->expires });
        r = print_proposed(cli, meeting);
        if (r == 0)
                r = print_people(cli, meeting);
        return r == 0 ? print_clash(cli, meeting) : r;
}
