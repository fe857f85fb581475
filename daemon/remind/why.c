#include "remind/why.h"

#include "contact/preference.h"
#include "remind/consent.h"
#include "remind/due.h"
#include "remind/reader.h"
#include "store/ledger.h"
#include "store/subscription.h"

#include <stdlib.h>

/* Reminders that have no row are also named if they were due within this time before now. */
#define LOOK_BACK (60 * USEC_PER_DAY)

/* Whether the event is over: @ret is true if mails about its last occurrence are pointless. */
static int find_over(const WhyQuestion *question, bool *ret)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        Occurrence occurrence;
        *ret = question->record->end <= question->now;
        int r = *ret ? occurrences_new(question->event, question->config->time_zone,
                                       question->now - REMINDER_LATE_AFTER, USEC_INFINITY, &iterator)
                     : OCCURRENCE_END;
        while (r == 0 && *ret) {
                r = occurrences_next(iterator, &occurrence);
                *ret = r != 0 || reminder_until(&occurrence) <= question->now;
        }
        return r == OCCURRENCE_END ? 0 : r;
}

/* Whether a contact is listed for the event itself, and for the event that it is a part of. */
typedef struct Listed {
        const char *uid;
        bool is_own, is_of_whole;
} Listed;

static int on_listing(const Subscription *subscription, void *userdata)
{
        Listed *listed = userdata;
        bool is_of_whole = subscription_is_of_whole(subscription, listed->uid);
        listed->is_own = listed->is_own || !is_of_whole;
        listed->is_of_whole = listed->is_of_whole || is_of_whole;
        return 0;
}

/* Whether the contact is listed only for the event that this one is a part of. */
static int find_left_to_whole(const WhyQuestion *question, bool *ret)
{
        const ObjectRecord *record = question->record;
        Listed listed = { .uid = record->uid };
        int r = subscription_matching_contact(question->store, record->uid, record->parent,
                        record->categories, record->collection, question->contact->id, on_listing, &listed);
        *ret = listed.is_of_whole && !listed.is_own;
        return r;
}

int why_not(const WhyQuestion *question, MailReason *ret)
{
        PublishAudience audience = PUBLISH_PUBLIC;
        const ObjectRecord *record = question->record;
        const Event *event = question->event;
        int r = consent_why_not(question->store, question->contact->id, question->card, record->uid, ret);
        if (r != 0 || *ret)
                return r;
        bool is_over = false, is_left_to_whole = false;
        r = audience_of(question->store, question->contact->id, record->id, &audience);
        if (r == 0)
                r = find_over(question, &is_over);
        if (r == 0)
                r = find_left_to_whole(question, &is_left_to_whole);
        bool takes_place = !event_is_draft(event) && event_status(event) != EVENT_CANCELLED;
        *ret = !publish_is_visible(audience, event_class(event))   ? MAIL_REASON_NOT_PUBLIC
               : card_digest(question->card).period != DIGEST_NONE ? MAIL_REASON_DIGEST
               : !takes_place                                      ? MAIL_REASON_EVENT_MOVED
               : is_over                                           ? MAIL_REASON_POINTLESS
               : is_left_to_whole                                  ? MAIL_REASON_WITH_WHOLE
                                                                   : MAIL_REASON_NONE;
        return r;
}

typedef struct WhyWalk {
        const WhyQuestion *question;
        usec_t horizon;
        int (*on_reminder)(const Reminder *reminder, WhyState state, void *userdata);
        void *userdata;
} WhyWalk;

static int on_due(const Reminder *reminder, void *userdata)
{
        const WhyWalk *walk = userdata;
        usec_t now = walk->question->now;
        int64_t id = 0;
        MailState state;
        if (reminder->until <= now)
                return 0;
        int r = ledger_find(walk->question->store, reminder->key, &id, &state);
        if (r != 0 || id != 0)
                return r;
        WhyState why = reminder->fire > now                          ? WHY_TO_COME
                       : due_is_wanted(reminder, walk->horizon, now) ? WHY_DUE
                                                                     : WHY_BEFORE_START;
        return walk->on_reminder(reminder, why, walk->userdata);
}

int why_reminders_each(const WhyQuestion *question,
                int (*on_reminder)(const Reminder *reminder, WhyState state, void *userdata), void *userdata)
{
        CLEANUP(cleanup_free) char *text = NULL;
        WhyWalk walk = { question, 0, on_reminder, userdata };
        int r = store_meta_get(question->store, META_FIRST_START, &text);
        walk.horizon = text ? strtoll(text, NULL, 10) : 0;
        return r != 0 ? r
                      : due_each(question->store, question->config, question->record, question->now,
                                        question->now - LOOK_BACK, USEC_INFINITY, question->contact->id,
                                        on_due, &walk);
}
