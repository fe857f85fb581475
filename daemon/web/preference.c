#include "web/preference.h"

#include "base/array.h"
#include "base/text.h"
#include "calendar/redact.h"
#include "store/address.h"
#include "store/audience.h"

#include <errno.h>
#include <string.h>

enum { NAME_MAX_BYTES = 16 * 1024 * 1024 };

void preference_done(Preference *preference)
{
        for (size_t i = 0; i < preference->n_listings; i++) {
                free(preference->listings[i].target);
                free(preference->listings[i].leads);
                free(preference->listings[i].name);
        }
        for (size_t i = 0; i < preference->n_muted; i++) {
                free(preference->muted[i].uid);
                free(preference->muted[i].name);
        }
        for (size_t i = 0; i < preference->n_muted_kinds; i++)
                free(preference->muted_kinds[i]);
        free(preference->listings);
        free(preference->muted);
        free(preference->muted_kinds);
        free(preference->event_name);
        card_free(preference->card);
        object_record_free(preference->record);
        object_record_free(preference->event);
        mail_record_free(preference->mail);
        store_close(preference->store);
        page_view_done(&preference->view);
}

/*
 * A link in a mail to an earlier address of the contact is no longer valid, because another person may
 * read that mail.
 */
int preference_find(Preference *preference, const char *token)
{
        usec_t readdressed = 0;
        int r = ledger_get_by_token(preference->store, token, &preference->mail);
        if (r == 0)
                r = address_changed(preference->store, preference->mail->contact, &readdressed);
        return r != 0 || preference->mail->updated >= readdressed ? r : STORE_E_NOT_FOUND;
}

static int add_listing(const Subscription *subscription, void *userdata)
{
        Preference *preference = userdata;
        Listing *listings = array_grow(
                        preference->listings, preference->n_listings, sizeof(*preference->listings));
        if (!listings)
                return -ENOMEM;
        preference->listings = listings;
        Listing *listing = &listings[preference->n_listings++];
        *listing = (Listing){
                .scope = subscription->scope,
                .origin = subscription->origin,
                .target = strdup(subscription->target),
                .leads = strdup(subscription->leads),
        };
        return listing->target && listing->leads ? 0 : -ENOMEM;
}

static int add_muted(const char *uid, void *userdata)
{
        Preference *preference = userdata;
        MutedEvent *muted = array_grow(preference->muted, preference->n_muted, sizeof(*preference->muted));
        if (!muted)
                return -ENOMEM;
        preference->muted = muted;
        muted[preference->n_muted++] = (MutedEvent){ .uid = strdup(uid) };
        return muted[preference->n_muted - 1].uid ? 0 : -ENOMEM;
}

static int add_muted_kind(const char *kind, void *userdata)
{
        Preference *preference = userdata;
        char **kinds = array_grow(preference->muted_kinds, preference->n_muted_kinds, sizeof(*kinds));
        if (!kinds)
                return -ENOMEM;
        preference->muted_kinds = kinds;
        kinds[preference->n_muted_kinds++] = strdup(kind);
        return kinds[preference->n_muted_kinds - 1] ? 0 : -ENOMEM;
}

/*
 * Copies the name as the mails to the contact show it. If the contact may not see the event, *ret is not
 * set.
 */
static int copy_name(const Preference *preference, const ObjectRecord *record, char **ret)
{
        CLEANUP(buffer_done) Buffer cut = BUFFER_INIT(NAME_MAX_BYTES);
        PublishAudience audience = PUBLISH_PUBLIC;
        EventClass class = event_class_of(record->class);
        int r = audience_of(preference->store, preference->mail->contact, record->id, &audience);
        if (r != 0 || !publish_is_visible(audience, class))
                return r;
        const char *name = class == EVENT_CONFIDENTIAL ? preference->view.strings->busy : record->name;
        bool is_cut = audience == PUBLISH_PUBLIC && redact_text(name, strlen(name), &cut);
        if (buffer_error(&cut) < 0)
                return buffer_error(&cut);
        *ret = strdup(is_cut ? buffer_text(&cut) : name);
        return *ret ? 0 : -ENOMEM;
}

static int load_name(const Preference *preference, const char *uid, char **ret)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = object_find(preference->store, uid, &record);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        return copy_name(preference, record, ret);
}

static int load_names(Preference *preference)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < preference->n_listings; i++)
                if (preference->listings[i].scope == SUBSCRIBE_EVENT)
                        r = load_name(preference, preference->listings[i].target,
                                        &preference->listings[i].name);
        for (size_t i = 0; r == 0 && i < preference->n_muted; i++)
                r = load_name(preference, preference->muted[i].uid, &preference->muted[i].name);
        return r;
}

static int load_contact(Preference *preference)
{
        int64_t id = preference->mail->contact;
        int r = object_get_by_id(preference->store, id, &preference->record);
        if (r == 0)
                r = card_parse(preference->record->text, preference->record->len, &preference->card, NULL);
        if (r == CARD_E_INVALID)
                return STORE_E_NOT_FOUND;
        if (r == 0 && card_language(preference->card))
                r = page_view_suggest_language(
                                &preference->view, text_language(card_language(preference->card), NULL));
        return r != 0 ? r : contact_stopped(preference->store, id, &preference->is_stopped);
}

static int load_event(Preference *preference)
{
        if (!preference->mail->uid[0])
                return 0;
        int r = object_get_by_id(preference->store, preference->mail->object, &preference->event);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        return copy_name(preference, preference->event, &preference->event_name);
}

int preference_load(Preference *preference)
{
        Store *store = preference->store;
        int64_t contact = preference->mail->contact;
        int r = load_contact(preference);
        if (r == 0)
                r = load_event(preference);
        if (r == 0)
                r = subscription_each(store, contact, add_listing, preference);
        if (r == 0)
                r = mute_each(store, contact, add_muted, preference);
        if (r == 0)
                r = mute_kind_each(store, contact, add_muted_kind, preference);
        return r == 0 ? load_names(preference) : r;
}

const Listing *preference_listing(const Preference *preference, SubscriptionScope scope, const char *target)
{
        for (size_t i = 0; i < preference->n_listings; i++)
                if (preference->listings[i].scope == scope &&
                                strcmp(preference->listings[i].target, target) == 0)
                        return &preference->listings[i];
        return NULL;
}

bool preference_is_muted(const Preference *preference, const char *uid)
{
        for (size_t i = 0; i < preference->n_muted; i++)
                if (strcmp(preference->muted[i].uid, uid) == 0)
                        return true;
        return false;
}

bool preference_is_kind_muted(const Preference *preference, const char *kind)
{
        for (size_t i = 0; i < preference->n_muted_kinds; i++)
                if (strcmp(preference->muted_kinds[i], kind) == 0)
                        return true;
        return false;
}

bool preference_has_lead(const char *leads, const char *lead)
{
        size_t len = strlen(lead);
        for (const char *at = leads;; at++) {
                size_t end = strcspn(at, ",");
                if (end == len && strncmp(at, lead, len) == 0)
                        return true;
                at += end;
                if (!*at)
                        return false;
        }
}

/* Whether the contact is listed for all events or for a calendar. */
static bool is_wide(const Preference *preference)
{
        for (size_t i = 0; i < preference->n_listings; i++)
                if (preference->listings[i].scope == SUBSCRIBE_ALL ||
                                preference->listings[i].scope == SUBSCRIBE_CALENDAR)
                        return true;
        return false;
}

bool preference_gets_kind(const Preference *preference, const char *kind)
{
        return !preference_is_kind_muted(preference, kind) &&
               (is_wide(preference) || preference_listing(preference, SUBSCRIBE_KIND, kind));
}

int preference_refuse(Preference *preference, WebWord word)
{
        preference->refusal = web_word(preference->view.strings, word);
        return PREFERENCE_E_REFUSED;
}
