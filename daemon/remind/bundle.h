#pragma once

/*
 * Private to remind/: the reminders of one mail. The reminder that leads the mail comes first. A part of an
 * event whose reminder is in the mail has no lines of its own: it is in the programme of that event, the
 * whole.
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
        MailRecord *own; /* `mail`, unless it is borrowed */
        Rebuilt rebuilt;
        EventItem item;
        RowTexts texts;
        WholeItem whole;      /* named in the mail */
        usec_t due;           /* a later time, if it was due in quiet hours: their end */
        int64_t within;       /* object id of the whole whose reminder stands for this one; 0 for none */
        BundleEntry *teller;  /* the entry of that whole, set by bundle_settle() */
        BundleEntry *twin;    /* an earlier entry of the same occurrence, by another lead; set likewise */
        Digest parts;         /* if bundle_has_lines() */
        DigestTold told;      /* those of `parts` that fit into the mail */
        const BundleItem *as; /* in Bundle.items, if bundle_has_lines() */
};

typedef struct Bundle {
        BundleEntry *entries[BUNDLE_MAX];
        size_t n;
        BundleItem items[BUNDLE_MAX]; /* in the order of the mail */
        size_t n_items;
} Bundle;

BundleEntry *bundle_entry_free(BundleEntry *entry);
DEFINE_CLEANUP(BundleEntry, bundle_entry_freep, bundle_entry_free)
void bundle_done(Bundle *bundle);

/** bundle_has_lines() - whether the mail has lines for an entry, which do not stand in those of another one */
static inline bool bundle_has_lines(const BundleEntry *entry)
{
        return !entry->teller && !entry->twin;
}

/**
 * bundle_settle() - find the tellers of the parts and the twins, and drop each part whose whole is not in the bundle: its
 * reminder waits for the whole's
 */
void bundle_settle(Bundle *bundle);

/** bundle_cut() - drop the last entries, so that @n are left, and the parts whose wholes are among them */
void bundle_cut(Bundle *bundle, size_t n);

/** bundle_arrange() - set the items: by the start of the events, a longer event before a shorter one */
void bundle_arrange(Bundle *bundle);

/**
 * bundle_tells() - whether the composed mail tells of an entry: false for a part that its programme has no
 * room for
 */
bool bundle_tells(const BundleEntry *entry);
