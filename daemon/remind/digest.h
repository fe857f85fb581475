#pragma once

/*
 * Digests: a contact may choose one mail a day or a week, at an hour of its choice, instead of single
 * reminders. A digest covers two or seven days. It lists the occurrences on these days of all events that
 * the contact is listed for. If there are no occurrences, no mail is sent.
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

enum { DIGEST_ENTRIES_MAX = 200 }; /* further entries are only counted: DigestText.n_more */

/**
 * digest_moment_after() - return the first time after @after at which the digest of @wish is due, by the
 * clock of @zone
 */
usec_t digest_moment_after(const DigestWish *wish, const Zone *zone, usec_t after);

/**
 * digest_process() - process one due row of the digest index, in one transaction. A row is for one contact.
 *
 * If an outage has delayed several digests, the last one is mailed, and the others are closed with
 * MAIL_REASON_LATER_DIGEST. After a contact has chosen digests, the first one is mailed at the next time of
 * a digest.
 *
 * @ret_more: whether another row may be due
 * Return: 0, a condition of the store, or negative errno.
 */
int digest_process(Store *store, const Config *config, usec_t now, bool *ret_more);

/**
 * digest_build() - collect the entries of the digest that is due at @moment
 *
 * A daily digest covers the day of @moment and the next day; a weekly digest covers seven days. Occurrences
 * that have ended before @now are left out.
 *
 * @ret: zeroed by the caller, who must call digest_done() in every case
 * Return: 0, a condition of the store, or negative errno.
 */
int digest_build(Store *store, const Config *config, int64_t contact, const Card *card, usec_t moment,
                usec_t now, Digest *ret);

/**
 * digest_parts() - collect the parts of an event that lie within @whole and that the contact is listed for,
 * or may see as somebody who is listed for the whole
 * @calendars: only parts of these calendars, ",events,"; NULL for all
 * @now: parts that ended before this time are left out
 * @ret, Return: as digest_build()
 */
int digest_parts(Store *store, const Config *config, int64_t contact, const Card *card,
                const EventItem *whole, const char *calendars, usec_t now, Digest *ret);
void digest_done(Digest *digest);

/** digest_source - processes the digest index */
extern const DueSource digest_source;
