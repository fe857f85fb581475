#include "meet/booking-event.h"

#include "base/text.h"
#include "mail/bare-address.h"
#include "meet/host-copy.h"
#include "meet/offers.h"
#include "meet/person-line.h"
#include "meet/proposed.h"
#include "meet/strings.h"
#include "store/address-fold.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PROPERTIES_MAX = 32, EVENT_BYTES = 256 * 1024 };

static const char *const statuses[] = {
        [MEETING_HELD] = "TENTATIVE",
        [MEETING_ASKED] = "TENTATIVE",
        [MEETING_PROPOSED] = "TENTATIVE",
        [MEETING_BOOKED] = "CONFIRMED",
        [MEETING_DECLINED] = "CANCELLED",
        [MEETING_CANCELLED] = "CANCELLED",
        [MEETING_EXPIRED] = "CANCELLED",
};

const char *booking_event_status(MeetingState state)
{
        return statuses[state];
}

void meet_parties_done(MeetParties *parties)
{
        booking_event_done(&parties->booking);
        object_record_free(parties->record);
        card_free(parties->card);
}

void meet_visitor_name(const MeetingVisitor *visitor, char *ret, size_t size)
{
        const char *name = visitor->name[0] ? visitor->name : visitor->organisation;
        bool has_both = visitor->name[0] && visitor->organisation[0];
        if (!name[0])
                name = meet_strings(language_of(visitor->language))->visitor;
        snprintf(ret, size, "%s%s%s%s", name, has_both ? " (" : "", has_both ? visitor->organisation : "",
                        has_both ? ")" : "");
}

int meet_parties_load(Store *store, const Meeting *meeting, MeetParties *ret)
{
        *ret = (MeetParties){ .host_name = meeting->host };
        meet_visitor_name(&meeting->visitor, ret->visitor_name, sizeof(ret->visitor_name));
        int r = object_find(store, meeting->host, &ret->record);
        if (r == 0)
                r = card_parse(ret->record->text, ret->record->len, &ret->card, NULL);
        if (r == 0) {
                ret->host_name = card_name(ret->card);
                ret->host_address = card_email(ret->card);
        }
        if (r == 0 || r == STORE_E_NOT_FOUND || r == CARD_E_INVALID)
                r = booking_event_load(store, meeting->uid, &ret->booking);
        if (r == 0) {
                ret->host_invited = event_text_property(ret->booking.event, BOOKING_HOST_ADDRESS);
                ret->host_former = event_text_property(ret->booking.event, BOOKING_HOST_FORMER);
        }
        if (r == -EBADMSG) {
                booking_event_done(&ret->booking);
                ret->booking = (BookingEvent){ .record = NULL };
                return 0;
        }
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

const char *meet_parties_name(const MeetParties *parties, MeetingRole role)
{
        return meeting_role_side(role) == MEETING_HOST ? parties->host_name : parties->visitor_name;
}

static const char *side_address(const MeetParties *parties, const Meeting *meeting, MeetingRole side)
{
        return side == MEETING_HOST ? parties->host_address : meeting->visitor.address;
}

const char *meet_parties_invited(const MeetParties *parties, const Meeting *meeting, MeetingRole side)
{
        return side == MEETING_HOST && parties->host_invited ? parties->host_invited
                                                             : side_address(parties, meeting, side);
}

BookingPerson *meet_parties_delegate(const MeetParties *parties, const Meeting *meeting, MeetingRole side)
{
        const char *address = meet_parties_invited(parties, meeting, side);
        return address ? booking_people_delegate(&parties->booking.people, address) : NULL;
}

const char *meet_parties_address(const MeetParties *parties, const Meeting *meeting, MeetingRole role)
{
        MeetingRole side = meeting_role_side(role);
        if (role == MEETING_HOST_FORMER)
                return parties->host_former;
        if (role == side)
                return side_address(parties, meeting, side);
        const BookingPerson *delegate = meet_parties_delegate(parties, meeting, side);
        return delegate ? delegate->address : NULL;
}

bool meet_parties_has(const MeetParties *parties, const Meeting *meeting, const char *address)
{
        for (MeetingRole side = MEETING_VISITOR; side <= MEETING_HOST; side++) {
                bool has_address = side_address(parties, meeting, side);
                const BookingPerson *delegate = meet_parties_delegate(parties, meeting, side);
                if ((has_address && address_is_same(meet_parties_invited(parties, meeting, side),
                                                    address)) ||
                                (delegate && address_is_same(delegate->address, address)))
                        return true;
        }
        return false;
}

/* The properties of a stored booking, and the texts of those that are composed. */
typedef struct Draft {
        EditProperty properties[PROPERTIES_MAX];
        size_t n;
        char start[17], end[17], zone[WHEN_PARAMS_SIZE]; /* the parameter of both times; "" for UTC */
        char before[24], after[24];
        char office[MEET_ADDRESS_SIZE], site[512];
        Buffer summary;
        PersonLine organizer, visitor, host;
        ProposedCopy proposed;
} Draft;

static void draft_done(Draft *draft)
{
        buffer_done(&draft->summary);
        person_line_done(&draft->organizer);
        person_line_done(&draft->visitor);
        person_line_done(&draft->host);
}

static void put(Draft *draft, const char *name, const char *params, const char *value, bool text)
{
        if (value && value[0])
                draft->properties[draft->n++] = (EditProperty){ name, params, value, text,
                        strcmp(name, "ATTENDEE") == 0 ? EDIT_BESIDE : EDIT_NAME };
}

static void put_line(Draft *draft, const char *name, const PersonLine *line)
{
        put(draft, name, buffer_text(&line->params), buffer_text(&line->value), false);
}

/*
 * Writes start and end in the zone of the host. If the clock of that zone shows one of them for the second
 * time, writes both in UTC, because a local time would mean the first time.
 */
static void format_times(const Zone *zone, const Meeting *meeting, Draft *draft)
{
        When start = when_of_instant(zone, meeting->start), end = when_of_instant(zone, meeting->finish);
        bool is_local = start.form == WHEN_ZONED && end.form == WHEN_ZONED;
        if (!is_local) {
                start = when_of_instant(NULL, meeting->start);
                end = when_of_instant(NULL, meeting->finish);
        }
        when_format(&start, draft->start);
        when_format(&end, draft->end);
        /* This cannot fail: the names of the zones of the table are short enough. */
        if (is_local)
                when_params(&start, draft->zone);
}

/* Adds the properties that a step can change. LOCATION is removed if the place is empty. */
static int put_times(const BookingWork *work, const Meeting *meeting, Draft *draft)
{
        const Zone *zone = work->config->time_zone;
        int r = zone_table_get(store_zones(work->store), meeting->zone, &zone);
        if (r < 0)
                return r;
        format_times(zone, meeting, draft);
        put(draft, "DTSTART", draft->zone, draft->start, false);
        put(draft, "DTEND", draft->zone, draft->end, false);
        put(draft, "STATUS", NULL, statuses[meeting->state], false);
        draft->properties[draft->n++] = (EditProperty){
                .name = "LOCATION", .value = meeting->place[0] ? meeting->place : NULL, .text = true
        };
        r = proposed_copy(work->store, meeting, &draft->proposed);
        for (size_t i = 0; r == 0 && i < draft->proposed.n; i++)
                draft->properties[draft->n++] = draft->proposed.properties[i];
        return r;
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
        person_line_write_organizer(draft->office, parties->host_name, &draft->organizer);
        person_line_write_attendee(&(PersonAttendee){ .address = meeting->visitor.address,
                                                   .name = parties->visitor_name,
                                                   .partstat = "NEEDS-ACTION" },
                        &draft->visitor);
        put_line(draft, "ORGANIZER", &draft->organizer);
        put_line(draft, "ATTENDEE", &draft->visitor);
        if (parties->host_address) {
                person_line_write_attendee(&(PersonAttendee){ .address = parties->host_address,
                                                           .name = parties->host_name,
                                                           .partstat = "NEEDS-ACTION" },
                                &draft->host);
                put_line(draft, "ATTENDEE", &draft->host);
                put(draft, BOOKING_HOST_ADDRESS, NULL, parties->host_address, true);
        }
        return r;
}

/*
 * Adds the data of the meeting's own slot, not of proposed ones. busy_collect() reads them if its row is
 * lost.
 */
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

static int write_new(const BookingWork *work, const Meeting *meeting, const char *visitor, Buffer *out)
{
        OfferSwitches switches;
        CLEANUP(meet_parties_done) MeetParties parties = { 0 };
        CLEANUP(draft_done)
        Draft draft = { .summary = BUFFER_INIT(EVENT_BYTES),
                .organizer = PERSON_LINE_INIT,
                .visitor = PERSON_LINE_INIT,
                .host = PERSON_LINE_INIT };
        int r = meet_parties_load(work->store, meeting, &parties);
        if (r == 0)
                r = offer_switches(work->store, meeting->offer, work->config->time_zone, &switches);
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
        put(&draft, BOOKING_VISITOR, NULL, visitor, true);
        put(&draft, BOOKING_ADDRESSES, NULL, switches.shows_addresses ? "TRUE" : NULL, false);
        if (r == 0)
                r = meeting_slots_of(work->store, meeting->id, put_slot, &draft);
        if (r == 0)
                edit_compose(meeting->uid, draft.properties, work->now, out);
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

int booking_event_load(Store *store, const char *uid, BookingEvent *ret)
{
        *ret = (BookingEvent){ .record = NULL };
        int r = object_get_by_uid(store, COLLECTION_MEETINGS, uid, &ret->record);
        if (r == 0)
                r = event_parse(store_zones(store), ret->record->text, ret->record->len, &ret->event, NULL);
        if (r == 0)
                r = booking_people_read(ret->event, &ret->people);
        return r == EVENT_E_INVALID ? -EBADMSG : r;
}

void booking_event_done(BookingEvent *booking)
{
        booking_people_done(&booking->people);
        event_free(booking->event);
        object_record_free(booking->record);
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
        if (r == 0 && outcome != OBJECT_UNCHANGED)
                r = host_copy_follow(work, event_uid(event));
        return r == EVENT_E_INVALID ? -EBADMSG : r;
}

int booking_event_save(const BookingWork *work, const BookingEvent *booking, const EditProperty *more)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(EVENT_BYTES);
        int r = booking_people_write(&booking->people, more, work->now, &text);
        return r != 0 ? r : keep(work, &text);
}

/*
 * If the time or place has changed, resets the answers, because they were given for the former one. Then,
 * and if the meeting has ended, it also removes a counter-proposal (meet/counter.h).
 */
static int save_changed(const BookingWork *work, const Meeting *meeting, BookingEvent *booking)
{
        const Event *event = booking->event;
        Draft draft = { .n = 0 };
        int r = put_times(work, meeting, &draft);
        if (r != 0)
                return r;
        bool is_changed = !has_value(event, "DTSTART", draft.start) ||
                          !has_value(event, "DTEND", draft.end) || !has_place(event, meeting->place);
        if (is_changed)
                booking_people_ask_again(&booking->people);
        if (is_changed || meeting_state_is_final(meeting->state))
                draft.properties[draft.n++] = (EditProperty){ .name = "X-CONVENED-MEETING-COUNTER" };
        return booking_event_save(work, booking, draft.properties);
}

static int save_new(const BookingWork *work, const Meeting *meeting, const char *visitor)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(EVENT_BYTES);
        int r = write_new(work, meeting, visitor, &text);
        return r != 0 ? r : keep(work, &text);
}

int booking_event_put(const BookingWork *work, const Meeting *meeting, const char *visitor)
{
        CLEANUP(booking_event_done) BookingEvent booking;
        int r = booking_event_load(work->store, meeting->uid, &booking);
        if (r != STORE_E_NOT_FOUND)
                return r != 0 ? r : save_changed(work, meeting, &booking);
        bool is_hidden = meeting->state == MEETING_HELD || meeting_state_is_final(meeting->state);
        return is_hidden ? 0 : save_new(work, meeting, visitor);
}
