#pragma once

/*
 * The fields of the form of an event, as texts: read from an event, or as they were typed. Two sets of
 * values are compared field by field, so that only what was changed is written, and two editors see what
 * the other one has changed.
 */

#include "base/arena.h"
#include "calendar/event.h"
#include "office/call.h"

typedef enum EventValue {
        VALUE_KIND,   /* the first configured kind, lower case */
        VALUE_CLASS,  /* PUBLIC, PRIVATE, CONFIDENTIAL */
        VALUE_STATUS, /* "", TENTATIVE or CONFIRMED; another status stays */
        VALUE_FORM,   /* times, days or none */
        VALUE_START_DAY,
        VALUE_START_TIME,
        VALUE_END_DAY,
        VALUE_END_TIME, /* 2027-03-10, 09:30 */
        VALUE_ZONE,
        VALUE_PLACE,
        VALUE_TEXT,
        VALUE_LINK,
        VALUE_CONTACT,
        VALUE_ORGANISERS,
        VALUE_SPEAKERS, /* lines of "name; role; body" */
        VALUE_FILES,    /* lines of "URL name" */
        VALUE_REPEAT,   /* "", DAILY, WEEKLY, MONTHLY, YEARLY, or OTHER for a rule without fields */
        VALUE_EVERY,    /* the interval */
        VALUE_WEEKDAYS, /* MO,WE */
        VALUE_UNTIL,    /* the last day */
        VALUE_COUNT,
        VALUE_TITLE, /* in the first language; those in the others follow */
        VALUES_N = VALUE_TITLE + LANGUAGES_N,
} EventValue;

typedef struct EventValues {
        Arena arena;
        const char *text[VALUES_N]; /* never NULL after one of the functions below */
} EventValues;

void event_values_done(EventValues *values);

/** event_values_name() - the name of the form's field */
const char *event_values_name(EventValue value, char ret[static 32]);

/** event_values_of_event() - read the fields of an event. Return: 0 or negative errno. */
int event_values_of_event(EventValues *ret, const OfficeCall *call, const Event *event);

/** event_values_of_form() - read the fields that were sent. Return: 0 or -ENOMEM. */
int event_values_of_form(EventValues *ret, const OfficeCall *call);

/** event_values_of_new() - the fields of the form for a new event. Return: 0 or -ENOMEM. */
int event_values_of_new(EventValues *ret, const OfficeCall *call);

/**
 * event_values_set() - copy a text into a field as a browser sends it back: without blanks around it, and
 * with blanks for line ends in a field of one line, so that a field that was not touched does not differ
 *
 * Return: 0 or -ENOMEM.
 */
int event_values_set(EventValues *values, EventValue value, const char *text);

/** event_values_differ() - whether a field is not the same in both */
bool event_values_differ(const EventValues *one, const EventValues *other, EventValue value);

/** event_values_print() - append short hashes of all fields, to tell later which of them have changed */
void event_values_print(const EventValues *values, Buffer *out);

/** event_values_is_printed() - whether a field has the value that it had in event_values_print() */
bool event_values_is_printed(const EventValues *values, EventValue value, const char *printed);
