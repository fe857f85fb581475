/* convene meet: asks for a meeting, shows meetings and makes steps, for the visitor or the host. */

#include "cli/meet.h"

#include "base/url.h"
#include "calendar/offer.h"
#include "cli/find.h"
#include "cli/input.h"
#include "cli/slots.h"
#include "store/offer-link.h"

#include <stdio.h>
#include <string.h>

enum { LINE_MAX_BYTES = 8192 };

const CliOption meet_options[] = {
        { "as-host", NULL, HELP_MEET_AS_HOST },
        { "place", "NAME", HELP_MEET_PLACE },
        { "length", "DURATION", HELP_MEET_LENGTH },
        { "name", "TEXT", HELP_MEET_NAME },
        { "organisation", "TEXT", HELP_MEET_ORGANISATION },
        { "address", "ADDRESS", HELP_MEET_ADDRESS },
        { "topic", "TEXT", HELP_MEET_TOPIC },
        { "language", "TAG", HELP_MEET_LANGUAGE },
        { "zone", "ZONE", HELP_MEET_ZONE },
        { "host", "CONTACT", HELP_MEET_HOST },
        { "from", "DATE", HELP_OFFER_FROM },
        { "to", "DATE", HELP_OFFER_TO },
        { "all", NULL, HELP_MEET_ALL },
        { "dry-run", NULL, HELP_MEET_DRY_RUN },
        { "json", NULL, HELP_JSON },
        { NULL, NULL, 0 },
};

static const char *text_option(const Cli *cli, const char *name, const char *otherwise)
{
        const char *value = cli_value(cli, name, 0);
        return value ? value : otherwise;
}

/* Reads --zone, the zone of times without a UTC offset; by default that of the configuration. */
static int read_zone(Cli *cli, const Zone **ret)
{
        const char *name = cli_value(cli, "zone", 0);
        *ret = cli->config->time_zone;
        if (name && zone_table_get(cli->zones, name, ret) != 0)
                return cli_usage_value(cli, cli->strings->bad_zone, name);
        return CLI_DONE;
}

static int read_start(Cli *cli, const char *text, usec_t *ret)
{
        const Zone *zone;
        int code = read_zone(cli, &zone);
        if (code != CLI_DONE)
                return code;
        return input_moment(cli, text, zone, ret) < 0 ? cli_usage_value(cli, cli->usage->bad_start, text)
                                                      : CLI_DONE;
}

static int read_length(Cli *cli, usec_t *ret)
{
        const char *text = cli_value(cli, "length", 0);
        Duration length;
        *ret = 0;
        if (!text)
                return CLI_DONE;
        if (duration_parse(text, false, &length) < 0 || duration_seconds(&length) <= 0)
                return cli_usage_option(cli, cli->usage->bad_length, "length", text);
        *ret = duration_seconds(&length) * USEC_PER_SEC;
        return CLI_DONE;
}

/* Prints the result of a step and its mails, and undoes the step. */
static int show_and_undo(Cli *cli, int r, const BookingResult *result)
{
        int code = meet_print_result(cli, r, result);
        store_rollback(cli->store);
        return code;
}

/* Ends the transaction and prints the result: after the commit, because the commit may fail. */
static int finish(Cli *cli, int r, const BookingResult *result)
{
        if (r == 0 && cli_flag(cli, "dry-run"))
                return show_and_undo(cli, r, result);
        r = cli_end_write(cli, r);
        return r < 0 ? cli_refuse(cli, cli->words[0], r) : meet_print_result(cli, r, result);
}

static int ask(Cli *cli)
{
        CLEANUP(booking_result_done) BookingResult result = { .n_nearest = 0 };
        const Zone *zone;
        BookingAsk ask = {
                .offer = cli->words[1],
                .place = cli_value(cli, "place", 0),
                .visitor = {
                        .name = text_option(cli, "name", ""),
                        .organisation = text_option(cli, "organisation", ""),
                        .address = text_option(cli, "address", ""),
                        .topic = text_option(cli, "topic", ""),
                        .language = text_option(cli, "language", cli->config->language),
                        .network = "",
                },
        };
        int code = read_start(cli, cli->words[2], &ask.start);
        if (code == CLI_DONE)
                code = read_length(cli, &ask.length);
        if (code == CLI_DONE)
                code = read_zone(cli, &zone);
        if (code != CLI_DONE)
                return code;
        ask.visitor.zone = zone_name(zone);
        int r = cli_begin_write(cli);
        if (r == 0)
                r = booking_ask(&(BookingWork){ cli->store, cli->config, cli->now }, &ask, &result);
        return finish(cli, r, &result);
}

/*
 * Takes a word for the UID of a booking or, if no booking has this UID, for the token of a link. A
 * representative declines by not coming; the meeting stays.
 */
static int name_meeting(Cli *cli, const char *word, BookingStep *step)
{
        CLEANUP(meeting_freep) Meeting *meeting = NULL;
        MeetingToken token;
        int r = meeting_get_by_uid(cli->store, word, &meeting);
        if (r != STORE_E_NOT_FOUND) {
                step->uid = word;
                return r;
        }
        step->token = word;
        r = meeting_token_find(cli->store, word, &token);
        bool is_delegate = r == 0 && token.role != meeting_role_side(token.role);
        if (is_delegate && step->step == MEETING_STEP_DECLINE)
                step->step = MEETING_STEP_RETURN;
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

static int read_times(Cli *cli, BookingTime *times, size_t *ret_n)
{
        int code = CLI_DONE;
        const char *place = text_option(cli, "place", "");
        for (int i = 2; code == CLI_DONE && i < cli->n_words && i - 2 < BOOKING_TIMES_MAX; i++) {
                BookingTime *time = &times[(*ret_n)++];
                *time = (BookingTime){ .start = 0 };
                snprintf(time->place, sizeof(time->place), "%s", place);
                code = read_start(cli, cli->words[i], &time->start);
        }
        return code;
}

static int make_step(Cli *cli, MeetingStep step)
{
        CLEANUP(booking_result_done) BookingResult result = { .n_nearest = 0 };
        BookingTime times[BOOKING_TIMES_MAX];
        bool as_host = cli_flag(cli, "as-host");
        BookingStep booking = {
                .role = as_host ? MEETING_HOST : MEETING_VISITOR,
                .step = as_host && step == MEETING_STEP_CONFIRM ? MEETING_STEP_ACCEPT : step,
                .times = times,
        };
        int code = read_times(cli, times, &booking.n_times);
        if (code != CLI_DONE)
                return code;
        int r = cli_begin_write(cli);
        if (r == 0)
                r = name_meeting(cli, cli->words[1], &booking);
        if (r == 0)
                r = booking_step(&(BookingWork){ cli->store, cli->config, cli->now }, &booking, &result);
        return finish(cli, r, &result);
}

static int confirm(Cli *cli)
{
        return make_step(cli, MEETING_STEP_CONFIRM);
}

static int decline(Cli *cli)
{
        return make_step(cli, MEETING_STEP_DECLINE);
}

static int propose(Cli *cli)
{
        return make_step(cli, MEETING_STEP_PROPOSE);
}

static int move(Cli *cli)
{
        return make_step(cli, MEETING_STEP_MOVE);
}

static int cancel(Cli *cli)
{
        return make_step(cli, MEETING_STEP_CANCEL);
}

static int show(Cli *cli)
{
        CLEANUP(meeting_freep) Meeting *meeting = NULL;
        MeetingToken token;
        const char *word = cli->words[1];
        int r = meeting_get_by_uid(cli->store, word, &meeting);
        if (r == STORE_E_NOT_FOUND)
                r = meeting_token_find(cli->store, word, &token);
        if (r == 0 && !meeting)
                r = meeting_get(cli->store, token.meeting, &meeting);
        if (r == 0)
                r = meet_print(cli, meeting);
        return r == STORE_E_NOT_FOUND ? find_refuse(cli, cli->strings->no_meeting, word)
               : r != 0               ? cli_refuse(cli, word, r)
                                      : CLI_DONE;
}

static int on_meeting(const Meeting *meeting, void *userdata)
{
        Cli *cli = userdata;
        if (meeting_state_is_final(meeting->state) && !cli_flag(cli, "all"))
                return 0;
        return meet_print_row(cli, meeting);
}

static int list(Cli *cli)
{
        CLEANUP(object_record_freep) ObjectRecord *host = NULL;
        int code = find_contact_option(cli, "host", &host);
        if (code != CLI_DONE)
                return code;
        usec_t from = cli_flag(cli, "all") ? INT64_MIN : cli->now;
        int r = meeting_each(cli->store, host ? host->uid : NULL, from, on_meeting, cli);
        return r != 0 ? cli_refuse(cli, cli->words[0], r) : CLI_DONE;
}

static int slots(Cli *cli)
{
        return slots_print(cli, cli->words[1]);
}

/* Prints the address of the page of an offer. The address of an unlisted offer is secret. */
static int print_link(Cli *cli)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        Offer offer;
        char token[TOKEN_SIZE];
        const char *word = cli->words[1];
        int r = object_find(cli->store, word, &record);
        if (r == 0)
                r = event_parse(cli->zones, record->text, record->len, &event, NULL);
        if (r == 0)
                r = offer_read(event, cli->config->time_zone, &offer);
        if (r == 0 && !offer.listed)
                r = offer_link_make(cli->store, record, token);
        if (r == STORE_E_NOT_FOUND || r == OFFER_E_NONE || r == EVENT_E_INVALID)
                return find_refuse(cli, cli->strings->no_offer, word);
        if (r != 0)
                return cli_refuse(cli, word, r);
        buffer_printf(&line, "%s/meet/", cli->config->http.base_url);
        url_escape(&line, offer.listed ? offer.host : token);
        buffer_puts(&line, offer.listed ? "?offer=" : "");
        url_escape(&line, offer.listed ? offer.uid : "");
        puts(buffer_text(&line));
        return CLI_DONE;
}

const CliAction meet_actions[] = {
        { "ask", "OFFER START", 2, 2, ask },
        { "list", "", 0, 0, list },
        { "show", "MEETING", 1, 1, show },
        { "confirm", "MEETING", 1, 2, confirm },
        { "decline", "MEETING", 1, 1, decline },
        { "propose", "MEETING START...", 2, 1 + BOOKING_TIMES_MAX, propose },
        { "move", "MEETING START", 2, 2, move },
        { "cancel", "MEETING", 1, 1, cancel },
        { "slots", "HOST", 1, 1, slots },
        { "link", "OFFER", 1, 1, print_link },
        { NULL, NULL, 0, 0, NULL },
};
