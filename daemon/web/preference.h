#pragma once

/*
 * Inside of web/ only: what a contact may choose by the link in its mails, looked up by the link's token; the page that shows it, and what
 * its forms do. The token is the capability: whoever has the mail may choose.
 */

#include "contact/card.h"
#include "http/request.h"
#include "store/ledger.h"
#include "store/object.h"
#include "store/optout.h"
#include "store/subscription.h"
#include "web/page.h"

/** What the contact is listed for. */
typedef struct Listing {
        SubscriptionScope scope;
        char *target; /* as in Subscription */
        char *leads;
        char *name; /* of an event; NULL when it is gone, and of everything else */
} Listing;

/** An event that it wants no mail about. */
typedef struct MutedEvent {
        char *uid;
        char *name; /* NULL when it is gone */
} MutedEvent;

typedef struct Preference {
        Store *store;
        PageView view;
        usec_t now;
        MailRecord *mail;
        ObjectRecord *event; /* that the mail was about; NULL when it was deleted, and of a mail about none */
        ObjectRecord *record; /* of the contact */
        Card *card;
        Listing *listings;
        size_t n_listings;
        MutedEvent *muted;
        size_t n_muted;
        char **muted_kinds;
        size_t n_muted_kinds;
        bool is_stopped;
        const char *refusal; /* for PREFERENCE_E_REFUSED: a sentence, static */
} Preference;

enum {
        PREFERENCE_E_REFUSED = 201, /* a form asked for what cannot be */
        PREFERENCE_LEADS_MAX = 16,  /* of one listing */
};

/** preference_find() - whose link it is. STORE_E_NOT_FOUND: nobody's. preference_load() - everything else. preference_done() in any case. */
int preference_find(Preference *preference, const char *token);
int preference_load(Preference *preference);
void preference_done(Preference *preference);

const Listing *preference_listing(const Preference *preference, SubscriptionScope scope, const char *target);
bool preference_is_muted(const Preference *preference, const char *uid);
bool preference_is_kind_muted(const Preference *preference, const char *kind);

/** preference_gets_kind() - whether mails about events of a kind come, as far as its listings go; preference_is_wide() - it is listed for more than kinds and single events. */
bool preference_gets_kind(const Preference *preference, const char *kind);
bool preference_is_wide(const Preference *preference);

/** preference_write() - append the page; @notice is a sentence above all else, plain, or NULL. */
void preference_write(Buffer *out, const Preference *preference, const char *notice);

/** The parts of the page in web/preference-forms.c. */
void preference_write_listings(Buffer *out, const Preference *preference);
void preference_write_kinds(Buffer *out, const Preference *preference);
void preference_write_delivery(Buffer *out, const Preference *preference);

/** What a form of the page did. */
typedef struct PreferenceAction {
        const char *field, *value; /* of the form */
        int (*act)(Preference *preference, HttpRequest *request);
        const char *done; /* [a-z-]+, in the address of the page that is shown next */
        WebWord done_text;
} PreferenceAction;

/** preference_action() - what a POST asks for; NULL for nothing known. preference_done_text() - the sentence of PreferenceAction.done; NULL for an unknown one. */
const PreferenceAction *preference_action(HttpRequest *request);
const char *preference_done_text(const PageView *view, const char *done);

/** The forms' actions in web/preference-save.c. Return: 0, PREFERENCE_E_REFUSED, a condition of the store, negative errno. */
int preference_save_leads(Preference *preference, HttpRequest *request);
int preference_save_kinds(Preference *preference, HttpRequest *request);
int preference_save_delivery(Preference *preference, HttpRequest *request);

/** preference_refuse() - PREFERENCE_E_REFUSED with its sentence. */
int preference_refuse(Preference *preference, WebWord word);
