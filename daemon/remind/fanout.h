#pragma once

/*
 * Inside of remind/ only: the contacts that are listed for an event, batch by batch, and for each of them the occurrences with the moments at
 * which it is reminded of them. Who is reminded when is decided here and nowhere else: due.h says how.
 */

#include "remind/due.h"
#include "remind/event-context.h"

enum { LEADS_MAX = 32 }; /* of one contact for one event; more are not looked at */

/** What of an occurrence goes into a row of the ledger and into the key. */
typedef struct Place {
        char start[MOMENT_TEXT_SIZE], finish[MOMENT_TEXT_SIZE], recurrence[MOMENT_TEXT_SIZE];
        char rule[LEAD_TEXT_SIZE];
} Place;

void place_of(const Event *event, const Occurrence *occurrence, const Lead *lead, Place *ret);

typedef struct Fanout {
        usec_t from;  /* occurrences that ended before are left out */
        usec_t until; /* an occurrence all of whose moments lie behind it is the last one */
        int (*on_contact)(const EventContext *context, const Reader *reader,
                        void *userdata); /* NULL for none */
        /* One occurrence with its moments. An event that does not take place has none. */
        int (*on_fire)(const EventContext *context, const Reader *reader, const Reminder *reminders,
                        size_t n, void *userdata);
        void *userdata;
} Fanout;

/**
 * fanout_batch() - some contacts, in order of their ids
 * @after:    only contacts behind this id
 * @only:     0, or the only contact
 * @ret_last: where the next batch goes on; 0 when there are no more
 * Return: 0, what a callback returned, negative errno.
 */
int fanout_batch(const EventContext *context, int64_t after, int64_t only, const Fanout *fanout,
                int64_t *ret_last);
