/*
 * The mail after a confirmation. It names what the contact is listed for when the mail is composed, so
 * the row stores no listing. It does not repeat parked mails: their occurrences go into the next reminder.
 */

#include "letter/compose-welcome.h"
#include "remind/consent.h"
#include "remind/mails-internal.h"
#include "store/audience.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* One listing that is named. */
typedef struct WelcomeEntry {
        SubscriptionScope scope;
        char *target;
        ObjectRecord *record; /* this and the members below are set for SUBSCRIBE_EVENT only */
        Event *event;
        Occurrence whole; /* all zero: `item` is about the event as a whole */
        EventItem item;
} WelcomeEntry;

typedef struct Welcome {
        Job *job;
        WelcomeEntry *entries[WELCOME_LISTINGS_MAX + 1];
        LetterListing listings[WELCOME_LISTINGS_MAX + 1];
        size_t n;
} Welcome;

static WelcomeEntry *entry_free(WelcomeEntry *entry)
{
        free(entry->target);
        event_free(entry->event);
        object_record_free(entry->record);
        free(entry);
        return NULL;
}
DEFINE_CLEANUP(WelcomeEntry, entry_freep, entry_free)

static void welcome_done(Welcome *welcome)
{
        for (size_t i = 0; i < welcome->n; i++)
                entry_free(welcome->entries[i]);
}

/*
 * Loads the event of a listing.
 * Return: 0, STORE_E_NOT_FOUND if the contact will get no mail about the event, another condition of the
 * store, or negative errno.
 */
static int load_event(Job *job, WelcomeEntry *entry)
{
        MailReason refusal = MAIL_REASON_NONE;
        int r = object_find(job->store, entry->target, &entry->record);
        if (r == 0 && entry->record->end <= job->now)
                return STORE_E_NOT_FOUND;
        if (r == 0)
                r = consent_why_not(job->store, job->mail->contact, job->contact, entry->target, &refusal);
        if (r == 0)
                r = refusal ? STORE_E_NOT_FOUND
                            : event_parse(store_zones(job->store), entry->record->text, entry->record->len,
                                              &entry->event, NULL);
        entry->item = (EventItem){ entry->event, entry->record, &entry->whole, PUBLISH_PUBLIC };
        if (r == 0)
                r = audience_of(job->store, job->mail->contact, entry->record->id, &entry->item.audience);
        if (r == 0)
                r = event_item_is_hidden(&entry->item)
                                    ? STORE_E_NOT_FOUND
                                    : job_rests_on(job, entry->record->id, entry->record->change);
        return r == EVENT_E_INVALID ? STORE_E_NOT_FOUND : r;
}

static int on_listing(const Subscription *subscription, void *userdata)
{
        Welcome *welcome = userdata;
        CLEANUP(entry_freep) WelcomeEntry *entry = calloc(1, sizeof(*entry));
        bool is_event = subscription->scope == SUBSCRIBE_EVENT;
        if (welcome->n > WELCOME_LISTINGS_MAX)
                return 0;
        if (!entry || !(entry->target = strdup(subscription->target)))
                return -ENOMEM;
        entry->scope = subscription->scope;
        int r = is_event ? load_event(welcome->job, entry) : 0;
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        welcome->listings[welcome->n] =
                        (LetterListing){ entry->scope, entry->target, is_event ? &entry->item : NULL };
        welcome->entries[welcome->n++] = TAKE_PTR(entry);
        return 0;
}

int mails_make_welcome(Job *job, Buffer *out)
{
        CLEANUP(welcome_done) Welcome welcome = { .job = job };
        const LetterOptions options = making_letter_options(job);
        int r = subscription_each(job->store, job->mail->contact, on_listing, &welcome);
        if (r == 0 && welcome.n == 0)
                return job_close(job, MAIL_CANCELLED, MAIL_REASON_NOTHING_TO_TELL);
        return r == 0 && out ? compose_welcome(welcome.listings, welcome.n, &options, out) : r;
}
