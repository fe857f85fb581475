#pragma once

/*
 * Meetings of a visitor with a host: the slots that they take, the steps that were made, and the tokens of
 * the links. A slot is taken if the table meeting_slot has a row for it, and the meeting of the row is not a
 * hold that has expired; nothing else takes a slot. While the host proposes other times, a meeting takes
 * several slots. A step leads from one revision of the meeting to the next, and can be made only once. The
 * rules of the steps are in meet/booking.h.
 */

#include "base/conditions.h"
#include "base/hash.h"
#include "store/store.h"

enum {
        MEETING_E_TAKEN = CONDITIONS_STORE + 40,    /* the host, the place or all seats are taken */
        MEETING_E_DAY_FULL = CONDITIONS_STORE + 41, /* the daily maximum of the offer is reached */
        MEETING_E_DONE = CONDITIONS_STORE + 42,     /* a step was already made from this revision */
};

typedef enum MeetingState {
        MEETING_HELD = 1, /* the visitor has not confirmed the address yet */
        MEETING_ASKED,    /* the host has not answered yet */
        MEETING_PROPOSED, /* the visitor has not chosen one of the proposed times yet */
        MEETING_BOOKED,
        MEETING_DECLINED, /* this state and the next ones are final and take no slot */
        MEETING_CANCELLED,
        MEETING_EXPIRED,
} MeetingState;

const char *meeting_state_name(MeetingState state); /* "HELD", ... */
bool meeting_state_is_final(MeetingState state);

/** The two sides of a meeting, and their delegates. */
typedef enum MeetingRole {
        MEETING_VISITOR = 1,
        MEETING_HOST,
        MEETING_VISITOR_DELEGATE,
        MEETING_HOST_DELEGATE,
        MEETING_HOST_FORMER, /* the host under an earlier address (meet/readdress.h) */
        MEETING_ROLE_LAST = MEETING_HOST_FORMER,
} MeetingRole;

const char *meeting_role_name(MeetingRole role); /* "visitor", "host", "visitor-delegate", ... */

/** meeting_role_side() - return the side that a role belongs to */
MeetingRole meeting_role_side(MeetingRole role);

/** meeting_role_delegate() - return the delegate of a side */
MeetingRole meeting_role_delegate(MeetingRole side);

typedef enum MeetingStep {
        MEETING_STEP_CONFIRM = 1, /* the visitor confirms the address, or a proposed time */
        MEETING_STEP_ACCEPT,
        MEETING_STEP_DECLINE,
        MEETING_STEP_PROPOSE,
        MEETING_STEP_MOVE,
        MEETING_STEP_CANCEL,
        MEETING_STEP_EXPIRE,
        MEETING_STEP_DELEGATE, /* one side names a delegate */
        MEETING_STEP_RETURN,   /* the delegate does not come */
} MeetingStep;

const char *meeting_step_name(MeetingStep step); /* "confirm", ... */

/** The visitor of a meeting, as entered in the form. Any text except `address` may be "". */
typedef struct MeetingVisitor {
        const char *name, *organisation, *address, *topic;
        const char *language; /* a tag */
        const char *zone;     /* the name of a time zone */
        const char *network;  /* network from which the request came, "192.0.2.0/24" */
} MeetingVisitor;

typedef struct Meeting {
        int64_t id;
        const char *uid;   /* of the booking's VEVENT */
        const char *host;  /* UID of the card */
        const char *offer; /* UID of the offer */
        MeetingVisitor visitor;
        const char *place;  /* of the chosen slot; "" for none */
        const char *zone;   /* of the host's clock, by name */
        const char *secret; /* a token, from which the addresses for replies are derived */
        MeetingState state;
        int revision; /* begins with 1 and rises by one with each step */
        usec_t start, finish;
        usec_t expires; /* end of the hold; 0 for none */
        usec_t created, updated;
} Meeting;

Meeting *meeting_free(Meeting *meeting);
DEFINE_CLEANUP(Meeting, meeting_freep, meeting_free)

/** A slot to be taken, with the limits of its offer; everything is borrowed. */
typedef struct MeetingClaim {
        const char *host, *offer;
        const char *place; /* "" for none */
        const char *site;  /* UID of an event or host; in one site, places with one name are the same */
        usec_t start, finish;
        usec_t before, after; /* buffers: minimum distance from other meetings of the host */
        int seats;            /* maximum number of parties in one meeting */
        int daily_max;        /* meetings of the host from day_start to day_end; 0 for no limit */
        usec_t day_start, day_end;
} MeetingClaim;

enum { MEETING_BUFFER_MAX_HOURS = 24 };

/** A taken slot; borrowed. */
typedef struct MeetingSlot {
        int64_t meeting;
        const char *uid; /* of the booking */
        const char *host, *offer, *place, *site;
        usec_t start, finish, before, after;
        bool is_proposed; /* the host proposes the slot; false: it is the chosen one */
        MeetingState state;
        const char *visitor; /* address */
} MeetingSlot;

/**
 * meeting_add() - add a meeting; the caller claims its slot in the same transaction
 * @meeting: id, secret, revision, created and updated are not used
 */
int meeting_add(Store *store, const Meeting *meeting, usec_t now, int64_t *ret_id);

/**
 * meeting_check() - whether a slot is free for a meeting. Meetings that have expired do not count.
 * @meeting: 0 for a new meeting
 *
 * A host has one meeting at a time, in all offers, and a place has one meeting at a time, of all hosts.
 * Between two meetings of a host there must be the longer of two buffers: that after the first meeting and
 * that before the second. Parties with the same offer, place, start and end share one meeting while it has
 * free seats. Such a meeting counts once for its day, and can still be joined on a full day.
 *
 * Return: 0, MEETING_E_TAKEN, MEETING_E_DAY_FULL, a condition of the store, negative errno.
 */
int meeting_check(Store *store, int64_t meeting, const MeetingClaim *claim, usec_t now);

/**
 * meeting_claim() - check a slot as meeting_check() does, and take it; in a transaction of the caller
 *
 * Gives back the slots of all holds that have ended at @now.
 */
int meeting_claim(Store *store, int64_t meeting, const MeetingClaim *claim, bool is_proposed, usec_t now);

/**
 * meeting_choose() - make the slot that begins at @start in @place the meeting's time, and give back all
 * its other slots. STORE_E_NOT_FOUND: the meeting does not take that slot, for example because its hold had
 * ended when another meeting took a slot.
 */
int meeting_choose(Store *store, int64_t meeting, usec_t start, const char *place);

/** meeting_give_back() - give back all slots of a meeting */
int meeting_give_back(Store *store, int64_t meeting);

/**
 * meeting_slot_each() - the slots that are taken at @now and overlap the time from @from to @to, in order
 * of start
 * @host: UID of the card; NULL for all hosts
 */
int meeting_slot_each(Store *store, const char *host, usec_t from, usec_t to, usec_t now,
                int (*on_slot)(const MeetingSlot *slot, void *userdata), void *userdata);

/** meeting_slots_of() - the slots that one meeting takes, even if its hold has expired, in order of start */
int meeting_slots_of(Store *store, int64_t meeting, int (*on_slot)(const MeetingSlot *slot, void *userdata),
                void *userdata);

/** A step of a meeting from one revision to the next. */
typedef struct MeetingAdvance {
        int64_t meeting;
        int revision; /* the revision from which the step begins */
        MeetingStep step;
        MeetingRole role; /* the role that made the step; 0 for none */
        MeetingState state;
        usec_t expires;
} MeetingAdvance;

/** meeting_advance() - make a step. MEETING_E_DONE: a step was already made from this revision. */
int meeting_advance(Store *store, const MeetingAdvance *advance, usec_t now);

/** meeting_step_at() - get the step that was made from a revision. STORE_E_NOT_FOUND: none was made. */
int meeting_step_at(
                Store *store, int64_t meeting, int revision, MeetingStep *ret_step, MeetingRole *ret_role);

/**
 * meeting_keeps_time() - whether all steps since a revision only named representatives or ended their
 * delegation, so that the time and the state of the meeting are those of that revision
 */
int meeting_keeps_time(Store *store, int64_t meeting, int revision, bool *ret);

/** meeting_count_steps() - count how often a role has made a step */
int meeting_count_steps(Store *store, int64_t meeting, MeetingStep step, MeetingRole role, int64_t *ret);

/**
 * meeting_get(), meeting_get_by_uid() - copy a meeting; free it with meeting_free()
 * Return: 0, STORE_E_NOT_FOUND, another condition of the store, negative errno.
 */
int meeting_get(Store *store, int64_t id, Meeting **ret);
int meeting_get_by_uid(Store *store, const char *uid, Meeting **ret);

/**
 * meeting_of_same_visitor() - copy the first other meeting that is booked for the visitor's address and
 * overlaps a time
 * Return: 0, STORE_E_NOT_FOUND, another condition of the store, negative errno.
 */
int meeting_of_same_visitor(
                Store *store, const Meeting *meeting, usec_t start, usec_t finish, Meeting **ret);

/** meeting_each() - the meetings of a host (NULL for all hosts) that end after @from, in order of start */
int meeting_each(Store *store, const char *host, usec_t from,
                int (*on_meeting)(const Meeting *meeting, void *userdata), void *userdata);

/**
 * meeting_note_host() - note that the card of a host was deleted, or written with another address or none,
 * if the host has a booked or cancelled meeting that has not ended at @now
 * meeting_noted_hosts() - the number of such notes since the last meeting_forget_notes()
 * meeting_forget_notes() - forget the notes, unless there are more than @n by now
 */
int meeting_note_host(Store *store, const char *host, usec_t now);
int meeting_noted_hosts(Store *store, int64_t *ret);
int meeting_forget_notes(Store *store, int64_t n);

/** meeting_counts() - count the meetings in each state */
int meeting_counts(Store *store, int64_t ret[static MEETING_EXPIRED + 1]);

/** meeting_next_expiry() - when the next hold ends; USEC_INFINITY if there is none */
int meeting_next_expiry(Store *store, usec_t *ret);

/**
 * meeting_postpone() - let the hold of a meeting end at @until, if it has ended at @now
 * meeting_expired() - the id of a meeting whose hold has ended at @now, the earliest first; 0 if there is
 * none
 */
int meeting_expired(Store *store, usec_t now, int64_t *ret);
int meeting_postpone(Store *store, int64_t id, usec_t now, usec_t until);

/**
 * meeting_forget() - delete meetings with their steps and tokens, and their VEVENTs with the copies in the
 * calendars of hosts, which name the visitor:
 * meetings that neither ended nor changed after @before and have no hold, and meetings whose visitor did not
 * confirm the address, a day after the end of the hold
 * @ret_n: number of deleted meetings
 */
int meeting_forget(Store *store, usec_t before, usec_t now, int64_t *ret_n);

/** The meaning of a token. */
typedef struct MeetingToken {
        int64_t meeting;
        MeetingRole role;
        int revision;
} MeetingToken;

/** meeting_token_make() - make the token of a link; only its hash is stored */
int meeting_token_make(Store *store, const MeetingToken *meaning, char ret[static TOKEN_SIZE]);

/** meeting_token_find() - get the meaning of a token. STORE_E_NOT_FOUND: there is no such token. */
int meeting_token_find(Store *store, const char *token, MeetingToken *ret);

/** A mail about a meeting; borrowed for the call. */
typedef struct MeetingMail {
        const char *kind, *place, *token;
} MeetingMail;

/**
 * meeting_waiting_mails() - pass the mails about a meeting to a role that nobody has tried to send, or that
 * no server has accepted
 * Return: 0, the nonzero result of the callback, a condition of the store, negative errno.
 */
int meeting_waiting_mails(Store *store, const char *uid, MeetingRole role,
                int (*on_mail)(const MeetingMail *mail, void *userdata), void *userdata);

/**
 * meeting_first_mail() - get the Message-ID of the first mail about a meeting to a role, to which later
 * mails are replies; "" if none may have been sent
 */
int meeting_first_mail(Store *store, const char *uid, MeetingRole role, char *ret, size_t size);
