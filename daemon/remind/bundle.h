#pragma once

/*
 * The reminders that go into one mail. The first entry is the reminder whose row leads the mail. If the mail
 * reminds of an event and of its parts (whole.h), the parts have no lines of their own: the programme of
 * that event, the whole, lists them.
 */

#include "letter/compose.h"
#include "remind/digest-told.h"
#include "remind/rebuild.h"
#include "remind/row-texts.h"
#include "remind/whole.h"

enum { BUNDLE_MAX = 32 };

typedef struct BundleEntry BundleEntry;
struct BundleEntry {
        const MailRecord *mail;
        MailRecord *own; /* owns `mail`; NULL if `mail` is borrowed */
        Rebuilt rebuilt;
        EventItem item;
        RowTexts texts;
        WholeItem whole;     /* the event that this one is a part of, as the mail names it */
        usec_t due;          /* when the reminder was due; if that was in quiet hours, their end */
        int64_t within;      /* object id of the whole whose reminder stands for this one; 0 for none */
        BundleEntry *teller; /* the entry whose programme lists this part; set by bundle_settle() */
        /* an earlier entry of the same occurrence, by another lead; set by bundle_settle() */
        BundleEntry *twin;
        Digest parts;         /* of this event; only if bundle_has_lines() */
        DigestTold told;      /* those of `parts` that fit into the mail */
        const BundleItem *as; /* its item in Bundle.items; only if bundle_has_lines() */
};

typedef struct Bundle {
        BundleEntry *entries[BUNDLE_MAX];
        size_t n;
        BundleItem items[BUNDLE_MAX]; /* in the order of the mail; set by bundle_arrange() */
        size_t n_items;
} Bundle;

BundleEntry *bundle_entry_free(BundleEntry *entry);
DEFINE_CLEANUP(BundleEntry, bundle_entry_freep, bundle_entry_free)
void bundle_done(Bundle *bundle);

/** bundle_has_lines() - whether an entry has lines of its own in the mail, not those of another entry */
static inline bool bundle_has_lines(const BundleEntry *entry)
{
        return !entry->teller && !entry->twin;
}

/**
 * bundle_settle() - drop each part whose whole is not in the bundle, because another mail about the whole
 * stands for the reminder of the part; then set the tellers of the other parts, and the twins
 */
void bundle_settle(Bundle *bundle);

/**
 * bundle_cut() - keep the first @n entries, or fewer, because twins stay together; the parts whose wholes
 * are dropped are dropped, too
 */
void bundle_cut(Bundle *bundle, size_t n);

/**
 * bundle_arrange() - set the items, in ascending order of the events' start; of events with the same start,
 * the longest first
 */
void bundle_arrange(Bundle *bundle);

/**
 * bundle_tells() - whether the composed mail mentions an entry: false for a part that the programme of its
 * whole does not list, for example for lack of room
 */
bool bundle_tells(const BundleEntry *entry);
