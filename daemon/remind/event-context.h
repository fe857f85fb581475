#pragma once

/* Inside of remind/ only: one event with what is needed to work out its mails, and the texts that go into keys. */

#include "base/hash.h"
#include "calendar/event.h"
#include "config/config.h"
#include "contact/card.h"
#include "remind/notice.h"
#include "store/object.h"

enum {
        MOMENT_TEXT_SIZE = 128,
        FANOUT_OCCURRENCES_MAX = 1000, /* occurrences of one event that are looked at in one go */
};

struct EventContext {
        Store *store;
        const Config *config;
        const ObjectRecord *record; /* borrowed */
        Event *event;
        const Zone *zone; /* where the event's dates live */
        bool takes_place; /* neither a draft nor cancelled as a whole */
        Hash *hash;
        char family[TOKEN_SIZE]; /* the rows' tokens begin like this one, to lie together in their index; see event_context_token() */
};

/** event_context_init() - @record is borrowed. Return: 0, STORE_E_NOT_FOUND when its text cannot be read (any more), negative errno. event_context_done() it in any case. */
int event_context_init(Store *store, const Config *config, const ObjectRecord *record, EventContext *ret);
void event_context_done(EventContext *context);

/** event_context_token() - an unguessable token, with 144 random bits of its own. Return: 0 or negative errno. */
int event_context_token(const EventContext *context, char ret[static TOKEN_SIZE]);

/** moment_text() - wall clock and zone, so that a new tzdata does not fire again: `20210624T100000 Europe/Moscow`, `20210624`; "" for WHEN_NONE. */
void moment_text(const When *when, char ret[static MOMENT_TEXT_SIZE]);

/** event_context_told() - the occurrence that a row of the ledger speaks of by its start and finish, as moment_text() wrote them. */
Occurrence event_context_told(const EventContext *context, const char *start, const char *finish);

/** One contact as the ledger's rows need it. */
struct Reader {
        ObjectRecord *record;
        Card *card;
        const Zone *zone; /* NULL: the event's */
};

/** reader_load() - STORE_E_NOT_FOUND when it is gone or unreadable. reader_done() it in any case. */
int reader_load(Store *store, int64_t contact, Reader *ret);
void reader_done(Reader *reader);
