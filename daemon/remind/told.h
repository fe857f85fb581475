#pragma once

/*
 * Private to remind/: what the mails to one contact have said so far about the occurrences of an event, and
 * how these occurrences have changed since.
 */

#include "letter/compose.h"
#include "remind/event-context.h"
#include "remind/row-texts.h"
#include "store/ledger.h"

enum { TOLD_MAX = 64 }; /* occurrences of one event in a memory; mails about further ones are ignored */

/** The state of one occurrence, as the last mail about it described it. */
typedef struct Told {
        char recurrence[ROW_TEXT_SIZE], start[ROW_TEXT_SIZE], finish[ROW_TEXT_SIZE];
        char *place;
        char *first_id; /* Message-ID of the first mail about it */
        bool cancelled;
        bool is_basis;    /* no mail has told of it: see notice-basis.h */
        bool with_series; /* cancelled only because the whole series was */
        usec_t expires;
} Told;

typedef struct ToldMemory {
        Told items[TOLD_MAX]; /* only the first n are set: to clear 25 KB for each contact would be slow */
        size_t n;
        /* whether it recurs, and whether the last word is that none takes place */
        bool recurring, series_lost;
        int64_t before; /* only mails with a smaller id are considered */
        int64_t as_of;  /* only mails made before this change number are; 0: all */
} ToldMemory;

/**
 * told_init() - begin an empty memory. In every case the caller must call told_done().
 * @before: only mails with a smaller id are considered; INT64_MAX for all
 */
void told_init(ToldMemory *memory, const EventContext *context, int64_t before);
void told_done(ToldMemory *memory);

/**
 * told_load() - add what the mails to a contact say. Return: 0, a condition of the store, negative errno.
 */
int told_load(const EventContext *context, int64_t contact, usec_t now, ToldMemory *memory);

/**
 * told_add() - add what one mail says; a callback for the ledger. @memory: a ToldMemory. Return: 0 or
 * -ENOMEM.
 */
int told_add(const MailRecord *mail, void *memory);

/**
 * told_find() - return the entry of an occurrence, a new one if there is none; NULL if the memory is full
 */
Told *told_find(ToldMemory *memory, const char *recurrence);

/**
 * told_knows() - whether there is an entry of an occurrence
 */
bool told_knows(const ToldMemory *memory, const char *recurrence);

/** told_has_basis() - whether an entry is one that no mail has told of */
bool told_has_basis(const ToldMemory *memory);

/**
 * told_of_all() - whether a row is the notice that nothing of an event takes place. It counts for each
 * occurrence that the contact was told of before.
 */
bool told_of_all(const MailRecord *mail);

/**
 * told_lost_series() - return the first occurrence of which a contact was told and not yet told that it is
 * cancelled, if the series was cancelled or postponed as a whole; otherwise NULL. One notice is about all
 * such occurrences.
 * @ret_expires: when the last of these occurrences is over; set only if one is returned
 */
const Told *told_lost_series(const EventContext *context, const ToldMemory *memory, usec_t *ret_expires);

/**
 * told_of_restored() - whether a row is the notice that a series which was cancelled or postponed as a whole
 * takes place after all; @memory: what the mails before it say
 */
bool told_of_restored(const ToldMemory *memory, const MailRecord *mail);

/**
 * told_restored_series() - find whether a series that was cancelled or postponed as a whole takes place
 * after all, so that at least one occurrence is again as the contact was told before
 * @ret:         the first such occurrence; NULL for none. One notice is about all of them.
 * @ret_now:     its current state
 * @ret_expires: when the last of the series' occurrences is over of which the contact was told
 * Return: 0 or negative errno.
 */
int told_restored_series(const EventContext *context, ToldMemory *memory, usec_t now, const Told **ret,
                Occurrence *ret_now, usec_t *ret_expires);

/** told_restore() - count the notice of a restored series as told */
void told_restore(ToldMemory *memory);

/**
 * told_is_comparable() - whether changes can be found: false for a row of an older version, which has no end
 */
bool told_is_comparable(const Told *told);

/**
 * told_compare() - find how an occurrence has changed since the contact was told of it
 * @ret_now: its current state; not set if it no longer takes place
 * @ret:     NOTICE_NONE if a reader sees no difference
 * Return: 0 or negative errno.
 */
int told_compare(const EventContext *context, const Told *told, usec_t now, Occurrence *ret_now,
                NoticeKind *ret);

/**
 * told_was_reminded() - whether the contact got the reminder by the lead @rule for the start of
 * @occurrence, even if the row of that reminder has another name for the zone
 */
int told_was_reminded(const EventContext *context, int64_t contact, const Occurrence *occurrence,
                const char *rule, usec_t now, bool *ret);
