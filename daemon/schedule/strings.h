#pragma once

/*
 * The sentences of the mails about meetings in calendars. Each language has a file strings-LANGUAGE.c
 * (base/language.h). Texts with arguments in braces are patterns for text_message(): {what} is the name of
 * the meeting, {who} the name of the organizer or, in an answer, of the participant. Every field is a
 * string.
 */

#include "base/language.h"

typedef struct ScheduleMailStrings {
        const char *subject, *text; /* `text` is a sentence */
} ScheduleMailStrings;

typedef struct ScheduleStrings {
        ScheduleMailStrings request, update, cancel;                 /* to a participant */
        ScheduleMailStrings accepted, tentative, declined, answered; /* to an organizer */
        const char *what, *when, *where;                             /* labels */
        const char *unnamed; /* in place of the name of a meeting without one */
        const char *why;     /* the footer */
} ScheduleStrings;

/** schedule_strings() - return the texts in a language; static */
const ScheduleStrings *schedule_strings(Language language);
