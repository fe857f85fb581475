#include "meet/compose.h"

#include "meet/invitation.h"
#include "meet/strings.h"

#include <stdio.h>
#include <string.h>

/*
 * The parts of a mail in addition to its text. Each mail about a step of a booking has the invitation,
 * because the mail about an earlier step may not have been sent.
 */
static const struct {
        const char *method; /* of the invitation; NULL: none */
        MeetLink link;
} extras[MEET_MAIL_N] = {
        [MEET_MAIL_VERIFY] = { NULL, MEET_LINK_CONFIRM },
        [MEET_MAIL_ASKED] = { NULL, MEET_LINK_SEE },
        [MEET_MAIL_REQUEST] = { NULL, MEET_LINK_ANSWER },
        [MEET_MAIL_INVITE] = { "REQUEST", MEET_LINK_CHANGE },
        [MEET_MAIL_MOVED] = { "REQUEST", MEET_LINK_CHANGE },
        [MEET_MAIL_PROPOSAL] = { NULL, MEET_LINK_CHOOSE },
        [MEET_MAIL_DECLINED] = { NULL, MEET_LINK_NONE },
        [MEET_MAIL_CANCEL] = { "CANCEL", MEET_LINK_NONE },
        [MEET_MAIL_WITHDRAWN] = { NULL, MEET_LINK_NONE },
        [MEET_MAIL_EXPIRED] = { NULL, MEET_LINK_NONE },
        [MEET_MAIL_REMINDER] = { NULL, MEET_LINK_CHANGE },
        [MEET_MAIL_COUNTER] = { NULL, MEET_LINK_COUNTER },
        [MEET_MAIL_COUNTER_DECLINED] = { "DECLINECOUNTER", MEET_LINK_CHANGE },
        [MEET_MAIL_COUNTER_TAKEN] = { "DECLINECOUNTER", MEET_LINK_CHANGE },
        [MEET_MAIL_DELEGATED] = { "REQUEST", MEET_LINK_CHANGE },
        [MEET_MAIL_REPRESENTED] = { "REQUEST", MEET_LINK_CHANGE },
        [MEET_MAIL_DELEGATE] = { "REQUEST", MEET_LINK_DELEGATE },
        [MEET_MAIL_RETURNED] = { "REQUEST", MEET_LINK_CHANGE },
        [MEET_MAIL_UNREPRESENTED] = { "REQUEST", MEET_LINK_CHANGE },
        [MEET_MAIL_OUTDATED] = { "REQUEST", MEET_LINK_CHANGE },
        [MEET_MAIL_REQUEST_AGAIN] = { NULL, MEET_LINK_ANSWER },
        [MEET_MAIL_READDRESSED] = { "CANCEL", MEET_LINK_NONE },
        [MEET_MAIL_REFUSED] = { "REQUEST", MEET_LINK_CHANGE },
        [MEET_MAIL_RELEASED] = { "CANCEL", MEET_LINK_NONE },
};

bool meet_compose_invites(MeetMail kind)
{
        const char *method = extras[kind].method;
        return method && strcmp(method, "REQUEST") == 0;
}

/* The arguments of the patterns; the buffers own their texts. */
typedef struct Facts {
        Buffer other, date, until, delegate, principal;
        TextArgument arguments[6];
} Facts;

static void facts_done(Facts *facts)
{
        buffer_done(&facts->other);
        buffer_done(&facts->date);
        buffer_done(&facts->until);
        buffer_done(&facts->delegate);
        buffer_done(&facts->principal);
}

static MeetingRole other_side(const MeetCompose *compose)
{
        return meeting_role_side(compose->role) == MEETING_HOST ? MEETING_VISITOR : MEETING_HOST;
}

static const char *other_name(const MeetCompose *compose)
{
        return meet_parties_name(compose->parties, other_side(compose));
}

/*
 * Returns the name of the present delegate of a side; NULL if there is none. The other side is not shown the
 * address of a delegate, even if the delegate has no name.
 */
static const char *find_delegate(const MeetCompose *compose, MeetingRole side, const MeetStrings *strings)
{
        bool is_own = side == meeting_role_side(compose->role);
        const BookingPerson *delegate = meet_parties_delegate(compose->parties, compose->meeting, side);
        if (!delegate)
                return NULL;
        return delegate->name[0] ? delegate->name : is_own ? delegate->address : strings->some_delegate;
}

static const char *delegate_name(const MeetCompose *compose, const MeetStrings *strings)
{
        bool is_own = compose->kind != MEET_MAIL_REPRESENTED;
        MeetingRole side = is_own ? meeting_role_side(compose->role) : other_side(compose);
        const char *name = find_delegate(compose, side, strings);
        return name ? name : strings->some_delegate;
}

static int write_date(const Letter *letter, TextDate form, usec_t time, Buffer *out)
{
        CivilTime civil = zone_to_civil(letter->zone, time / USEC_PER_SEC);
        return text_dates_write(letter->dates, out, form, &civil);
}

static int facts_init(Facts *facts, const Letter *letter, const MeetCompose *compose)
{
        const Meeting *meeting = compose->meeting;
        const MeetStrings *strings = meet_strings(language_of(letter->language));
        facts->other = facts->date = facts->until = BUFFER_INIT(LETTER_PART_BYTES);
        facts->delegate = facts->principal = BUFFER_INIT(LETTER_PART_BYTES);
        letter_append_line(&facts->other, other_name(compose));
        letter_append_line(&facts->delegate, delegate_name(compose, strings));
        letter_append_line(&facts->principal, meet_parties_name(compose->parties, compose->role));
        int r = write_date(letter, TEXT_DATE_TIME, meeting->start, &facts->date);
        if (r == 0 && meeting->expires > 0)
                r = write_date(letter, TEXT_DATE_TIME, meeting->expires, &facts->until);
        const TextArgument arguments[] = {
                { "other", buffer_text(&facts->other), 0 },
                { "date", buffer_text(&facts->date), 0 },
                { "until", buffer_text(&facts->until), 0 },
                { "delegate", buffer_text(&facts->delegate), 0 },
                { "principal", buffer_text(&facts->principal), 0 },
                { NULL, NULL, 0 },
        };
        memcpy(facts->arguments, arguments, sizeof(arguments));
        return r;
}

static int write_span(const Letter *letter, const Zone *zone, usec_t start, usec_t end, Buffer *out)
{
        CivilTime first = zone_to_civil(zone, start / USEC_PER_SEC);
        CivilTime last = zone_to_civil(zone, end / USEC_PER_SEC);
        int offset = zone_offset_at(zone, start / USEC_PER_SEC).seconds;
        int r = text_dates_span(letter->dates, out, &first, &last);
        buffer_puts(out, " (");
        if (r == 0)
                r = text_dates_zone_at(letter->dates, out, zone_name(zone), offset);
        buffer_puts(out, ")");
        return r;
}

static int add_span(Letter *letter, const char *label, const Zone *zone, const BookingTime *time)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(LETTER_PART_BYTES);
        int r = write_span(letter, zone, time->start, time->end, &text);
        return r < 0 ? r : letter_row(letter, label, buffer_text(&text));
}

/*
 * Adds the time in the host's zone, then in the reader's zone if that has another UTC offset, and the place.
 */
static int add_time(Letter *letter, const MeetCompose *compose, const char *label, const BookingTime *time)
{
        const MeetStrings *strings = meet_strings(language_of(letter->language));
        const Zone *host = letter->zone;
        int64_t at = time->start / USEC_PER_SEC;
        int r = zone_table_get(letter->options->zones, compose->meeting->zone, &host);
        if (r >= 0)
                r = add_span(letter, label, host, time);
        if (r == 0 && zone_offset_at(host, at).seconds != zone_offset_at(letter->zone, at).seconds)
                r = add_span(letter, strings->your_clock, letter->zone, time);
        return r == 0 ? letter_row(letter, strings->where, time->place) : r;
}

/* Returns the address of the other side, if the offer lets the reader see it; otherwise NULL. */
static const char *other_address(const MeetCompose *compose)
{
        const Event *event = compose->parties->booking.event;
        const char *shows = event ? event_text_property(event, BOOKING_ADDRESSES) : NULL;
        return shows && strcmp(shows, "TRUE") == 0 && compose->kind != MEET_MAIL_VERIFY
                               ? meet_parties_address(
                                                 compose->parties, compose->meeting, other_side(compose))
                               : NULL;
}

/* Adds the other side and, if somebody comes in its place, that person. */
static int add_people(Letter *letter, const MeetCompose *compose)
{
        const char *address = other_address(compose);
        const MeetStrings *strings = meet_strings(language_of(letter->language));
        const char *delegate = find_delegate(compose, other_side(compose), strings);
        int r = letter_row(letter, strings->with, other_name(compose));
        if (r == 0 && address)
                r = letter_row(letter, strings->address, address);
        return r == 0 && delegate ? letter_row(letter, strings->represented_by, delegate) : r;
}

static int add_rows(Letter *letter, const MeetCompose *compose)
{
        const MeetStrings *strings = meet_strings(language_of(letter->language));
        const Meeting *meeting = compose->meeting;
        BookingTime time = { .start = meeting->start, .end = meeting->finish };
        snprintf(time.place, sizeof(time.place), "%s", meeting->place);
        int r = add_people(letter, compose);
        if (r == 0)
                r = add_time(letter, compose, strings->when, &time);
        for (size_t i = 0; r == 0 && i < compose->n_proposed; i++)
                r = add_time(letter, compose, strings->proposed, &compose->proposed[i]);
        /*
         * These readers have not confirmed the address, so the mail has no long text, which another person
         * may have chosen.
         */
        bool is_unknown = compose->kind == MEET_MAIL_VERIFY || compose->role == MEETING_VISITOR_DELEGATE;
        return r == 0 && !is_unknown ? letter_row(letter, strings->topic, meeting->visitor.topic) : r;
}

static int add_link(Letter *letter, MeetLink purpose)
{
        char link[1024];
        const MeetStrings *strings = meet_strings(language_of(letter->language));
        if (purpose == MEET_LINK_NONE)
                return 0;
        snprintf(link, sizeof(link), "%s/meeting/%s", letter->options->config->http.base_url,
                        letter->options->token);
        int r = letter_sentence(letter, strings->links[purpose]);
        if (r == 0)
                r = letter_sentence(letter, link);
        return r == 0 && purpose == MEET_LINK_CONFIRM ? letter_sentence(letter, strings->not_you) : r;
}

/* A delegate cannot move or cancel the meeting, so any link of a delegate has another purpose. */
static MeetLink link_of(const MeetCompose *compose)
{
        MeetLink link = extras[compose->kind].link;
        bool is_side = compose->role == meeting_role_side(compose->role);
        return is_side || link == MEET_LINK_NONE ? link : MEET_LINK_DELEGATE;
}

static int add_texts(Letter *letter, const MeetCompose *compose)
{
        CLEANUP(facts_done) Facts facts;
        const MeetStrings *strings = meet_strings(language_of(letter->language));
        const MeetMailStrings *texts = &strings->mails[compose->kind - MEET_MAIL_VERIFY];
        int r = facts_init(&facts, letter, compose);
        if (r == 0)
                r = text_message(&letter->subject, letter->language, texts->subject, facts.arguments);
        if (r == 0)
                r = letter_message(letter, LETTER_SENTENCE, NULL, texts->text, facts.arguments);
        if (r == 0)
                r = add_rows(letter, compose);
        return r == 0 ? add_link(letter, link_of(compose)) : r;
}

static int attach(Letter *letter, const MeetCompose *compose)
{
        CLEANUP(buffer_done) Buffer summary = BUFFER_INIT(LETTER_PART_BYTES);
        const LetterOptions *options = letter->options;
        const Meeting *meeting = compose->meeting;
        letter->method = compose->record ? extras[compose->kind].method : NULL;
        if (!letter->method)
                return 0;
        int r = text_message(&summary, letter->language,
                        meet_strings(language_of(letter->language))->summary,
                        TEXT_ARGUMENTS({ "other", other_name(compose), 0 }));
        const MeetInvitation invitation = {
                .config = options->config,
                .meeting = meeting,
                .parties = compose->parties,
                .role = compose->role,
                .method = letter->method,
                .summary = buffer_text(&summary),
                .address = options->address,
                .sequence = compose->record->sequence,
                .stamp = compose->record->changed,
        };
        return r == 0 ? invitation_print(&invitation, &letter->calendar) : r;
}

static int write_preview(const Letter *letter, Buffer *out)
{
        const LetterOptions *options = letter->options;
        buffer_printf(out, "<%s>\n", options->address);
        return letter_text(letter, out);
}

int meet_compose(const MeetCompose *compose, const LetterOptions *options, Buffer *out)
{
        const Config *config = options->config;
        const Zone *zone = config->time_zone;
        const char *name = meeting_role_side(compose->role) == MEETING_HOST ? compose->meeting->zone
                                                                            : compose->meeting->visitor.zone;
        int r = zone_table_get(options->zones, name, &zone);
        if (r < 0)
                return r;
        CLEANUP(letter_done) Letter letter;
        r = letter_init(&letter, options, zone);
        letter.stop[0] = '\0';
        letter.why = meet_strings(language_of(letter.language))->why;
        if (r == 0)
                r = add_texts(&letter, compose);
        if (r == 0)
                r = attach(&letter, compose);
        if (r != 0)
                return r;
        return compose->is_preview ? write_preview(&letter, out) : letter_mail(&letter, out);
}
