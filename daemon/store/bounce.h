#pragma once

/*
 * Mails that came back, and the contacts that are not mailed for it. What is counted belongs to the address that the mail went to: a card
 * that gets another one is mailed again. For the same address there is one way out: bounce_clear().
 */

#include "base/buffer.h"
#include "store/store.h"

enum { BOUNCE_STORE_ADDRESS_SIZE = 320, BOUNCE_STORE_STATUS_SIZE = 16, BOUNCE_STORE_REASON_SIZE = 512 };

/** Why nothing goes to such a contact. */
#define BOUNCE_REASON "mail to the contact's address comes back"

/** One mail that came back. */
typedef struct BounceRecord {
        int64_t mail, contact;
        usec_t sent;         /* when it had gone out: before the contact was restored counts no more */
        const char *address; /* that it went to */
        bool hard;          /* there is no such mailbox; false: it could not be reached for the time being */
        const char *status; /* "5.1.1", "" */
        const char *reason; /* the server's words, "" */
} BounceRecord;

/** When nothing more is tried: mails came back on so many different days of that span. */
typedef struct BounceLimit {
        int days;
        usec_t period;
} BounceLimit;

typedef enum BounceEntry {
        BOUNCE_ENTRY_KNOWN, /* counted before, of a time before the contact was restored, or of one that is gone */
        BOUNCE_ENTRY_COUNTED,
        BOUNCE_ENTRY_SUPPRESSED, /* and nothing more is mailed from now on; what was to go is closed */
} BounceEntry;

/** bounce_add() - count a mail that came back; a mail counts once, but a hard one for more than a soft one. One transaction. */
int bounce_add(Store *store, const BounceRecord *record, const BounceLimit *limit, usec_t now,
                BounceEntry *ret);

/** bounce_delivered() - mail to the contact has arrived: what was soft is forgotten. */
int bounce_delivered(Store *store, int64_t contact);

/** bounce_forget() - what was soft and before a moment counts for no limit any more. */
int bounce_forget(Store *store, usec_t before);

/** How a contact's address stands. */
typedef struct BounceState {
        bool suppressed;
        char status[BOUNCE_STORE_STATUS_SIZE], reason[BOUNCE_STORE_REASON_SIZE]; /* of what suppressed it */
        usec_t since;                                                            /* when that was */
        int64_t n_soft; /* mails that came back softly and still count */
        usec_t last;    /* when the last one did; 0 */
} BounceState;

/** bounce_state() - of a contact with this address; bounce_is_suppressed() - the one thing that a mail asks. */
int bounce_state(Store *store, int64_t contact, const char *address, BounceState *ret);
int bounce_is_suppressed(Store *store, int64_t contact, const char *address, bool *ret);

/** bounce_clear() - mail goes again, and counting begins anew; what was sent before counts no more. */
int bounce_clear(Store *store, int64_t contact, usec_t now);

/** bounce_count() - how many contacts are not mailed to the address that they have now, and how many have soft bounces that count. */
int bounce_count(Store *store, int64_t *ret_suppressed, int64_t *ret_soft);
