#pragma once

/*
 * The mail ledger: one row for each mail that is or was to go, by its key, with its state. Every key ends
 * as SENT, FAILED, EXPIRED, SUPPRESSED, CANCELLED or PARKED, and no transition skips what crash safety
 * rests on: COMMITTED is durable before the final CRLF.
 */

#include "base/hash.h"
#include "store/mail-dictionary.h"
#include "store/reason.h"
#include "store/store.h"

enum {
        LEDGER_LATE_SECONDS = 2 * 3600
}; /* a mail that should have gone so long ago is told by health, status and check */

typedef enum MailState {
        MAIL_PENDING = 1, /* to go at next_attempt */
        MAIL_COMMITTED,   /* the final CRLF may have gone out; after a crash this counts as UNKNOWN */
        MAIL_UNKNOWN,     /* committed once without a reply: one more attempt at next_attempt */
        MAIL_SENT,
        MAIL_FAILED,
        MAIL_EXPIRED,
        MAIL_SUPPRESSED,
        MAIL_CANCELLED,
        MAIL_PARKED,
} MailState;

/* The same in the text of a statement. */
#define SQL_MAIL_PENDING    "1"
#define SQL_MAIL_COMMITTED  "2"
#define SQL_MAIL_UNKNOWN    "3"
#define SQL_MAIL_SENT       "4"
#define SQL_MAIL_FAILED     "5"
#define SQL_MAIL_EXPIRED    "6"
#define SQL_MAIL_SUPPRESSED "7"
#define SQL_MAIL_CANCELLED  "8"
#define SQL_MAIL_PARKED     "9"

/* The kinds of mail that this module itself knows; the others are their makers'. */
#define MAIL_KIND_CHANGE  "change"
#define MAIL_KIND_CONFIRM "confirm"

const char *mail_state_name(MailState state); /* "PENDING", ... */
bool mail_state_is_final(MailState state);

typedef struct MailRecord {
        int64_t id;
        char key[HASH_HEX_SIZE];
        const char *kind; /* "reminder", "change", "cancel", "digest", "confirm" */
        int64_t contact;  /* object id */
        int64_t object;
        const char *uid;           /* of the event */
        const char *recurrence_id; /* "" when it does not recur */
        const char *start;         /* DTSTART as wall time and TZID, as in the key */
        const char *finish;        /* its end, in the same form; "" where the mail is about no occurrence */
        const char *place;         /* where it was to be, as told; "" */
        const char *rule;          /* canonical lead */
        MailState state;
        int attempts;           /* commits so far that may have delivered it: two at the most */
        int tries;              /* attempts that surely delivered nothing */
        usec_t due;             /* when it was to fire */
        usec_t next_attempt;    /* for PENDING and UNKNOWN; 0 in every other state */
        usec_t expires;         /* when it becomes pointless: the occurrence's end */
        const char *message_id; /* "" until frozen */
        const char *token; /* of the opt-out link; ledger_add() derives it from the row where it is NULL or "" */
        const char *bytes; /* the frozen message; NULL until frozen, and where it cannot be read */
        size_t bytes_len;
        MailReason reason; /* why it is in this state, where that is not the reply */
        const char *reply; /* the server's last words, "" */
        usec_t created, updated;
        int64_t as_of; /* the store's change that the bytes were made by; 0 where that was not kept */
} MailRecord;

MailRecord *mail_record_free(MailRecord *record);
DEFINE_CLEANUP(MailRecord, mail_record_freep, mail_record_free)

/**
 * ledger_add() - a new row (id, created and updated are filled in); *ret_added is false, and nothing changes,
 * where a row has the key already
 */
int ledger_add(Store *store, const MailRecord *record, usec_t now, bool *ret_added);

/** ledger_find() - the row of a key and its state; *ret_id is 0 when the key is not known. */
int ledger_find(Store *store, const char *key, int64_t *ret_id, MailState *ret_state);

/**
 * ledger_due() - up to @limit ids that are to be tried at @now (PENDING, UNKNOWN), the earliest first.
 * Nothing is taken: two calls give the same.
 */
int ledger_due(Store *store, usec_t now, int limit, int64_t *ret_ids, int *ret_n);

/** ledger_next_after() - when the first attempt after @after is due; USEC_INFINITY when none is. */
int ledger_next_after(Store *store, usec_t after, usec_t *ret);

/**
 * ledger_oldest_due() - when the open mail that has waited longest was due, its attempts since not counted;
 * USEC_INFINITY: none is open.
 */
int ledger_oldest_due(Store *store, usec_t *ret);

/** ledger_last_sent() - when a mail was last delivered; 0 when never. */
int ledger_last_sent(Store *store, usec_t *ret);

int ledger_get(Store *store, int64_t id, MailRecord **ret);
int ledger_get_by_token(Store *store, const char *token, MailRecord **ret);

/** One occurrence as a mail about several events tells it; borrowed. The texts are those of a MailRecord. */
typedef struct MailTold {
        int64_t object;
        const char *uid, *recurrence_id, *start, *finish, *place;
        usec_t expires; /* the occurrence's end */
} MailTold;

/** The text of a mail, the same from its first attempt to its last. */
typedef struct MailText {
        const char *message_id, *bytes;
        size_t len;
        usec_t made;       /* the time by which it was composed */
        bool tells_parked; /* it tells of the rows that ledger_parked_each() gave at `made`, too */
        const MailDictionary *
                        dictionary; /* a mail that it nearly repeats: only the difference is kept; NULL for none; borrowed */
        bool replaces; /* the bytes of an earlier attempt, which was refused */
        const char *finish,
                        *place; /* as the bytes have it where that differs from the row; NULL where it does not */
        const MailTold *told; /* what a mail about several events tells of each */
        size_t n_told;
        int64_t as_of; /* store_sequence() when the bytes were made */
} MailText;

/**
 * ledger_parked_each() - the mails that a contact may not have got, about occurrences that have not ended at @now
 * and that no other mail of the contact's tells or has told; the oldest first
 */
int ledger_parked_each(Store *store, int64_t contact, usec_t now,
                int (*on_mail)(const MailRecord *record, void *userdata), void *userdata);

/**
 * ledger_commit_first_attempt() - fix Message-ID, bytes and what they tell, and COMMITTED, attempts 1; from
 * PENDING, else STORE_E_CONFLICT
 * ledger_commit_attempt() - COMMITTED, attempts + 1, with the bytes of the first commit; from UNKNOWN, else
 * STORE_E_CONFLICT Durable when they return 0.
 */
int ledger_commit_attempt(Store *store, int64_t id, usec_t now);
int ledger_commit_first_attempt(Store *store, int64_t id, const MailText *text, usec_t now);

/**
 * ledger_close() - to a final state, with a reason, the server's reply ("" for none) or both; the frozen
 * bytes are dropped
 */
int ledger_close(
                Store *store, int64_t id, MailState state, MailReason reason, const char *reply, usec_t now);

/**
 * ledger_came_back() - a report says what became of a mail that was handed over: SENT and
 * MAIL_REASON_RETURNED
 * @reply: the report's status and words
 *
 * Also where the server's reply is not entered yet, or never came: a server that reports of a mail has
 * taken it. No mail in any other state is touched.
 */
int ledger_came_back(Store *store, int64_t id, const char *reply, usec_t now);

/**
 * ledger_retry() - PENDING still, or UNKNOWN still or after a commit without a reply; next at
 * @next_attempt.
 */
int ledger_retry(Store *store, int64_t id, MailState state, usec_t next_attempt, const char *reply,
                usec_t now);

/**
 * ledger_defer() - the server has refused a commit for now: back to PENDING, without bytes, or to UNKNOWN
 * when an earlier one had no reply.
 */
int ledger_defer(Store *store, int64_t id, usec_t next_attempt, const char *reply, usec_t now);

/**
 * ledger_postpone() - a row that is PENDING or UNKNOWN waits until @next_attempt, without anything having
 * gone wrong.
 */
int ledger_postpone(Store *store, int64_t id, usec_t next_attempt, MailReason reason, usec_t now);

/**
 * ledger_end_attempts() - a damaged row that waits for an attempt, and is in a state that has none, waits no
 * more; nothing happens to any other row
 */
int ledger_end_attempts(Store *store, int64_t id);

/**
 * ledger_told_each() - what a contact was told, or may have been, of occurrences of an event that have not
 * ended at @now
 *
 * In the order in which the bytes were made, so that the last one tells the newest state. A mail that failed
 * at its second attempt may have arrived by its first. A mail about several events comes once for each
 * occurrence that it tells, with the texts of that occurrence and without a rule.
 *
 * ledger_told_by() - the same for what one such mail tells, whatever its state
 */
int ledger_told_each(Store *store, int64_t contact, const char *uid, usec_t now,
                int (*on_mail)(const MailRecord *record, void *userdata), void *userdata);
int ledger_told_by(Store *store, int64_t mail, int (*on_mail)(const MailRecord *record, void *userdata),
                void *userdata);

/** ledger_told_forget() - delete what mails about several events told of occurrences that were over before a moment */
int ledger_told_forget(Store *store, usec_t before);

/** ledger_last_notice() - when a notice of a change to this very start was last entered; 0 when never. */
int ledger_last_notice(Store *store, int64_t contact, const char *uid, const char *recurrence_id,
                const char *start, usec_t *ret);

/**
 * ledger_rewind() - the clock was set back to @now: take back the decisions of moments that are yet to come
 *
 * A mail that waits does so for the same span from @now on. A mail that was given up as pointless, or as
 * overtaken by a later digest, is open again if it is of use by this clock: nothing of it has arrived.
 * Other rows stay as they are.
 */
int ledger_rewind(Store *store, usec_t now, int64_t *ret_n);

/** How many rows were recovered, and to what. */
typedef struct LedgerRecovery {
        int n_unknown, n_parked;
} LedgerRecovery;

/**
 * ledger_recover() - rows that are COMMITTED and that no sender holds were interrupted: UNKNOWN, or PARKED
 * after the second commit
 * @is_held: whether a sender still has the mail in hand; NULL at the start, when none has
 */
int ledger_recover(Store *store, usec_t now, usec_t next_attempt,
                bool (*is_held)(int64_t id, void *userdata), void *userdata, LedgerRecovery *ret);

/**
 * ledger_stale_count() - how many rows were committed before @before and are COMMITTED still: their sender
 * has lost them
 */
int ledger_stale_count(Store *store, usec_t before, int64_t *ret);

/**
 * ledger_late_count() - how many open mails should have gone before @before, are still of use at @now, and wait neither for the
 * contact's quiet hours nor for a second attempt that is to come: their server is away, or nothing moves them
 */
int ledger_late_count(Store *store, usec_t before, usec_t now, int64_t *ret);

/**
 * ledger_reopen() - a row that is CANCELLED, and was never committed, is PENDING again. STORE_E_CONFLICT
 * otherwise.
 */
int ledger_reopen(Store *store, int64_t id, usec_t now);

/**
 * ledger_each() - rows of one state (0: of all) in order of id, the newest first when @newest_first;
 * without their bytes
 */
int ledger_each(Store *store, MailState state, bool newest_first, int limit,
                int (*on_mail)(const MailRecord *record, void *userdata), void *userdata);

/** ledger_counts() - rows by state, indexed by MailState (0 is not used). */
int ledger_counts(Store *store, int64_t ret[static MAIL_PARKED + 1]);

/** ledger_count_open() - how many rows are not final; costs what they are, not what the ledger holds. */
int ledger_count_open(Store *store, int64_t *ret);

/**
 * ledger_suppress_contact() - everything not final of a contact (of one event when @uid is not NULL)
 * becomes SUPPRESSED; a mail that may have arrived, PARKED. COMMITTED rows stay.
 */
int ledger_suppress_contact(Store *store, int64_t contact, const char *uid, MailReason reason, usec_t now);
