#pragma once

/*
 * Digests: for a contact that wants one mail a day or a week instead of single reminders, at its own local
 * hour. It tells all occurrences of what the contact is listed for that touch its days, each once; when
 * there are none, nothing is sent.
 */

#include "config/config.h"
#include "contact/preference.h"
#include "letter/event-item.h"
#include "remind/due-source.h"
#include "store/ledger.h"

typedef struct DigestEntry {
        EventItem item;
        Occurrence occurrence; /* what the item points to */
} DigestEntry;

/** An event that entries speak of. */
typedef struct DigestSource {
        ObjectRecord *record;
        Event *event;
        PublishAudience audience;
} DigestSource;

typedef struct Digest {
        DigestEntry *entries; /* in order of their start, then of their UID */
        size_t n;
        size_t n_more; /* entries beyond DIGEST_ENTRIES_MAX */
        DigestSource *sources;
        size_t n_sources;
        CivilTime first, last; /* the days that it covers, on the reader's clock */
} Digest;

enum { DIGEST_ENTRIES_MAX = 200 };

/** digest_moment_after() - the first moment after @after that a wish names on a zone's clock. */
usec_t digest_moment_after(const DigestWish *wish, const Zone *zone, usec_t after);

/**
 * digest_process() - bring one contact's row of the digest index up to @now; one transaction
 * Of several moments that an outage has left behind the last one goes, and the others are closed as
 * overtaken. The first digest comes at the next moment.
 * @ret_more: whether there may be another one due
 */
int digest_process(Store *store, const Config *config, usec_t now, bool *ret_more);

/**
 * digest_build() - what a digest of some moment tells at @now
 * A daily one covers today and tomorrow, a weekly one the seven days from today; what is over by @now is
 * left out.
 */
int digest_build(Store *store, const Config *config, int64_t contact, const Card *card, usec_t moment,
                usec_t now, Digest *ret);
void digest_done(Digest *digest);

/** digest_source - the contacts of the digest index */
extern const DueSource digest_source;
