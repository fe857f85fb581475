#include "meet/answer.h"

#include "base/contentline.h"
#include "base/url.h"
#include "meet/person-line.h"
#include "store/address-fold.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void copy_field(const char *value, char *ret, size_t size)
{
        snprintf(ret, size, "%s", value ? value : "");
}

/* RFC 6068, 2: characters of an address may be percent-encoded. */
static void read_address(const char *uris, char *ret)
{
        CLEANUP(buffer_done) Buffer decoded = BUFFER_INIT(ANSWER_ADDRESS_SIZE);
        person_line_address(uris, ret, ANSWER_ADDRESS_SIZE);
        if (url_unescape(&decoded, ret, strlen(ret)) && !buffer_error(&decoded))
                snprintf(ret, ANSWER_ADDRESS_SIZE, "%s", buffer_text(&decoded));
}

static void read_attendee(const ContentLine *line, Answer *answer)
{
        if (answer->n_people++ >= ANSWER_PEOPLE_MAX)
                return;
        AnswerPerson *person = &answer->people[answer->n_people - 1];
        person_line_address(line->value, person->written, sizeof(person->written));
        read_address(line->value, person->address);
        copy_field(content_line_param(line, "CN"), person->name, sizeof(person->name));
        copy_field(content_line_param(line, "PARTSTAT"), person->partstat, sizeof(person->partstat));
        read_address(content_line_param(line, "DELEGATED-TO"), person->delegated_to);
        read_address(content_line_param(line, "DELEGATED-FROM"), person->delegated_from);
}

/* RFC 5545, 3.8.7.2: DTSTAMP is in UTC. */
static bool is_stamp(const char *text)
{
        static const char form[] = "ddddddddTddddddZ";
        if (strlen(text) != strlen(form))
                return false;
        for (size_t i = 0; form[i]; i++)
                if (form[i] == 'd' ? !isdigit((unsigned char)text[i]) : text[i] != form[i])
                        return false;
        return true;
}

static int read_sequence(const char *text)
{
        long number = strtol(text, NULL, 10);
        return number < 0 ? 0 : number > INT_MAX ? INT_MAX : (int)number;
}

static void read_property(const ContentLine *line, Answer *answer)
{
        if (strcmp(line->name, "UID") == 0)
                copy_field(line->value, answer->uid, sizeof(answer->uid));
        else if (strcmp(line->name, "SEQUENCE") == 0)
                answer->sequence = read_sequence(line->value);
        else if (strcmp(line->name, "DTSTAMP") == 0 && is_stamp(line->value))
                copy_field(line->value, answer->stamp, sizeof(answer->stamp));
        else if (strcmp(line->name, "ATTENDEE") == 0)
                read_attendee(line, answer);
}

static void read_line(const ContentLine *line, bool *is_inside, Answer *answer)
{
        bool is_event = line->depth == 1 && strcmp(line->value, "VEVENT") == 0;
        if (is_event && strcmp(line->name, "BEGIN") == 0)
                *is_inside = answer->n_events++ == 0;
        else if (is_event && strcmp(line->name, "END") == 0)
                *is_inside = false;
        else if (line->depth == 1 && strcmp(line->name, "METHOD") == 0)
                copy_field(line->value, answer->method, sizeof(answer->method));
        else if (line->depth == 2 && *is_inside)
                read_property(line, answer);
}

int answer_read(const char *text, Answer *ret)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(text, strlen(text), &CONTENT_LIMITS_OBJECT);
        ContentLine line;
        bool is_inside = false;
        int r = reader ? 0 : -ENOMEM;
        *ret = (Answer){ .sequence = 0 };
        while (r == 0 || r == CONTENT_E_INVALID) {
                r = content_reader_next(reader, &line, NULL);
                if (r == 0)
                        read_line(&line, &is_inside, ret);
        }
        return r == CONTENT_END ? 0 : r;
}

const AnswerPerson *answer_person(const Answer *answer, const char *address)
{
        if (!address || !address[0])
                return NULL;
        size_t n = answer->n_people < ANSWER_PEOPLE_MAX ? answer->n_people : ANSWER_PEOPLE_MAX;
        for (size_t i = 0; i < n; i++)
                if (address_is_same(answer->people[i].address, address) ||
                                address_is_same(answer->people[i].written, address))
                        return &answer->people[i];
        return NULL;
}
