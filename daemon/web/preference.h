#pragma once

/*
 * Private to web/: the choices that the link in a mail offers to a contact, the page that shows
 * them, and the actions of its forms. The link's token is the only credential.
 */

#include "base/conditions.h"
#include "contact/card.h"
#include "http/request.h"
#include "store/ledger.h"
#include "store/object.h"
#include "store/optout.h"
#include "store/subscription.h"
#include "web/page.h"

/** One listing of the contact. */
typedef struct Listing {
        SubscriptionScope scope;
        char *target; /* as in Subscription */
        char *leads;
        SubscriptionOrigin origin;
        char *name; /* as the contact may see it; NULL if the target is not a visible event */
} Listing;

/** An event for which the contact has stopped mail. */
typedef struct MutedEvent {
        char *uid;
        char *name; /* as the contact may see it; NULL for a deleted or hidden event */
} MutedEvent;

typedef struct Preference {
        Store *store;
        PageView view;
        usec_t now;
        MailRecord *mail;
        ObjectRecord *event;  /* of the mail; NULL if there is none or it is deleted */
        char *event_name;     /* as the contact may see it; NULL if the contact may not see `event` */
        ObjectRecord *record; /* of the contact */
        Card *card;
        Listing *listings;
        size_t n_listings;
        MutedEvent *muted;
        size_t n_muted;
        char **muted_kinds;
        size_t n_muted_kinds;
        bool is_stopped;
        const char *refusal; /* set with PREFERENCE_E_REFUSED: a sentence, static */
} Preference;

enum {
        PREFERENCE_E_REFUSED = CONDITIONS_WEB + 4, /* a form asked for something impossible */
        PREFERENCE_LEADS_MAX = 16,                 /* of one listing */
        PREFERENCE_LISTINGS_MAX = 100,             /* in the form */
};

/**
 * preference_find() - find the mail of a token. The caller has set `store`, `view` and `now`, and must call
 * preference_done() in every case.
 *
 * Return: 0, STORE_E_NOT_FOUND, another condition of the store, or negative errno.
 */
int preference_find(Preference *preference, const char *token);

/** preference_load() - load the other fields, after preference_find(). Return: as preference_find(). */
int preference_load(Preference *preference);
void preference_done(Preference *preference);

const Listing *preference_listing(const Preference *preference, SubscriptionScope scope, const char *target);
bool preference_is_muted(const Preference *preference, const char *uid);
bool preference_is_kind_muted(const Preference *preference, const char *kind);

/** preference_has_lead() - whether a comma-separated list of canonical leads has a lead */
bool preference_has_lead(const char *leads, const char *lead);

/** preference_gets_kind() - whether the contact gets mail about a kind, given its listings and exceptions */
bool preference_gets_kind(const Preference *preference, const char *kind);

/** preference_write() - append the page. @notice: a plain sentence for its top; NULL for none */
void preference_write(Buffer *out, const Preference *preference, const char *notice);

/** preference_write_form() - append the form with the choices and its button */
void preference_write_form(Buffer *out, const Preference *preference);

/** One action of the page's forms. */
typedef struct PreferenceAction {
        const char *field, *value; /* of the form */
        int (*act)(Preference *preference, HttpRequest *request);
        const char *done; /* [a-z-]+, for the address of the page that is shown next */
        WebWord done_text;
        bool is_stop; /* the action reduces mail, so the ChangeLimit does not apply */
} PreferenceAction;

/** preference_action() - the action that a POST requests; NULL for an unknown one. */
const PreferenceAction *preference_action(HttpRequest *request);

/** preference_done_text() - the sentence for a PreferenceAction.done; NULL for an unknown one. */
const char *preference_done_text(const PageView *view, const char *done);

/**
 * preference_save() - save all fields of the form that a POST has sent
 * preference_save_leads(), preference_save_kinds(), preference_save_delivery() - save one part of the fields
 *
 * Return: 0, PREFERENCE_E_REFUSED, a condition of the store, negative errno.
 */
int preference_save(Preference *preference, HttpRequest *request);
int preference_save_leads(Preference *preference, HttpRequest *request);
int preference_save_kinds(Preference *preference, HttpRequest *request);
int preference_save_delivery(Preference *preference, HttpRequest *request);

/** preference_refuse() - set the sentence of a refusal. Return: PREFERENCE_E_REFUSED. */
int preference_refuse(Preference *preference, WebWord word);
