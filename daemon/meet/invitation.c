#include "meet/invitation.h"

#include "calendar/component-build.h"
#include "contact/address.h"
#include "mail/bare-address.h"
#include "meet/person-line.h"
#include "meet/reply-address.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The properties that a method allows in addition to UID, DTSTAMP, SEQUENCE, ORGANIZER (RFC 5546, 3.2). */
static const struct Method {
        const char *name;
        bool has_event;       /* times, texts and status */
        bool has_reader;      /* the ATTENDEE line */
        bool expects_replies; /* the ORGANIZER is the address for replies */
} METHODS[] = {
        { "REQUEST", true, true, true },
        { "CANCEL", true, true, true },
        { "DECLINECOUNTER", false, false, true },
        { "PUBLISH", true, false, false },
};

static const struct Method *method_of(const MeetInvitation *invitation)
{
        size_t i = 0;
        while (strcmp(METHODS[i].name, invitation->method) != 0)
                i++;
        return &METHODS[i];
}

/*
 * Returns the address for replies, with a tag that only the reader of this invitation knows; if no replies
 * are expected or read, the sender's address.
 */
static int organizer_address(const MeetInvitation *invitation, char ret[static VERP_ADDRESS_SIZE])
{
        const Config *config = invitation->config;
        if (method_of(invitation)->expects_replies && config->bounces.mailbox[0] &&
                        config->bounces.address[0])
                return reply_address_print(config->bounces.address, invitation->meeting, invitation->role,
                                invitation->address, ret);
        return bare_address(config->mail.from, ret, VERP_ADDRESS_SIZE);
}

static void add_line(ComponentBuild *build, const char *name, const PersonLine *line)
{
        component_build_add(build, &(BuildProperty){ name, buffer_text(&line->params),
                                                   buffer_text(&line->value), false });
}

/*
 * Makes the line of the reader. A delegation is between two people of one side, so both may see it. The
 * PARTSTAT is the stored one: a change that asks for answers again has reset it, and a mail with the present
 * SEQUENCE must not take back an answer (RFC 5546, 2.1.5).
 */
static PersonAttendee reader_of(const MeetInvitation *invitation)
{
        const BookingPerson *person =
                        booking_people_find(&invitation->parties->booking.people, invitation->address);
        bool is_delegate = invitation->role == MEETING_VISITOR_DELEGATE ||
                           invitation->role == MEETING_HOST_DELEGATE;
        const char *name = meet_parties_name(invitation->parties, invitation->role);
        PersonAttendee attendee = {
                .address = invitation->address,
                .name = is_delegate ? NULL : name,
                .partstat = "NEEDS-ACTION",
        };
        if (person && person->partstat[0])
                attendee.partstat = person->partstat;
        if (person && is_delegate) {
                attendee.name = person->name[0] ? person->name : NULL;
                attendee.delegated_from = person->delegated_from;
        } else if (person && person->delegated_to[0]) {
                attendee.partstat = "DELEGATED";
                attendee.delegated_to = person->delegated_to;
        }
        return attendee;
}

/* Addresses in URIs are in ASCII (RFC 3986, 2); a local part in UTF-8 (RFC 6531) stays as it is. */
static const char *in_ascii(const char *address, char buffer[static ADDRESS_WIRE_SIZE])
{
        return address && address_to_wire(address, buffer) == 0 ? buffer : address;
}

static void add_people(ComponentBuild *build, const MeetInvitation *invitation, const char *organizer)
{
        CLEANUP(person_line_done) PersonLine office = PERSON_LINE_INIT;
        CLEANUP(person_line_done) PersonLine reader = PERSON_LINE_INIT;
        person_line_write_organizer(organizer, invitation->parties->host_name, &office);
        add_line(build, "ORGANIZER", &office);
        if (!method_of(invitation)->has_reader)
                return;
        char own[ADDRESS_WIRE_SIZE], to[ADDRESS_WIRE_SIZE], from[ADDRESS_WIRE_SIZE];
        PersonAttendee attendee = reader_of(invitation);
        attendee.address = in_ascii(attendee.address, own);
        attendee.delegated_to = in_ascii(attendee.delegated_to, to);
        attendee.delegated_from = in_ascii(attendee.delegated_from, from);
        person_line_write_attendee(&attendee, &reader);
        add_line(build, "ATTENDEE", &reader);
}

static void add_texts(ComponentBuild *build, const MeetInvitation *invitation)
{
        const Meeting *meeting = invitation->meeting;
        component_build_add_text(build, "SUMMARY", invitation->summary);
        if (meeting->place[0])
                component_build_add_text(build, "LOCATION", meeting->place);
        bool is_mail_to_unknown =
                        invitation->role == MEETING_VISITOR_DELEGATE && method_of(invitation)->has_reader;
        if (meeting->visitor.topic[0] && !is_mail_to_unknown)
                component_build_add_text(build, "DESCRIPTION", meeting->visitor.topic);
}

/*
 * The times are in UTC, which every program reads in the same way; a meeting does not recur. There is no
 * TRANSP: OPAQUE is the default, and Cyrus 3.6 keeps the property of the invitation before beside it, after
 * which the reader's answer is refused there.
 */
static void add_event(ComponentBuild *build, const MeetInvitation *invitation)
{
        const Meeting *meeting = invitation->meeting;
        component_build_add_time(build, "DTSTART", meeting->start);
        component_build_add_time(build, "DTEND", meeting->finish);
        add_texts(build, invitation);
        /* RFC 5546, 3.2.5: one attendee is uninvited by a CANCEL without STATUS; the meeting stays. */
        bool is_uninvited =
                        strcmp(invitation->method, "CANCEL") == 0 && !meeting_state_is_final(meeting->state);
        if (!is_uninvited)
                component_build_add_value(build, "STATUS", booking_event_status(meeting->state));
}

int invitation_print(const MeetInvitation *invitation, Buffer *out)
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
        if (method_of(invitation)->has_event)
                add_event(build, invitation);
        add_people(build, invitation, organizer);
        component_build_end(build);
        component_build_print(build, out);
        return buffer_error(out);
}
