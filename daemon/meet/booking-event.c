#include "meet/booking-event.h"

#include "base/text.h"
#include "calendar/component-build.h"
#include "calendar/edit.h"
#include "mail/bare-address.h"
#include "mail/verp.h"
#include "meet/strings.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PROPERTIES_MAX = 24, EVENT_BYTES = 64 * 1024, PARAMS_SIZE = 1024 };

static const char *const statuses[] = {
        [MEETING_HELD] = "TENTATIVE",
        [MEETING_ASKED] = "TENTATIVE",
        [MEETING_PROPOSED] = "TENTATIVE",
        [MEETING_BOOKED] = "CONFIRMED",
        [MEETING_DECLINED] = "CANCELLED",
        [MEETING_CANCELLED] = "CANCELLED",
        [MEETING_EXPIRED] = "CANCELLED",
};

void meet_parties_done(MeetParties *parties)
{
        object_record_free(parties->record);
        card_free(parties->card);
}

static void name_visitor(const MeetingVisitor *visitor, char *ret, size_t size)
{
        const char *name = visitor->name[0] ? visitor->name : visitor->organisation;
        bool has_both = visitor->name[0] && visitor->organisation[0];
        if (!name[0])
                name = visitor->address;
        snprintf(ret, size, "%s%s%s%s", name, has_both ? " (" : "", has_both ? visitor->organisation : "",
                        has_both ? ")" : "");
}

int meet_parties_load(Store *store, const Meeting *meeting, MeetParties *ret)
{
        *ret = (MeetParties){ .host_name = meeting->host };
        name_visitor(&meeting->visitor, ret->visitor_name, sizeof(ret->visitor_name));
        int r = object_find(store, meeting->host, &ret->record);
        if (r == 0)
                r = card_parse(ret->record->text, ret->record->len, &ret->card, NULL);
        if (r == 0) {
                ret->host_name = card_name(ret->card);
                ret->host_address = card_email(ret->card);
        }
        return r == STORE_E_NOT_FOUND || r == CARD_E_INVALID ? 0 : r;
}

/* Writes a parameter; quotes, control characters and line breaks cannot be in one (RFC 5545, 3.2). */
static void write_param(Buffer *out, const char *name, const char *value)
{
        buffer_printf(out, ";%s=\"", name);
        for (const char *c = value; *c; c++) {
                char safe = *c == '"' ? '\'' : (unsigned char)*c < 0x20 || *c == 0x7F ? ' ' : *c;
                buffer_append(out, &safe, 1);
        }
        buffer_puts(out, "\"");
}

/* A property with its texts; the buffers own them. */
typedef struct Line {
        Buffer params, value;
} Line;

static void line_done(Line *line)
{
        buffer_done(&line->params);
        buffer_done(&line->value);
}

#define LINE_INIT                                                                                           \
        {                                                                                                   \
                BUFFER_INIT(PARAMS_SIZE), BUFFER_INIT(PARAMS_SIZE)                                          \
        }

static void write_organizer(const char *address, const char *name, Line *line)
{
        write_param(&line->params, "CN", name);
        buffer_printf(&line->value, "mailto:%s", address);
}

static void write_attendee(const char *address, const char *name, const char *partstat, Line *line)
{
        buffer_printf(&line->params, ";ROLE=REQ-PARTICIPANT;PARTSTAT=%s;RSVP=TRUE", partstat);
        write_param(&line->params, "CN", name);
        buffer_printf(&line->value, "mailto:%s", address);
}

/* The properties of a stored booking, and the texts of those that are composed. */
typedef struct Draft {
        EditProperty properties[PROPERTIES_MAX];
        size_t n;
        char start[17], end[17], zone[160];
        char before[24], after[24];
        char office[MEET_ADDRESS_SIZE], site[512];
        Buffer summary;
        Line organizer, visitor, host;
} Draft;

static void draft_done(Draft *draft)
{
        buffer_done(&draft->summary);
        line_done(&draft->organizer);
        line_done(&draft->visitor);
        line_done(&draft->host);
}

static void put(Draft *draft, const char *name, const char *params, const char *value, bool text)
{
        if (value && value[0])
                draft->properties[draft->n++] = (EditProperty){ name, params, value, text,
                        strcmp(name, "ATTENDEE") == 0 ? EDIT_BESIDE : EDIT_NAME };
}

static void put_line(Draft *draft, const char *name, const Line *line)
{
        put(draft, name, buffer_text(&line->params), buffer_text(&line->value), false);
}

static void format_civil(const Zone *zone, usec_t time, char ret[static 17])
{
        const When when = { WHEN_ZONED, zone_to_civil(zone, time / USEC_PER_SEC), zone };
        when_format(&when, ret);
}

/* Adds what a step can change. An empty place is removed. */
static int put_times(const BookingWork *work, const Meeting *meeting, Draft *draft)
{
        const Zone *zone = work->config->time_zone;
        int r = zone_table_get(store_zones(work->store), meeting->zone, &zone);
        if (r < 0)
                return r;
        format_civil(zone, meeting->start, draft->start);
        format_civil(zone, meeting->finish, draft->end);
        snprintf(draft->zone, sizeof(draft->zone), ";TZID=%s", zone_name(zone));
        put(draft, "DTSTART", draft->zone, draft->start, false);
        put(draft, "DTEND", draft->zone, draft->end, false);
        put(draft, "STATUS", NULL, statuses[meeting->state], false);
        draft->properties[draft->n++] = (EditProperty){
                .name = "LOCATION", .value = meeting->place[0] ? meeting->place : NULL, .text = true
        };
        return 0;
}

static int put_summary(const BookingWork *work, const MeetParties *parties, Draft *draft)
{
        const char *language = work->config->language;
        int r = text_message(&draft->summary, language, meet_strings(language_of(language))->own_summary,
                        TEXT_ARGUMENTS({ "host", parties->host_name, 0 },
                                        { "visitor", parties->visitor_name, 0 }));
        put(draft, "SUMMARY", NULL, buffer_text(&draft->summary), true);
        return r;
}

static int put_people(
                const BookingWork *work, const Meeting *meeting, const MeetParties *parties, Draft *draft)
{
        int r = bare_address(work->config->mail.from, draft->office, sizeof(draft->office));
        write_organizer(draft->office, parties->host_name, &draft->organizer);
        write_attendee(meeting->visitor.address, parties->visitor_name, "NEEDS-ACTION", &draft->visitor);
        put_line(draft, "ORGANIZER", &draft->organizer);
        put_line(draft, "ATTENDEE", &draft->visitor);
        if (parties->host_address) {
                write_attendee(parties->host_address, parties->host_name, "NEEDS-ACTION", &draft->host);
                put_line(draft, "ATTENDEE", &draft->host);
        }
        return r;
}

/* The slot's data, which the free slots are found by (meet/busy.h). */
static int put_slot(const MeetingSlot *slot, void *userdata)
{
        Draft *draft = userdata;
        if (slot->is_proposed)
                return 0;
        snprintf(draft->before, sizeof(draft->before), "PT%" PRId64 "S", slot->before / USEC_PER_SEC);
        snprintf(draft->after, sizeof(draft->after), "PT%" PRId64 "S", slot->after / USEC_PER_SEC);
        if (strcmp(slot->site, slot->host) != 0) {
                snprintf(draft->site, sizeof(draft->site), "%s", slot->site);
                put(draft, "X-CONVENED-MEETING-EVENT", NULL, draft->site, true);
        }
        put(draft, "X-CONVENED-MEETING-BUFFER-BEFORE", NULL, draft->before, false);
        put(draft, "X-CONVENED-MEETING-BUFFER-AFTER", NULL, draft->after, false);
        return 0;
}

static int write_new(const BookingWork *work, const Meeting *meeting, Buffer *out)
{
        CLEANUP(meet_parties_done) MeetParties parties = { 0 };
        CLEANUP(draft_done)
        Draft draft = { .summary = BUFFER_INIT(EVENT_BYTES),
                .organizer = LINE_INIT,
                .visitor = LINE_INIT,
                .host = LINE_INIT };
        int r = meet_parties_load(work->store, meeting, &parties);
        if (r == 0)
                r = put_summary(work, &parties, &draft);
        if (r == 0)
                r = put_times(work, meeting, &draft);
        if (r != 0)
                return r;
        put(&draft, "DESCRIPTION", NULL, meeting->visitor.topic, true);
        put(&draft, "CATEGORIES", NULL, "MEETING", false);
        put(&draft, "CLASS", NULL, "PRIVATE", false);
        r = put_people(work, meeting, &parties, &draft);
        put(&draft, "X-CONVENED-MEETING-HOST", NULL, meeting->host, true);
        put(&draft, "X-CONVENED-MEETING-OFFER", NULL, meeting->offer, true);
        if (r == 0)
                r = meeting_slots_of(work->store, meeting->id, put_slot, &draft);
        if (r == 0)
                edit_compose(meeting->uid, draft.properties, work->now, out);
        return r != 0 ? r : buffer_error(out);
}

/* The participation status that is written into the ATTENDEE lines. */
typedef struct Partstat {
        const char *address; /* NULL: every line with an address */
        const char *partstat;
} Partstat;

static bool is_of(const ContentLine *line, const char *address)
{
        const size_t len = strlen("mailto:");
        return strncasecmp(line->value, "mailto:", len) == 0 &&
               (!address || strcasecmp(line->value + len, address) == 0);
}

/* Copies the parameters as they are in the text, without the folds. */
static void copy_params(const ContentLine *line, Buffer *out)
{
        CLEANUP(buffer_done) Buffer whole = BUFFER_INIT(EVENT_BYTES);
        for (size_t i = 0; i < line->raw_len; i++) {
                bool is_fold = line->raw[i] == '\n';
                if (line->raw[i] != '\r' && !is_fold)
                        buffer_putc(&whole, line->raw[i]);
                i += is_fold;
        }
        size_t from = strlen(line->name), to = whole.len - line->value_len - strlen(":");
        if (buffer_error(&whole) == 0)
                buffer_append(out, buffer_text(&whole) + from, to - from);
        else
                out->error = buffer_error(&whole);
}

static int write_answer_line(const ContentLine *line, const Partstat *answer, Line *out)
{
        const char *name = content_line_param(line, "CN");
        *out = (Line){ BUFFER_INIT(EVENT_BYTES), BUFFER_INIT(EVENT_BYTES) };
        if (is_of(line, answer->address)) {
                write_attendee(line->value + strlen("mailto:"), name ? name : "", answer->partstat, out);
        } else {
                copy_params(line, &out->params);
                buffer_puts(&out->value, line->value);
        }
        return buffer_error(&out->params) ? buffer_error(&out->params) : buffer_error(&out->value);
}

/* The properties of a changed booking; the lines own the texts of its ATTENDEEs. */
typedef struct Rewrite {
        EditProperty *properties;
        Line *lines;
        size_t n_lines;
} Rewrite;

static void rewrite_done(Rewrite *rewrite)
{
        for (size_t i = 0; i < rewrite->n_lines; i++)
                line_done(&rewrite->lines[i]);
        free(rewrite->lines);
        free(rewrite->properties);
}

static int rewrite_init(Rewrite *rewrite, const Event *event, const Draft *draft)
{
        const ContentLine *line = NULL;
        size_t n = 0, n_draft = draft ? draft->n : 0;
        while ((line = event_property_next(event, "ATTENDEE", line)))
                n++;
        rewrite->properties = calloc(n_draft + n + 1, sizeof(*rewrite->properties));
        rewrite->lines = calloc(n + 1, sizeof(*rewrite->lines));
        if (!rewrite->properties || !rewrite->lines)
                return -ENOMEM;
        if (draft)
                memcpy(rewrite->properties, draft->properties, n_draft * sizeof(*rewrite->properties));
        return 0;
}

/* Writes the event with an answer and, unless it is NULL, the draft's properties. */
static int write_answer(
                const Event *event, const Partstat *answer, const Draft *draft, usec_t now, Buffer *out)
{
        CLEANUP(rewrite_done) Rewrite rewrite = { .n_lines = 0 };
        const ContentLine *line = NULL;
        int r = rewrite_init(&rewrite, event, draft);
        EditProperty *next = rewrite.properties + (draft ? draft->n : 0);
        while (r == 0 && (line = event_property_next(event, "ATTENDEE", line))) {
                Line *own = &rewrite.lines[rewrite.n_lines++];
                r = write_answer_line(line, answer, own);
                *next++ = (EditProperty){ "ATTENDEE", buffer_text(&own->params), buffer_text(&own->value),
                        false, EDIT_NAME };
        }
        if (r == 0)
                edit_event(event, rewrite.properties, now, out);
        return r != 0 ? r : buffer_error(out);
}

static bool has_value(const Event *event, const char *name, const char *value)
{
        const ContentLine *line = event_property_line(event, name, 0);
        return line && strcmp(line->value, value) == 0;
}

static bool has_place(const Event *event, const char *place)
{
        const char *own = event_text_property(event, "LOCATION");
        return strcmp(own ? own : "", place) == 0;
}

/* An answer to the invitation for another time or place says nothing about the new one. */
static int write_changed(
                const BookingWork *work, const Meeting *meeting, const ObjectRecord *record, Buffer *out)
{
        CLEANUP(event_freep) Event *event = NULL;
        Draft draft = { .n = 0 };
        int r = event_parse(store_zones(work->store), record->text, record->len, &event, NULL);
        if (r == 0)
                r = put_times(work, meeting, &draft);
        if (r != 0)
                return r;
        if (!has_value(event, "DTSTART", draft.start) || !has_value(event, "DTEND", draft.end) ||
                        !has_place(event, meeting->place))
                return write_answer(event, &(Partstat){ NULL, "NEEDS-ACTION" }, &draft, work->now, out);
        edit_event(event, draft.properties, work->now, out);
        return buffer_error(out);
}

static int keep(const BookingWork *work, const Buffer *text)
{
        CLEANUP(event_freep) Event *event = NULL;
        ObjectOutcome outcome;
        int r = collection_ensure(work->store, COLLECTION_MEETINGS, false, work->config->time_zone_name);
        if (r == 0)
                r = event_parse(store_zones(work->store), text->data, text->len, &event, NULL);
        if (r == 0)
                r = object_put_event(work->store, event,
                                &(ObjectPut){ .collection = COLLECTION_MEETINGS,
                                                .is_step = true,
                                                .fallback = work->config->time_zone,
                                                .now = work->now },
                                &outcome);
        return r == EVENT_E_INVALID ? -EBADMSG : r;
}

int booking_event_put(const BookingWork *work, const Meeting *meeting)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(EVENT_BYTES);
        int r = object_get_by_uid(work->store, COLLECTION_MEETINGS, meeting->uid, &record);
        bool is_new = r == STORE_E_NOT_FOUND;
        if (is_new && (meeting->state == MEETING_HELD || meeting_state_is_final(meeting->state)))
                return 0;
        if (r == 0 || is_new)
                r = is_new ? write_new(work, meeting, &text) : write_changed(work, meeting, record, &text);
        return r != 0 ? r : keep(work, &text);
}

int booking_event_answer(const BookingWork *work, const ObjectRecord *record, const char *address,
                const char *partstat)
{
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(EVENT_BYTES);
        int r = event_parse(store_zones(work->store), record->text, record->len, &event, NULL);
        if (r != 0)
                return r < 0 ? r : -EBADMSG;
        r = write_answer(event, &(Partstat){ address, partstat }, NULL, work->now, &text);
        return r < 0 ? r : keep(work, &text);
}

/* The address for replies has a tag that only the reader of this invitation knows. */
static int organizer_address(const MeetInvitation *invitation, char ret[static VERP_ADDRESS_SIZE])
{
        const Config *config = invitation->config;
        const Meeting *meeting = invitation->meeting;
        if (config->bounces.mailbox[0] && config->bounces.address[0])
                return verp_print(config->bounces.address, meeting->id, meeting->secret,
                                meeting_role_name(invitation->role), ret);
        return bare_address(config->mail.from, ret, VERP_ADDRESS_SIZE);
}

static void add_line(ComponentBuild *build, const char *name, const Line *line)
{
        component_build_add(build, &(BuildProperty){ name, buffer_text(&line->params),
                                                   buffer_text(&line->value), false });
}

static void add_people(ComponentBuild *build, const MeetInvitation *invitation, const char *organizer)
{
        CLEANUP(line_done) Line office = LINE_INIT;
        CLEANUP(line_done) Line reader = LINE_INIT;
        const MeetParties *parties = invitation->parties;
        bool is_host = invitation->role == MEETING_HOST;
        write_organizer(organizer, parties->host_name, &office);
        write_attendee(invitation->address, is_host ? parties->host_name : parties->visitor_name,
                        "NEEDS-ACTION", &reader);
        add_line(build, "ORGANIZER", &office);
        add_line(build, "ATTENDEE", &reader);
}

static void add_texts(ComponentBuild *build, const MeetInvitation *invitation)
{
        const Meeting *meeting = invitation->meeting;
        component_build_add_text(build, "SUMMARY", invitation->summary);
        if (meeting->place[0])
                component_build_add_text(build, "LOCATION", meeting->place);
        if (meeting->visitor.topic[0])
                component_build_add_text(build, "DESCRIPTION", meeting->visitor.topic);
}

/* The times are in UTC: a meeting does not recur, and every program reads that in the same way. */
int booking_event_invite(const MeetInvitation *invitation, Buffer *out)
{
        CLEANUP(component_build_freep) ComponentBuild *build = component_build_new();
        const Meeting *meeting = invitation->meeting;
        char organizer[VERP_ADDRESS_SIZE], sequence[16];
        int r = build ? organizer_address(invitation, organizer) : -ENOMEM;
        if (r < 0)
                return r;
        snprintf(sequence, sizeof(sequence), "%d", invitation->sequence);
        component_build_add_value(build, "METHOD", invitation->method);
        component_build_begin(build, "VEVENT");
        component_build_add_text(build, "UID", meeting->uid);
        component_build_add_time(build, "DTSTAMP", invitation->stamp);
        component_build_add_value(build, "SEQUENCE", sequence);
        component_build_add_time(build, "DTSTART", meeting->start);
        component_build_add_time(build, "DTEND", meeting->finish);
        add_texts(build, invitation);
        component_build_add_value(build, "STATUS", statuses[meeting->state]);
        component_build_add_value(build, "TRANSP", "OPAQUE");
        add_people(build, invitation, organizer);
        component_build_end(build);
        component_build_print(build, out);
        return buffer_error(out);
}
