#pragma once

/*
 * The mail ledger: one row for each mail, with a unique key and a state. Every row ends as SENT, FAILED,
 * EXPIRED, SUPPRESSED, CANCELLED or PARKED. Before the final CRLF of a mail is sent, its row is COMMITTED
 * on disk. No transition skips this step, which makes sending safe after a crash.
 */

#include "base/hash.h"
#include "store/mail-dictionary.h"
#include "store/reason.h"
#include "store/store.h"

enum { LEDGER_LATE_SECONDS = 2 * 3600 }; /* a mail this late is reported by health, status and check */

typedef enum MailState {
        MAIL_PENDING = 1, /* to be sent at next_attempt */
        MAIL_COMMITTED,   /* the final CRLF may have been sent; after a crash the row becomes UNKNOWN */
        MAIL_UNKNOWN,     /* COMMITTED once, but no reply came: one more attempt at next_attempt */
        MAIL_SENT,
        MAIL_FAILED,
        MAIL_EXPIRED,
        MAIL_SUPPRESSED,
        MAIL_CANCELLED,
        MAIL_PARKED,
} MailState;

/* The same values for the text of a statement. */
#define SQL_MAIL_PENDING    "1"
#define SQL_MAIL_COMMITTED  "2"
#define SQL_MAIL_UNKNOWN    "3"
#define SQL_MAIL_SENT       "4"
#define SQL_MAIL_FAILED     "5"
#define SQL_MAIL_EXPIRED    "6"
#define SQL_MAIL_SUPPRESSED "7"
#define SQL_MAIL_CANCELLED  "8"
#define SQL_MAIL_PARKED     "9"

/* The kinds of mail that this module uses itself; other modules define the others. */
#define MAIL_KIND_REMINDER     "reminder"
#define MAIL_KIND_CHANGE       "change"
#define MAIL_KIND_CANCEL       "cancel"
#define MAIL_KIND_BASIS        "basis" /* of ledger_add_basis(): never a mail, and in no list of mails */
#define MAIL_KIND_CONFIRM      "confirm"
#define MAIL_KIND_WELCOME      "welcome"
#define MAIL_KIND_ANNOUNCEMENT "announcement"
#define MAIL_KIND_DIGEST       "agenda"
#define MAIL_KIND_MEETING      "meeting"          /* the reminder of a booking */
#define MAIL_KIND_REQUEST      "schedule-request" /* these three: see store/ledger-order.h */
#define MAIL_KIND_UPDATE       "schedule-update"
#define MAIL_KIND_OFF          "schedule-cancel"

const char *mail_state_name(MailState state); /* "PENDING", ... */
bool mail_state_is_final(MailState state);

/* The special values of MailRecord.bundle. */
enum {
        BUNDLE_NONE = 0,
        BUNDLE_ALONE = -1, /* the server has rejected a bundle with this row: its mail goes alone */
};

typedef struct MailRecord {
        int64_t id;
        char key[HASH_HEX_SIZE];
        const char *kind; /* "reminder", "change", "cancel", "agenda", "confirm", "welcome", "meeting-..." */
        int64_t contact;  /* object id */
        int64_t object;
        const char *uid;           /* of the event; "" for none */
        const char *recurrence_id; /* "" if the event does not recur */
        const char *start;         /* DTSTART as wall time and TZID, as in the key */
        const char *finish;        /* end of the occurrence, in the form of `start`; "" if not about one */
        const char *place;         /* the occurrence's place, as written in the mail; "" for none */
        const char *rule;          /* canonical lead */
        MailState state;
        int attempts;           /* how often it was COMMITTED and may have been delivered: at most twice */
        int tries;              /* attempts that certainly delivered nothing */
        usec_t due;             /* when the reminder is due */
        usec_t next_attempt;    /* for PENDING and UNKNOWN; 0 in every other state */
        usec_t expires;         /* the end of the occurrence: when the mail is no longer useful */
        const char *message_id; /* "" until the row is first COMMITTED */
        const char *token;      /* of the opt-out link; if NULL or "", ledger_add() derives it */
        const char *bytes;      /* the message; NULL until the row is first COMMITTED, or if unreadable */
        size_t bytes_len;
        MailReason reason; /* reason for the state; MAIL_REASON_NONE if the reply is the reason */
        const char *reply; /* the server's last reply; "" for none */
        usec_t created, updated;
        int64_t as_of; /* store_sequence() when the bytes were made; 0 if unknown */
        /*
         * A bundle is one mail for several rows. From its first commit on, `bundle` of all its rows is the
         * id of the row that leads it: that row has the bytes, and all rows change their states together,
         * with it. A row that is PENDING belongs to no bundle: its mail will be composed again.
         */
        int64_t bundle;
} MailRecord;

MailRecord *mail_record_free(MailRecord *record);
DEFINE_CLEANUP(MailRecord, mail_record_freep, mail_record_free)

/**
 * ledger_add() - add a row and set its id, created and updated. If a row with the same key exists,
 * *ret_added is false and nothing changes.
 */
int ledger_add(Store *store, const MailRecord *record, usec_t now, bool *ret_added);

/**
 * ledger_add_notice() - add the row of a notice. If the row exists and waits for the settling time, and the
 * next attempt of @record is due at @now, the row becomes due at @now. If the row was closed before any
 * attempt, other than by ledger_add_untold(), it is PENDING again.
 */
int ledger_add_notice(Store *store, const MailRecord *record, usec_t now);

/**
 * ledger_settling_each() - call @on_mail for each notice of an event to a contact that waits for the
 * settling time and was not attempted yet
 */
int ledger_settling_each(Store *store, int64_t contact, const char *uid, usec_t now,
                int (*on_mail)(const MailRecord *record, void *userdata), void *userdata);

/**
 * ledger_add_untold() - record that the state in @record, the row of a notice, counts as told, without a
 * mail. Notices about the same occurrence that wait are closed.
 * @record: its as_of is the change number of this state; 0 if it is the present one
 */
int ledger_add_untold(Store *store, const MailRecord *record, usec_t now);

/**
 * ledger_add_basis() - record that what @record says counts as told, without a mail; @record is of the kind
 * MAIL_KIND_BASIS, with its key, contact and texts. Nothing changes if a row has this key.
 * @record: its as_of is below the number of the change of which the contact is to hear; not 0
 */
int ledger_add_basis(Store *store, const MailRecord *record, usec_t now);

/** ledger_drop_basis() - delete what ledger_add_basis() has recorded for a contact about an event */
int ledger_drop_basis(Store *store, int64_t contact, const char *uid);

/** ledger_find() - the id and state of the row with a key; *ret_id is 0 if there is no such row. */
int ledger_find(Store *store, const char *key, int64_t *ret_id, MailState *ret_state);

/**
 * ledger_due() - up to @limit ids of PENDING and UNKNOWN mails whose next attempt is due at @now, the
 * earliest first. The rows are not changed: a second call returns the same ids.
 */
int ledger_due(Store *store, usec_t now, int limit, int64_t *ret_ids, int *ret_n);

/**
 * ledger_has_nearer() - whether a mail of the same kind and rule, to the same contact about the same UID and
 * added at the same time as @mail, is due later than @mail, and at @now at the latest. A mail that was
 * closed without having been sent does not count.
 */
int ledger_has_nearer(Store *store, const MailRecord *mail, usec_t now, bool *ret);

/**
 * ledger_offers() - as ledger_due(), but at most one id for each mail: of the rows of a bundle, the row that
 * leads it; of a contact's due reminders, or notices, that can be one mail (ledger_companions_each()), the
 * one that expires last
 *
 * A reminder or a notice is left out while other rows of its contact are still being derived, but not for
 * longer than LEDGER_COMPANY_SECONDS after it was added and was due. A notice that has settled is left out
 * while another notice of the contact settles that was added before the first one was due. A mail that
 * another daemon has claimed is left out.
 */
int ledger_offers(Store *store, usec_t now, int limit, int64_t *ret_ids, int *ret_n);

enum { LEDGER_COMPANY_SECONDS = 10 };

/**
 * ledger_companions_each() - the reminders that can be one mail with the reminder @mail, or the notices that
 * can be one mail with the notice @mail: those of the same contact that are PENDING and due; those of the
 * same event together, those of @mail's event first; at most @limit
 *
 * A reminder counts as due if its next attempt is before the end of the quarter of an hour that contains
 * @now; a notice, if its next attempt is at or before @now.
 */
int ledger_companions_each(Store *store, const MailRecord *mail, usec_t now, int limit,
                int (*on_mail)(const MailRecord *record, void *userdata), void *userdata);

/**
 * ledger_withdraw() - delete a contact's reminders of an event that are due after @now and have had no
 * attempt, because they are derived again
 */
int ledger_withdraw(Store *store, int64_t contact, const char *uid, usec_t now);

/** ledger_bundle_each() - the other rows of the bundle that a row leads, in ascending order of id */
int ledger_bundle_each(Store *store, int64_t leader,
                int (*on_mail)(const MailRecord *record, void *userdata), void *userdata);

/** ledger_next_after() - when the first attempt after @after is due; USEC_INFINITY if there is none. */
int ledger_next_after(Store *store, usec_t after, usec_t *ret);

/**
 * ledger_oldest_due() - the earliest `due` of the mails that wait for an attempt, however late their next
 * attempt is; USEC_INFINITY if no mail waits.
 */
int ledger_oldest_due(Store *store, usec_t *ret);

/** ledger_last_sent() - when a mail was last delivered; 0 if none was ever delivered. */
int ledger_last_sent(Store *store, usec_t *ret);

/**
 * ledger_get(), ledger_get_by_token() - read a row, also from the archive
 * @ret: free it with mail_record_free(); NULL on failure
 *
 * Return: 0, STORE_E_NOT_FOUND if there is no such row, another condition of the store, negative errno.
 */
int ledger_get(Store *store, int64_t id, MailRecord **ret);
int ledger_get_by_token(Store *store, const char *token, MailRecord **ret);

/**
 * One occurrence in a mail about several events; borrowed. The texts have the same form as in MailRecord.
 */
typedef struct MailTold {
        int64_t object;
        const char *uid, *recurrence_id, *start, *finish, *place;
        usec_t expires; /* the occurrence's end */
} MailTold;

/** Another row of a bundle, and what the mail says about its event; borrowed. */
typedef struct MailCompanion {
        int64_t id;
        const char *finish, *place;
        usec_t expires;
        const MailTold *told; /* the occurrences that the mail lists for it */
        size_t n_told;
} MailCompanion;

/** The text of a mail, stored when its row is first COMMITTED. */
typedef struct MailText {
        const char *message_id, *bytes;
        size_t len;
        usec_t made;             /* when it was composed */
        const int64_t *repeated; /* the rows of ledger_parked_each() at `made` that the mail also lists */
        size_t n_repeated;
        const MailDictionary *dictionary; /* a similar mail; only the difference is stored; may be NULL */
        bool is_second; /* an earlier copy, with other bytes, may have arrived: see ledger_scatter() */
        bool replaces;  /* bytes of an earlier attempt are stored and no longer valid */
        const char *finish, *place; /* as written in the bytes; NULL if they equal the row's */
        usec_t expires;             /* until when what the bytes say matters; 0: as in the row */
        const MailTold *told;       /* the occurrences in a mail about several events */
        size_t n_told;
        int64_t as_of;                   /* store_sequence() when the bytes were made */
        const MailCompanion *companions; /* if the mail is a bundle: its other rows */
        size_t n_companions;
} MailText;

/**
 * ledger_parked_each() - the PARKED mails of a contact, which it may not have received. Only mails about
 * occurrences that have not ended at @now, and that no other mail of the contact lists; the oldest first. A
 * digest is given once for each of its occurrences, with the digest's id.
 */
int ledger_parked_each(Store *store, int64_t contact, usec_t now,
                int (*on_mail)(const MailRecord *record, void *userdata), void *userdata);

/**
 * ledger_commit_attempt() - set an UNKNOWN row to COMMITTED again and count the attempt; the mail keeps the
 * bytes of the first commit. STORE_E_CONFLICT: the row has another state.
 */
int ledger_commit_attempt(Store *store, int64_t id, usec_t now);

/**
 * ledger_commit_first_attempt() - store Message-ID and bytes, set a PENDING row to COMMITTED and count the
 * attempt; in a bundle, also set its other rows to COMMITTED, with the same Message-ID
 *
 * STORE_E_CONFLICT: the row has another state. STORE_E_STALE: one of the other rows does not wait any more,
 * or another mail lists a parked row since.
 */
int ledger_commit_first_attempt(Store *store, int64_t id, const MailText *text, usec_t now);

/**
 * ledger_close() - set an open row to a final state, with a reason, the server's reply ("" for none) or
 * both, and delete the bytes. STORE_E_CONFLICT: the row is closed already.
 */
int ledger_close(
                Store *store, int64_t id, MailState state, MailReason reason, const char *reply, usec_t now);

/**
 * ledger_close_from() - as ledger_close(), if the row has the state @from. Otherwise another delivery has
 * changed it, perhaps as a row of its own mail: STORE_E_CONFLICT.
 */
int ledger_close_from(Store *store, int64_t id, MailState from, MailState state, MailReason reason,
                const char *reply, usec_t now);

/**
 * ledger_came_back() - record that a delivery report has returned a mail: the row becomes SENT with
 * MAIL_REASON_RETURNED
 * @reply: status and text of the report
 *
 * COMMITTED and UNKNOWN rows become SENT too, because a server that reports on a mail has accepted it. Rows
 * in any other state are not changed.
 */
int ledger_came_back(Store *store, int64_t id, const char *reply, usec_t now);

/**
 * ledger_retry() - set the next attempt of a row, and its state. A PENDING or UNKNOWN row keeps its state;
 * a COMMITTED row without a reply becomes UNKNOWN. STORE_E_CONFLICT: any other transition.
 */
int ledger_retry(Store *store, int64_t id, MailState state, usec_t next_attempt, const char *reply,
                usec_t now);

/**
 * ledger_defer() - undo a commit, because the server has deferred the mail. The row becomes PENDING without
 * bytes, or UNKNOWN if an earlier commit had no reply. STORE_E_CONFLICT: the row is not COMMITTED.
 */
int ledger_defer(Store *store, int64_t id, usec_t next_attempt, const char *reply, usec_t now);

/**
 * ledger_split() - undo the commit of a bundle that the server has rejected: each of its rows becomes
 * PENDING, and its mail goes alone, at once. STORE_E_CONFLICT: an earlier commit may have delivered the
 * bundle.
 */
int ledger_split(Store *store, int64_t leader, const char *reply, usec_t now);

/**
 * ledger_scatter() - let each row of an UNKNOWN bundle be judged alone, because something in its bytes is no
 * longer correct: the row becomes PENDING, and its mail goes alone, at once, as its second attempt. If the
 * row is closed instead, it becomes PARKED, because the first copy may have arrived.
 * STORE_E_CONFLICT: the bundle is not UNKNOWN.
 */
int ledger_scatter(Store *store, int64_t leader, usec_t now);

/**
 * ledger_set_alone() - let the mail of a PENDING row go alone, at once, because the server has rejected its
 * bundle before the commit. STORE_E_CONFLICT: the row has another state.
 */
int ledger_set_alone(Store *store, int64_t id, const char *reply, usec_t now);

/**
 * ledger_explain() - set the reason why a PENDING or UNKNOWN row waits; keeps its reply and times.
 * STORE_E_CONFLICT: the row has another state.
 */
int ledger_explain(Store *store, int64_t id, MailReason reason);

enum { LEDGER_REPLY_SIZE = 512 };

/** The reason for which mails wait because of the mail server. */
typedef struct LedgerTrouble {
        MailReason reason; /* MAIL_REASON_OURS, MAIL_REASON_SERVER, or MAIL_REASON_NONE: no trouble */
        int64_t n;         /* mails that wait for this reason */
        char reply[LEDGER_REPLY_SIZE]; /* the latest of their replies, possibly truncated */
} LedgerTrouble;

/**
 * ledger_trouble() - whether mails that are still useful at @now wait because of the mail server
 *
 * MAIL_REASON_OURS comes first, since only an operator can end it. MAIL_REASON_SERVER counts only if no mail
 * has been sent since.
 */
int ledger_trouble(Store *store, usec_t now, LedgerTrouble *ret);

/** ledger_reason_count() - the number of PENDING and UNKNOWN rows with a reason. */
int ledger_reason_count(Store *store, MailReason reason, int64_t *ret);

/**
 * ledger_postpone() - let a PENDING or UNKNOWN row wait until @next_attempt, without counting a failure.
 * STORE_E_CONFLICT: the row has another state.
 */
int ledger_postpone(Store *store, int64_t id, usec_t next_attempt, MailReason reason, usec_t now);

/**
 * ledger_end_attempts() - clear the next attempt of a damaged row whose state allows none; other rows are
 * not changed
 */
int ledger_end_attempts(Store *store, int64_t id);

/**
 * ledger_told_each() - the occurrences of an event that have not ended at @now and of which a contact was
 * told, or may have been, or that count as told
 *
 * The order is that in which the mails were composed, so that the last one has the newest data. A mail that
 * failed at its second attempt is included, because the first copy may have arrived. A mail about several
 * events is returned once for each occurrence, with that occurrence's texts and an empty rule.
 */
int ledger_told_each(Store *store, int64_t contact, const char *uid, usec_t now,
                int (*on_mail)(const MailRecord *record, void *userdata), void *userdata);

/**
 * ledger_told_with() - whether a mail about the event @whole (a UID) was sent to the contact of @mail and
 * lists the occurrence of @mail, with the same start
 */
int ledger_told_with(Store *store, const MailRecord *mail, const char *whole, bool *ret);

/**
 * ledger_has_open_reminder() - whether a reminder of an event that was due at @now is not in a final state
 */
int ledger_has_open_reminder(Store *store, int64_t contact, const char *uid, usec_t now, bool *ret);

/** ledger_is_told() - whether a contact was told of an event that has not ended at @now, or may have been */
int ledger_is_told(Store *store, const char *uid, usec_t now, bool *ret);

/** ledger_has_open_notice() - whether a notice about an event is not in a final state */
int ledger_has_open_notice(Store *store, const char *uid, bool *ret);

/**
 * ledger_told_by() - the occurrences that a mail about several events lists, whatever its state: the lists
 * of all rows of its bundle, and the occurrences of all rows except @mail. The records have the form of
 * those of ledger_told_each().
 */
int ledger_told_by(Store *store, int64_t mail, int (*on_mail)(const MailRecord *record, void *userdata),
                void *userdata);

/**
 * ledger_told_forget() - delete the occurrences that ended at or before a time from the lists of mails
 * about several events. The list of a mail is kept as long as its text: the list says which calendars are
 * needed to read the text (LedgerScope).
 */
int ledger_told_forget(Store *store, usec_t before);

/** ledger_last_notice() - when a change notice about exactly this start was last added; 0 if never. */
int ledger_last_notice(Store *store, int64_t contact, const char *uid, const char *recurrence_id,
                const char *start, usec_t *ret);

/**
 * ledger_rewind() - adjust the rows after the clock was set back to @now
 *
 * A waiting mail waits as long from @now as it would have waited by the old clock. An EXPIRED mail becomes
 * PENDING if it was closed as pointless or because of a later digest, and is still useful by the new clock.
 * Other rows are not changed: sent mail stays sent.
 *
 * @ret_n: the number of changed rows
 */
int ledger_rewind(Store *store, usec_t now, int64_t *ret_n);

/** The number of recovered rows for each new state. */
typedef struct LedgerRecovery {
        int n_unknown, n_parked;
} LedgerRecovery;

/**
 * ledger_recover() - recover interrupted rows, which are COMMITTED although no sender has the mail. They
 * become UNKNOWN after the first commit, and PARKED after the second. Rows of other daemons that have not
 * ended are left alone.
 * @is_held: whether a sender still has the mail; NULL at the start, when there is no sender
 */
int ledger_recover(Store *store, usec_t now, usec_t next_attempt,
                bool (*is_held)(int64_t id, void *userdata), void *userdata, LedgerRecovery *ret);

/**
 * ledger_stale_count() - the number of rows that were set to COMMITTED before @before and still are: their
 * sender has lost them
 */
int ledger_stale_count(Store *store, usec_t before, int64_t *ret);

/**
 * ledger_late_count() - the number of waiting mails that were added and due before @before and are still
 * useful at @now. Mails that wait for the end of quiet hours, for the reminder of the whole event, or for a
 * second attempt that is not late itself, do not count. Late mails mean that the server is unreachable or
 * sending has stopped.
 */
int ledger_late_count(Store *store, usec_t before, usec_t now, int64_t *ret);

/**
 * ledger_follow() - set the event and the end of a PENDING reminder: the event may have come back with
 * another number, and may end later or earlier than when the row was added
 */
int ledger_follow(Store *store, int64_t id, int64_t object, usec_t expires);

/** ledger_pass_on() - let the rows about an object that is deleted be about another one with its UID */
int ledger_pass_on(Store *store, int64_t from, int64_t to, const char *uid);

/**
 * ledger_reopen() - set a CANCELLED or SUPPRESSED row to PENDING if no attempt may have delivered its mail.
 * STORE_E_CONFLICT otherwise, and if an agenda took its place, the mail was told in another one, or was
 * stopped by the office.
 */
int ledger_reopen(Store *store, int64_t id, usec_t now);

/** The mails that an operator wants to send again. */
typedef struct LedgerFilter {
        int64_t id;      /* 0 for any */
        int64_t contact; /* 0 for any */
        const char *uid; /* of the event; NULL for any */
} LedgerFilter;

/**
 * ledger_release() - let mails be tried again at once that are still useful at @now
 *
 * PENDING mails that an attempt has not delivered become due at @now, except those that wait for the end of
 * quiet hours. FAILED mails become PENDING, unless a copy of an earlier attempt may have arrived. UNKNOWN
 * mails keep their time.
 *
 * @ret_n: number of changed mails
 */
int ledger_release(Store *store, const LedgerFilter *filter, usec_t now, int64_t *ret_n);

/**
 * ledger_attempts_each() - the times of attempts: for each mail outside the archive that has had one, the
 * time of the last change of its row
 * @after: leaves out this time and all earlier ones
 * @limit: the maximum number of times; the latest are chosen. The callback gets them in ascending order.
 */
int ledger_attempts_each(Store *store, usec_t after, int limit, void (*on_time)(usec_t time, void *userdata),
                void *userdata);

/**
 * ledger_each() - up to @limit rows of one state (0: of all states), without their bytes
 * @newest_first: in descending order of id; else ascending
 */
int ledger_each(Store *store, MailState state, bool newest_first, int limit,
                int (*on_mail)(const MailRecord *record, void *userdata), void *userdata);

/**
 * The address books and calendars of the mails that somebody may see: ",events,fairs,"; NULL for all. A mail
 * has the address book of its contact, and the calendars of all events that it names. A mail to no contact
 * has COLLECTION_CONTACTS, and a mail about a meeting has COLLECTION_MEETINGS, too. A mail whose contact or
 * event is gone is only in a scope that has all.
 */
typedef struct LedgerScope {
        const char *books, *calendars;
} LedgerScope;

/** ledger_is_in_scope() - whether a mail is in a scope */
int ledger_is_in_scope(Store *store, const MailRecord *mail, const LedgerScope *scope, bool *ret);

/* Which mails are listed; a field that is 0 or NULL chooses all. */
typedef struct LedgerSearch {
        MailState state;
        int64_t contact;
        const char *uid; /* of the event; also mails that list it among others */
        usec_t from, to; /* of `due`; @to is exclusive */
        int64_t before;  /* only mails with a lower id */
        LedgerScope scope;
} LedgerSearch;

/** ledger_search() - up to @limit rows that are searched for, the newest first, without their bytes */
int ledger_search(Store *store, const LedgerSearch *search, int limit,
                int (*on_mail)(const MailRecord *record, void *userdata), void *userdata);

/**
 * ledger_event_counts() - the number of mails about an event of each state, without the archive
 * @ret_returned: those of MAIL_SENT that came back
 */
int ledger_event_counts(
                Store *store, const char *uid, int64_t ret[static MAIL_PARKED + 1], int64_t *ret_returned);

/** ledger_counts() - the number of rows of each state, indexed by MailState (0 is not used). */
int ledger_counts(Store *store, int64_t ret[static MAIL_PARKED + 1]);

/** ledger_count_open() - the number of rows that are not final; reads only these rows. */
int ledger_count_open(Store *store, int64_t *ret);

/**
 * ledger_suppress_contact() - close the waiting rows of a contact: PENDING rows become SUPPRESSED, and
 * UNKNOWN rows become PARKED, because their mail may have arrived. COMMITTED rows are not changed.
 * @uid: only the rows of this event; NULL for all
 */
int ledger_suppress_contact(Store *store, int64_t contact, const char *uid, MailReason reason, usec_t now);

/**
 * ledger_stop_mail() - close a waiting row with MAIL_REASON_WITHDRAWN, because the office does not want the
 * mail any more: PENDING becomes SUPPRESSED, and PARKED if the mail may have arrived. STORE_E_CONFLICT: the
 * row does not wait.
 */
int ledger_stop_mail(Store *store, int64_t id, usec_t now);
