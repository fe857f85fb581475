#include "meet/booking-people.h"

#include "meet/person-line.h"
#include "store/address-fold.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char MAILTO[] = "mailto:";

static const char *address_in(const char *uri)
{
        return strncasecmp(uri, MAILTO, strlen(MAILTO)) == 0 ? uri + strlen(MAILTO) : NULL;
}

static const char *param_of(const ContentLine *line, const char *name)
{
        const char *value = content_line_param(line, name);
        return value ? value : "";
}

/* One delegate is supported: the first of DELEGATED-TO. */
static void read_person(const ContentLine *line, BookingPerson *person)
{
        *person = (BookingPerson){
                .line = line,
                .address = address_in(line->value),
                .name = param_of(line, "CN"),
        };
        snprintf(person->partstat, sizeof(person->partstat), "%s", param_of(line, "PARTSTAT"));
        snprintf(person->reply, sizeof(person->reply), "%s", param_of(line, "X-CONVENED-REPLY"));
        person_line_address(
                        param_of(line, "DELEGATED-TO"), person->delegated_to, sizeof(person->delegated_to));
        person_line_address(param_of(line, "DELEGATED-FROM"), person->delegated_from,
                        sizeof(person->delegated_from));
}

int booking_people_read(const Event *event, BookingPeople *ret)
{
        const ContentLine *line = NULL;
        size_t n = 0;
        while ((line = event_property_next(event, "ATTENDEE", line)))
                n++;
        *ret = (BookingPeople){ .event = event, .n_max = n + BOOKING_PEOPLE_NEW_MAX };
        ret->people = calloc(ret->n_max, sizeof(*ret->people));
        if (!ret->people)
                return -ENOMEM;
        while ((line = event_property_next(event, "ATTENDEE", line)))
                read_person(line, &ret->people[ret->n++]);
        return 0;
}

void booking_people_done(BookingPeople *people)
{
        free(people->people);
}

BookingPerson *booking_people_find(const BookingPeople *people, const char *address)
{
        for (size_t i = 0; i < people->n; i++)
                if (address_is_same(people->people[i].address, address))
                        return &people->people[i];
        return NULL;
}

BookingPerson *booking_people_delegate(const BookingPeople *people, const char *address)
{
        const BookingPerson *person = booking_people_find(people, address);
        BookingPerson *delegate = person && person->delegated_to[0]
                                                  ? booking_people_find(people, person->delegated_to)
                                                  : NULL;
        return delegate && address_is_same(delegate->delegated_from, address) ? delegate : NULL;
}

BookingPerson *booking_people_add(BookingPeople *people, const char *address, const char *name)
{
        if (people->n == people->n_max)
                return NULL;
        BookingPerson *person = &people->people[people->n++];
        *person = (BookingPerson){ .address = address, .name = name, .is_changed = true };
        person_set_partstat(person, "NEEDS-ACTION");
        return person;
}

/* Whether a person was the delegate of another person, and no longer is. */
static bool is_former(const BookingPeople *people, const BookingPerson *person)
{
        return person->delegated_from[0] &&
               booking_people_delegate(people, person->delegated_from) != person;
}

void booking_people_ask_again(BookingPeople *people)
{
        for (size_t i = 0; i < people->n; i++) {
                BookingPerson *person = &people->people[i];
                if (!person->address || is_former(people, person))
                        continue;
                person_set_partstat(person, person->delegated_to[0] ? "DELEGATED" : "NEEDS-ACTION");
                person->reply[0] = '\0';
                person->is_changed = true;
        }
}

void person_set_partstat(BookingPerson *person, const char *partstat)
{
        snprintf(person->partstat, sizeof(person->partstat), "%s", partstat);
        person->is_changed = true;
}

void person_set_delegate(BookingPerson *person, const char *address)
{
        snprintf(person->delegated_to, sizeof(person->delegated_to), "%s", address);
        person->is_changed = true;
}

void person_set_delegator(BookingPerson *person, const char *address)
{
        snprintf(person->delegated_from, sizeof(person->delegated_from), "%s", address);
        person->is_changed = true;
}

/* @sequence is the present one, so the last answer that counted had this SEQUENCE or an earlier one. */
bool person_is_newer(const BookingPerson *person, int sequence, const char *stamp)
{
        char *end;
        long last = strtol(person->reply, &end, 10);
        return end == person->reply || *end != '-' || last < sequence || strcmp(end + 1, stamp) < 0;
}

void person_set_reply(BookingPerson *person, int sequence, const char *stamp)
{
        snprintf(person->reply, sizeof(person->reply), "%d-%s", sequence, stamp);
        person->is_changed = true;
}

/* Copies the parameters as they are in the text, without the line breaks of folding. */
static void copy_params(const ContentLine *line, Buffer *out)
{
        CLEANUP(buffer_done) Buffer whole = BUFFER_INIT(PERSON_LINE_BYTES);
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

static const char *or_null(const char *text)
{
        return text[0] ? text : NULL;
}

static int write_person(const BookingPerson *person, PersonLine *out)
{
        *out = (PersonLine)PERSON_LINE_INIT;
        if (person->is_changed) {
                person_line_write_attendee(
                                &(PersonAttendee){
                                                .address = person->address,
                                                .name = or_null(person->name),
                                                .partstat = person->partstat,
                                                .delegated_to = or_null(person->delegated_to),
                                                .delegated_from = or_null(person->delegated_from),
                                                .reply = or_null(person->reply),
                                },
                                out);
        } else {
                copy_params(person->line, &out->params);
                buffer_puts(&out->value, person->line->value);
        }
        return person_line_error(out);
}

/* The properties of a changed booking; the lines own the texts of its ATTENDEEs. */
typedef struct Rewrite {
        EditProperty *properties;
        PersonLine *lines;
        size_t n_lines;
} Rewrite;

static void rewrite_done(Rewrite *rewrite)
{
        for (size_t i = 0; i < rewrite->n_lines; i++)
                person_line_done(&rewrite->lines[i]);
        free(rewrite->lines);
        free(rewrite->properties);
}

static int rewrite_init(
                Rewrite *rewrite, const BookingPeople *people, const EditProperty *more, size_t n_more)
{
        rewrite->properties = calloc(n_more + people->n + 1, sizeof(*rewrite->properties));
        rewrite->lines = calloc(people->n + 1, sizeof(*rewrite->lines));
        if (!rewrite->properties || !rewrite->lines)
                return -ENOMEM;
        if (n_more > 0)
                memcpy(rewrite->properties, more, n_more * sizeof(*more));
        return 0;
}

int booking_people_write(const BookingPeople *people, const EditProperty *more, usec_t now, Buffer *out)
{
        CLEANUP(rewrite_done) Rewrite rewrite = { .n_lines = 0 };
        size_t n_more = 0;
        while (more && more[n_more].name)
                n_more++;
        int r = rewrite_init(&rewrite, people, more, n_more);
        EditProperty *next = rewrite.properties + n_more;
        for (size_t i = 0; r == 0 && i < people->n; i++) {
                PersonLine *line = &rewrite.lines[rewrite.n_lines++];
                r = write_person(&people->people[i], line);
                *next++ = (EditProperty){ "ATTENDEE", buffer_text(&line->params), buffer_text(&line->value),
                        false, EDIT_NAME };
        }
        if (r == 0)
                edit_event(people->event, rewrite.properties, now, out);
        return r != 0 ? r : buffer_error(out);
}
