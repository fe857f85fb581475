#pragma once

/*
 * Inside the meet module: reads the calendar object in which a mail program answers an invitation (RFC
 * 5546, 3.2.3, 3.2.7, 3.2.8). Pure; does not trust its input. Malformed lines are skipped, because mail
 * programs add lines of their own. Texts that are too long are cut.
 */

#include <stddef.h>

enum { ANSWER_FIELD_SIZE = 512, ANSWER_ADDRESS_SIZE = 320, ANSWER_PEOPLE_MAX = 4 };

/** An ATTENDEE line of an answer; a text that the line does not have is "". */
typedef struct AnswerPerson {
        char written[ANSWER_ADDRESS_SIZE]; /* as in the text; the other addresses are decoded (RFC 6068) */
        char address[ANSWER_ADDRESS_SIZE], name[ANSWER_FIELD_SIZE], partstat[32];
        char delegated_to[ANSWER_ADDRESS_SIZE], delegated_from[ANSWER_ADDRESS_SIZE];
} AnswerPerson;

typedef struct Answer {
        char method[32], uid[ANSWER_FIELD_SIZE];
        char stamp[17]; /* DTSTAMP, as 20261129T083000Z; "" if it is missing or in another form */
        int sequence;
        size_t n_events; /* VEVENTs; all fields but `method` are of the first one */
        AnswerPerson people[ANSWER_PEOPLE_MAX];
        size_t n_people; /* ATTENDEE lines; `people` has the first ANSWER_PEOPLE_MAX of them */
} Answer;

/** answer_read() - read an object. Return: 0, -ENOMEM. */
int answer_read(const char *text, Answer *ret);

/**
 * answer_person() - find a person by address, as it is written or decoded, without regard to case; NULL if
 * there is none
 * @address: NULL and "" are nobody's address
 */
const AnswerPerson *answer_person(const Answer *answer, const char *address);
