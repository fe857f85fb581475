#include "mail/calendar-part.h"
#include "meet/answer.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_person(const Answer *answer, const AnswerPerson *person)
{
        assert(strnlen(person->name, sizeof(person->name)) < sizeof(person->name));
        assert(strnlen(person->delegated_to, sizeof(person->delegated_to)) < sizeof(person->delegated_to));
        assert((answer_person(answer, person->address) != NULL) == (person->address[0] != '\0'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        char *text = NULL;
        Answer answer;
        assert(calendar_part_read((const char *)data, size, &text) == 0);
        if (!text)
                return 0;
        assert(strlen(text) <= CALENDAR_PART_MAX);
        assert(answer_read(text, &answer) == 0);
        assert(answer.sequence >= 0);
        assert(answer.stamp[0] == '\0' || strlen(answer.stamp) == sizeof(answer.stamp) - 1);
        for (size_t i = 0; i < answer.n_people && i < ANSWER_PEOPLE_MAX; i++)
                check_person(&answer, &answer.people[i]);
        free(text);
        return 0;
}
