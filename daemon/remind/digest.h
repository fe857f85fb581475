#pragma once

/*
 * Digests: a contact may choose one mail a day or a week, at an hour of its own, instead of single
 * reminders. A digest lists each occurrence, during its days, of the events that the contact is listed
 * for. If there are none, no mail is sent.
 */

#include "config/config.h"
#include "contact/preference.h"
#include "letter/compose.h"
#include "remind/due-source.h"
#include "store/ledger.h"

/** An event with entries in the digest. */
typedef struct DigestSource {
        ObjectRecord *record;
        Event *event;
        PublishAudience audience;
} DigestSource;

typedef struct Digest {
        DigestText text; /* its entries are sorted by start, then by UID */
        DigestSource *sources;
        size_t n_sources;
} Digest;

enum { DIGEST_ENTRIES_MAX = 200 };

/** digest_moment_after() - return the first digest time of a wish after @after, on the zone's clock */
usec_t digest_moment_after(const DigestWish *wish, const Zone *zone, usec_t after);

/**
 * digest_process() - process one due row of the digest index, that of one contact; one transaction
 * If an outage has delayed several digests, mails the last one and closes the others as overtaken. The
 * first digest of a contact is mailed at its next digest time.
 * @ret_more: whether another row may be due
 */
int digest_process(Store *store, const Config *config, usec_t now, bool *ret_more);

/**
 * digest_build() - collect at @now the entries of the digest of @moment
 * A daily digest covers the day of @moment and the next one, a weekly one seven days; occurrences that are
 * over by @now are left out.
 */
int digest_build(Store *store, const Config *config, int64_t contact, const Card *card, usec_t moment,
                usec_t now, Digest *ret);
void digest_done(Digest *digest);

/** digest_source - processes the contacts of the digest index */
extern const DueSource digest_source;
