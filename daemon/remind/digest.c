#include "remind/digest.h"

#include "base/array.h"
#include "base/log.h"
#include "remind/consent.h"
#include "remind/reader.h"
#include "remind/row-texts.h"
#include "store/digest-index.h"
#include "store/subscription.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

enum { DAYS_OF_DAILY = 2, DAYS_OF_WEEKLY = 7, CONTACTS_AT_ONCE = 16, OCCURRENCES_MAX = 1000 };

static int64_t day_of(const CivilTime *civil)
{
        return civil_days(civil->year, civil->month, civil->day);
}

static usec_t at_day(const Zone *zone, int64_t day, int minutes)
{
        CivilTime civil = civil_from_days(day);
        civil.hour = minutes / 60;
        civil.minute = minutes % 60;
        return zone_to_instant(zone, &civil) * USEC_PER_SEC;
}

static int64_t seconds_of(usec_t time)
{
        return time / USEC_PER_SEC - (time % USEC_PER_SEC < 0);
}

usec_t digest_moment_after(const DigestWish *wish, const Zone *zone, usec_t after)
{
        CivilTime today = zone_to_civil(zone, seconds_of(after));
        for (int64_t day = day_of(&today) - 1;; day++) {
                usec_t moment = at_day(zone, day, wish->minutes);
                if (moment > after && (wish->period == DIGEST_DAILY || civil_weekday(day) == wish->weekday))
                        return moment;
        }
}

static const Zone *zone_of(const Reader *reader, const Config *config)
{
        return reader->zone ? reader->zone : config->time_zone;
}

/*
 * Adds the ledger row of a digest. @reason: why no mail is sent; MAIL_REASON_NONE if one is sent.
 */
static int enter(Store *store, const Reader *reader, const DigestWish *wish, const Zone *zone, usec_t moment,
                MailReason reason, usec_t now)
{
        char start[ROW_TEXT_SIZE], rule[PREFERENCE_TEXT_SIZE];
        When when = { .form = WHEN_ZONED, .zone = zone, .civil = zone_to_civil(zone, seconds_of(moment)) };
        bool added;
        row_texts_moment(&when, start);
        digest_format(wish, rule);
        MailRecord mail = {
                .kind = MAIL_KIND_DIGEST,
                .contact = reader->record->id,
                .uid = "",
                .recurrence_id = "",
                .start = start,
                .rule = rule,
                .state = reason == MAIL_REASON_NONE ? MAIL_PENDING : MAIL_EXPIRED,
                .reason = reason,
                .due = moment,
                .next_attempt = now,
                .expires = digest_moment_after(wish, zone, moment),
                .message_id = "",
        };
        Hash *hash = hash_new();
        if (!hash)
                return -ENOMEM;
        hash_field(hash, mail.kind);
        hash_field(hash, reader->record->uid);
        hash_field(hash, start);
        hash_finish(hash, mail.key);
        hash_free(hash);
        return ledger_add(store, &mail, now, &added);
}

/*
 * Adds a row for each digest time from @moment to @now. There are several of them after an outage: the last
 * digest is mailed, and the others are closed with MAIL_REASON_LATER_DIGEST.
 */
static int enter_moments(Store *store, const Reader *reader, const DigestWish *wish, const Zone *zone,
                usec_t moment, usec_t now)
{
        int r = 0;
        for (usec_t next; r == 0 && (next = digest_moment_after(wish, zone, moment)) <= now; moment = next)
                r = enter(store, reader, wish, zone, moment, MAIL_REASON_LATER_DIGEST, now);
        return r == 0 ? enter(store, reader, wish, zone, moment, MAIL_REASON_NONE, now) : r;
}

/* Postpones by a day a contact whose card cannot be read, so that the others get their digests. */
static int postpone_damaged(Store *store, int64_t contact, usec_t seen, usec_t now)
{
        log_error("contact %" PRId64 " gets no agenda: its card is in a damaged part of the store", contact);
        return digest_index_set(store, contact, now + USEC_PER_DAY, seen);
}

static int process_contact(
                Store *store, const Config *config, int64_t contact, usec_t moment, usec_t seen, usec_t now)
{
        CLEANUP(reader_done) Reader reader = { 0 };
        int r = reader_load(store, contact, &reader);
        if (r == DB_E_CORRUPT)
                return postpone_damaged(store, contact, seen, now);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? digest_index_delete(store, contact) : r;
        DigestWish wish = card_digest(reader.card);
        const Zone *zone = zone_of(&reader, config);
        if (wish.period == DIGEST_NONE)
                return digest_index_delete(store, contact);
        if (moment == 0 && seen > 0)
                moment = digest_moment_after(&wish, zone, seen);
        if (moment > 0 && moment <= now)
                r = enter_moments(store, &reader, &wish, zone, moment, now);
        return r != 0 ? r : digest_index_set(store, contact, digest_moment_after(&wish, zone, now), now);
}

static int process(Store *store, const Config *config, usec_t now, bool *ret_more)
{
        int64_t contact;
        usec_t moment, seen;
        int r = digest_index_due(store, now, &contact, &moment, &seen);
        *ret_more = r == 0 && contact != 0;
        return *ret_more ? process_contact(store, config, contact, moment, seen, now) : r;
}

typedef struct DigestAttempt {
        Store *store;
        const Config *config;
        usec_t now;
        bool *more;
} DigestAttempt;

static int process_attempt(void *userdata)
{
        const DigestAttempt *attempt = userdata;
        return process(attempt->store, attempt->config, attempt->now, attempt->more);
}

int digest_process(Store *store, const Config *config, usec_t now, bool *ret_more)
{
        DigestAttempt attempt = { store, config, now, ret_more };
        usec_t next;
        *ret_more = false;
        int r = digest_index_next(store, &next);
        return r != 0 || next > now ? r : store_write(store, process_attempt, &attempt);
}

static int process_some(const DueWork *work)
{
        bool more = true;
        int r = 0;
        for (int i = 0; r == 0 && more && i < CONTACTS_AT_ONCE; i++)
                r = digest_process(work->store, work->config, work->now, &more);
        return r;
}

static int rewind_all(Store *store, usec_t now, int64_t *ret_n)
{
        *ret_n = 0;
        return digest_index_rewind(store, now);
}

/* Marks all digest times to be derived again. A change of the leads does not affect digests. */
static int reset(Store *store, bool of_leads, usec_t now)
{
        return of_leads ? 0 : digest_index_reset(store, now);
}

const DueSource digest_source = {
        .name = "digests",
        .next = digest_index_next,
        .process = process_some,
        .rewind = rewind_all,
        .reset = reset,
};

typedef struct Build {
        Store *store;
        const Config *config;
        int64_t contact;
        const Card *card;
        usec_t from, to;
        const EventItem *whole; /* only the parts of this event; NULL for all events */
        const char *calendars;  /* only events of these calendars, ",events,"; NULL for all */
        Digest *digest;
} Build;

/* A contact that is listed for an event, or for the event that this one is a part of. */
typedef struct Found {
        const char *uid; /* of the event */
        int64_t contact;
        PublishAudience audience; /* the widest of all its listings for the event itself */
} Found;

static int on_subscription(const Subscription *subscription, void *userdata)
{
        Found *found = userdata;
        found->contact = subscription->contact;
        if (!subscription_is_of_whole(subscription, found->uid))
                audience_widen(subscription->scope, subscription->origin, &found->audience);
        return 0;
}

/* Whether the contact is listed for the event, may see it and has not refused it. */
static int is_wanted(
                const Build *build, const ObjectRecord *record, PublishAudience *ret_audience, bool *ret)
{
        Found found = { record->uid, 0, PUBLISH_PUBLIC };
        MailReason why_not = MAIL_REASON_NONE;
        int r = subscription_matching_contact(build->store, record->uid, record->parent, record->categories,
                        record->collection, build->contact, on_subscription, &found);
        *ret_audience = found.audience;
        *ret = r == 0 && found.contact == build->contact &&
               publish_is_visible(found.audience, event_class_of(record->class));
        if (*ret)
                r = consent_why_not(build->store, build->contact, build->card, record->uid, &why_not);
        *ret = *ret && !why_not;
        return r;
}

static int add_entry(DigestText *text, const DigestSource *source, const Occurrence *occurrence)
{
        if (text->n == DIGEST_ENTRIES_MAX) {
                text->n_more++;
                return 0;
        }
        DigestEntry *entries = array_grow(text->entries, text->n, sizeof(*entries));
        if (!entries)
                return -ENOMEM;
        text->entries = entries;
        entries[text->n++] = (DigestEntry){ { source->event, source->record, NULL, source->audience },
                *occurrence };
        return 0;
}

static bool is_told(const DigestSource *source, const Occurrence *occurrence)
{
        const EventItem item = { source->event, source->record, occurrence, source->audience };
        return occurrence->status != EVENT_CANCELLED && !event_item_is_hidden(&item);
}

/* Whether an instance begins when the whole ends. One without a duration belongs to the whole. */
static bool is_after_whole(const Build *build, const Occurrence *occurrence)
{
        return build->whole && occurrence->start_usec >= build->whole->occurrence->end_usec &&
               occurrence->end_usec > occurrence->start_usec;
}

static int add_occurrences(const Build *build, const DigestSource *source)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        int r = occurrences_new(source->event, build->config->time_zone, build->from, build->to, &iterator);
        for (int i = 0; r == 0 && i < OCCURRENCES_MAX; i++) {
                Occurrence occurrence;
                r = occurrences_next(iterator, &occurrence);
                if (r == 0 && is_told(source, &occurrence) && !is_after_whole(build, &occurrence))
                        r = add_entry(&build->digest->text, source, &occurrence);
        }
        return r == OCCURRENCE_END ? 0 : r;
}

/*
 * Adds an event to the digest. If the event cannot be parsed, @ret->event is NULL. The record is read again,
 * because the record that the callback gets is freed after the call.
 */
static int add_source(Digest *digest, Store *store, int64_t object, DigestSource *ret)
{
        DigestSource *sources = array_grow(digest->sources, digest->n_sources, sizeof(*sources));
        if (!sources)
                return -ENOMEM;
        digest->sources = sources;
        DigestSource *source = &sources[digest->n_sources];
        *source = (DigestSource){ 0 };
        int r = object_get_by_id(store, object, &source->record);
        if (r != 0)
                return r;
        digest->n_sources++;
        r = event_parse(store_zones(store), source->record->text, source->record->len, &source->event, NULL);
        *ret = *source;
        return r == EVENT_E_INVALID ? 0 : r;
}

/* Whether an event is to be collected: a part of build->whole, or any event if that is NULL. */
static bool is_in_whole(const Build *build, const ObjectRecord *record)
{
        const ObjectRecord *whole = build->whole ? build->whole->record : NULL;
        return !whole || (record->start >= whole->start && record->end <= whole->end &&
                                         strcmp(record->parent, whole->uid) == 0);
}

static int on_event(const ObjectRecord *record, void *userdata)
{
        const Build *build = userdata;
        DigestSource source;
        PublishAudience audience;
        bool wanted;
        if (!is_in_whole(build, record) || !collection_is_listed(build->calendars, record->collection))
                return 0;
        int r = is_wanted(build, record, &audience, &wanted);
        if (r != 0 || !wanted)
                return r;
        r = add_source(build->digest, build->store, record->id, &source);
        source.audience = audience;
        if (r != 0 || !source.event || event_status(source.event) == EVENT_CANCELLED)
                return r;
        return add_occurrences(build, &source);
}

static int compare_entries(const void *a, const void *b)
{
        const DigestEntry *one = a, *other = b;
        usec_t first = one->occurrence.start_usec, second = other->occurrence.start_usec;
        return first != second ? (first > second) - (first < second)
                               : strcmp(one->item.record->uid, other->item.record->uid);
}

static int collect(Build *build)
{
        DigestText *text = &build->digest->text;
        const ObjectFilter filter = {
                .parent = build->whole ? build->whole->record->uid : NULL,
                .kinds = 1U << OBJECT_EVENT,
                .from = build->from,
                .to = build->to,
        };
        int r = build->from < build->to ? object_each_readable(build->store, &filter, on_event, NULL, build)
                                        : 0;
        if (r == 0 && text->n > 0)
                qsort(text->entries, text->n, sizeof(*text->entries), compare_entries);
        for (size_t i = 0; i < text->n; i++)
                text->entries[i].item.occurrence = &text->entries[i].occurrence;
        return r;
}

int digest_build(Store *store, const Config *config, int64_t contact, const Card *card, usec_t moment,
                usec_t now, Digest *ret)
{
        const Zone *zone = config->time_zone;
        const char *name = card_zone_name(card);
        DigestWish wish = card_digest(card);
        if (name && zone_table_get(store_zones(store), name, &zone) != 0)
                zone = config->time_zone;
        ret->text.first = zone_to_civil(zone, seconds_of(moment));
        int64_t last = day_of(&ret->text.first) +
                       (wish.period == DIGEST_WEEKLY ? DAYS_OF_WEEKLY : DAYS_OF_DAILY) - 1;
        ret->text.last = civil_from_days(last);
        Build build = {
                .store = store,
                .config = config,
                .contact = contact,
                .card = card,
                .from = now,
                .to = at_day(zone, last + 1, 0),
                .digest = ret,
        };
        return collect(&build);
}

int digest_parts(Store *store, const Config *config, int64_t contact, const Card *card,
                const EventItem *whole, const char *calendars, usec_t now, Digest *ret)
{
        const Occurrence *occurrence = whole->occurrence;
        Build build = {
                .store = store,
                .config = config,
                .contact = contact,
                .card = card,
                .from = occurrence->start_usec > now ? occurrence->start_usec : now,
                .to = occurrence->end_usec + 1, /* a part without a duration may begin at the end */
                .whole = whole,
                .calendars = calendars,
                .digest = ret,
        };
        return collect(&build);
}

void digest_done(Digest *digest)
{
        for (size_t i = 0; i < digest->n_sources; i++) {
                object_record_free(digest->sources[i].record);
                event_free(digest->sources[i].event);
        }
        free(digest->sources);
        free(digest->text.entries);
        *digest = (Digest){ 0 };
}
