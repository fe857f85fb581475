/* The actions of the preferences page's forms. All input is untrusted. */

#include "base/text.h"
#include "contact/edit.h"
#include "contact/preference.h"
#include "store/optout.h"
#include "web/preference.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
        TICKS_MAX = 60, /* in one list of tick boxes */
        LEADS_BYTES = TICKS_MAX * LEAD_TEXT_SIZE,
        CARD_BYTES = 2 * 1024 * 1024,
};

static const char *field(HttpRequest *request, const char *name)
{
        const char *value = http_request_form(request, name);
        return value ? value : "";
}

static const char *tick(HttpRequest *request, const char *name, size_t index)
{
        char full[32];
        snprintf(full, sizeof(full), "%s.%zu", name, index);
        return http_request_form(request, full);
}

/* ---- Leads ---- */

static size_t count_leads(const char *leads)
{
        size_t n = *leads ? 1 : 0;
        for (; *leads; leads++)
                n += *leads == ',';
        return n;
}

/*
 * Checks a new lead. A lead that the listing already has is not checked, because the office may have set it.
 */
static int check_lead(Preference *preference, const Lead *lead, const char *leads)
{
        if (lead_is_after_start(lead))
                return preference_refuse(preference, WEB_WORD(refused_lead_late));
        if (count_leads(leads) >= PREFERENCE_LEADS_MAX)
                return preference_refuse(preference, WEB_WORD(refused_leads_many));
        return 0;
}

static int add_lead(Preference *preference, const Listing *listing, const char *text, char *leads)
{
        char canonical[LEAD_TEXT_SIZE];
        Lead lead;
        if (lead_parse(text, &lead) < 0)
                return preference_refuse(preference, WEB_WORD(refused_lead));
        lead_format(&lead, canonical);
        if (preference_has_lead(leads, canonical))
                return 0;
        int r = preference_has_lead(listing->leads, canonical) ? 0 : check_lead(preference, &lead, leads);
        size_t len = strlen(leads);
        if (r == 0)
                snprintf(leads + len, LEADS_BYTES - len, "%s%s", len > 0 ? "," : "", canonical);
        return r;
}

/* Saves the leads of a listing. @boxes: what the names of the ticked boxes begin with */
static int save_leads(Preference *preference, HttpRequest *request, Listing *listing, const char *boxes)
{
        char leads[LEADS_BYTES] = "";
        const char *text;
        int r = 0;
        for (size_t i = 0; r == 0 && i < TICKS_MAX; i++)
                if ((text = tick(request, boxes, i)))
                        r = add_lead(preference, listing, text, leads);
        if (r == 0)
                r = subscription_put_own(preference->store, preference->mail->contact, listing->scope,
                                listing->target, leads, preference->now);
        if (r != 0)
                return r;
        char *copy = strdup(leads);
        if (!copy)
                return -ENOMEM;
        free(listing->leads);
        listing->leads = copy;
        return 0;
}

static Listing *find_listing(Preference *preference, const char *scope, const char *target)
{
        return (Listing *)preference_listing(preference, (SubscriptionScope)atoi(scope), target);
}

int preference_save_leads(Preference *preference, HttpRequest *request)
{
        Listing *listing = find_listing(preference, field(request, "of"), field(request, "target"));
        return listing ? save_leads(preference, request, listing, "lead")
                       : preference_refuse(preference, WEB_WORD(refused_listing));
}

/* Saves the leads of all listings of the form that still exist. */
static int save_all_leads(Preference *preference, HttpRequest *request)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < PREFERENCE_LISTINGS_MAX; i++) {
                const char *scope = tick(request, "of", i), *target = tick(request, "target", i);
                Listing *listing = scope && target ? find_listing(preference, scope, target) : NULL;
                char boxes[24];
                snprintf(boxes, sizeof(boxes), "lead.%zu", i);
                if (listing)
                        r = save_leads(preference, request, listing, boxes);
        }
        return r;
}

/* ---- Kinds ---- */

static bool is_kind_ticked(HttpRequest *request, const char *kind)
{
        for (size_t i = 0; i < TICKS_MAX; i++) {
                const char *value = tick(request, "kind", i);
                if (value && strcmp(value, kind) == 0)
                        return true;
        }
        return false;
}

static int leave(Preference *preference, SubscriptionScope scope, const char *target)
{
        int r = subscription_delete(preference->store, preference->mail->contact, scope, target);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

/*
 * Lists the contact, unless it is listed already. A contact that changes from everything to some kinds keeps
 * the leads of its listing and, if the office made that listing, the access to events.
 */
static int join(Preference *preference, SubscriptionScope scope, const char *target)
{
        const Listing *all = preference_listing(preference, SUBSCRIBE_ALL, "");
        int64_t contact = preference->mail->contact;
        if (preference_listing(preference, scope, target))
                return 0;
        return all && all->origin == SUBSCRIPTION_GIVEN
                               ? subscription_put(preference->store, contact, scope, target, all->leads,
                                                 preference->now)
                               : subscription_put_own(preference->store, contact, scope, target,
                                                 all ? all->leads : "", preference->now);
}

/*
 * Saves the tick box of a kind. @is_wide: the contact is, or will be, listed for everything or for a
 * calendar, so only an exception stops the mails about a kind.
 */
static int save_kind(Preference *preference, const char *kind, bool is_ticked, bool is_wide)
{
        int64_t contact = preference->mail->contact;
        if (is_ticked) {
                int r = mute_kind_delete(preference->store, contact, kind);
                return r != 0 || is_wide ? r : join(preference, SUBSCRIBE_KIND, kind);
        }
        int r = leave(preference, SUBSCRIBE_KIND, kind);
        return r != 0 || !is_wide ? r : mute_kind_put(preference->store, contact, kind, preference->now);
}

static bool has_calendar(const Preference *preference)
{
        for (size_t i = 0; i < preference->n_listings; i++)
                if (preference->listings[i].scope == SUBSCRIBE_CALENDAR)
                        return true;
        return false;
}

int preference_save_kinds(Preference *preference, HttpRequest *request)
{
        const Config *config = preference->view.config;
        bool wants_all = http_request_form(request, "all");
        bool is_wide = wants_all || has_calendar(preference);
        int r = 0;
        for (size_t i = 0; r == 0 && i < config->n_kinds; i++) {
                const char *kind = config->kinds[i].name;
                r = save_kind(preference, kind, is_kind_ticked(request, kind), is_wide);
        }
        if (r != 0)
                return r;
        return wants_all ? join(preference, SUBSCRIBE_ALL, "") : leave(preference, SUBSCRIBE_ALL, "");
}

/* ---- Delivery ---- */

typedef struct Delivery {
        char digest[PREFERENCE_TEXT_SIZE];
        char quiet[PREFERENCE_TEXT_SIZE];
        const char *language;
        const char *zone; /* "" for none */
} Delivery;

static int read_digest(Preference *preference, HttpRequest *request, char ret[static PREFERENCE_TEXT_SIZE])
{
        char text[64];
        DigestWish wish = { .period = DIGEST_NONE };
        const char *period = field(request, "agenda");
        int n = snprintf(text, sizeof(text), "%s@%s", period, field(request, "agenda-time"));
        if (*period && (n >= (int)sizeof(text) || digest_parse(text, &wish) < 0))
                return preference_refuse(preference, WEB_WORD(refused_digest));
        digest_format(&wish, ret);
        return 0;
}

static int read_quiet(Preference *preference, HttpRequest *request, char ret[static PREFERENCE_TEXT_SIZE])
{
        char text[64];
        QuietHours hours;
        const char *from = field(request, "quiet-from"), *to = field(request, "quiet-to");
        int n = snprintf(text, sizeof(text), "%s-%s", from, to);
        ret[0] = '\0';
        if (!*from && !*to)
                return 0;
        if (n >= (int)sizeof(text) || quiet_parse(text, &hours) < 0)
                return preference_refuse(preference, WEB_WORD(refused_quiet));
        quiet_format(&hours, ret);
        return 0;
}

static int read_language(Preference *preference, HttpRequest *request, const char **ret)
{
        Language language;
        if (page_view_find_language(field(request, "language"), &language) < 0)
                return preference_refuse(preference, WEB_WORD(refused_language));
        *ret = language_tag(language);
        return 0;
}

static int read_zone(Preference *preference, HttpRequest *request, const char **ret)
{
        const Zone *zone;
        const char *name = field(request, "own-zone-other");
        if (!*name)
                name = field(request, "own-zone");
        *ret = "";
        if (!*name)
                return 0;
        if (zone_table_get(preference->view.zones, name, &zone) != 0)
                return preference_refuse(preference, WEB_WORD(refused_zone));
        *ret = zone_name(zone);
        return 0;
}

/* Collects the properties that the form changes. A property that keeps its meaning is not rewritten. */
static size_t collect_changes(const Preference *preference, const Delivery *delivery, CardChange *changes)
{
        const Card *card = preference->card;
        char digest[PREFERENCE_TEXT_SIZE], quiet[PREFERENCE_TEXT_SIZE] = "";
        DigestWish wish = card_digest(card);
        QuietHours hours;
        const Zone *zone;
        size_t n = 0;
        const char *language = text_language(card_language(card), preference->view.config->language);
        const char *name = card_zone_name(card);
        bool known = name && zone_table_get(preference->view.zones, name, &zone) == 0;
        digest_format(&wish, digest);
        if (card_quiet(card, &hours))
                quiet_format(&hours, quiet);
        if (strcmp(digest, delivery->digest) != 0)
                changes[n++] = (CardChange){ "X-CONVENED-DIGEST", delivery->digest };
        if (strcmp(quiet, delivery->quiet) != 0)
                changes[n++] = (CardChange){ "X-CONVENED-QUIET", delivery->quiet };
        if (strcmp(language, delivery->language) != 0)
                changes[n++] = (CardChange){ "LANG", delivery->language };
        if (strcmp(known ? zone_name(zone) : "", delivery->zone) != 0)
                changes[n++] = (CardChange){ "TZ", delivery->zone };
        for (size_t i = 0; i < n; i++)
                if (!changes[i].value[0])
                        changes[i].value = NULL;
        return n;
}

/* Adds the names of the changed properties to those that the reader has chosen before. */
static int add_chosen(const Card *card, CardChange *changes, size_t n, char chosen[static CARD_CHOSEN_SIZE])
{
        int r = card_chosen(card, chosen);
        for (size_t i = 0; r == 0 && i < n; i++) {
                size_t len = strlen(chosen);
                if (!strstr(chosen, changes[i].name))
                        snprintf(chosen + len, CARD_CHOSEN_SIZE - len, "%s%s", len ? " " : "",
                                        changes[i].name);
        }
        changes[n] = (CardChange){ CARD_CHOSEN, chosen };
        return r;
}

static int write_card(Preference *preference, const CardChange *changes)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(CARD_BYTES);
        CLEANUP(card_freep) Card *card = NULL;
        ObjectOutcome outcome;
        card_edit(preference->card, changes, preference->now, &text);
        if (buffer_error(&text) < 0)
                return buffer_error(&text);
        int r = card_parse(text.data, text.len, &card, NULL);
        if (r != 0)
                return r < 0 ? r : -EBADMSG;
        return object_put_card(preference->store, card,
                        &(ObjectPut){ .collection = preference->record->collection, .now = preference->now },
                        &outcome);
}

int preference_save_delivery(Preference *preference, HttpRequest *request)
{
        Delivery delivery;
        CardChange changes[6] = { 0 };
        char chosen[CARD_CHOSEN_SIZE];
        int r = read_digest(preference, request, delivery.digest);
        if (r == 0)
                r = read_quiet(preference, request, delivery.quiet);
        if (r == 0)
                r = read_language(preference, request, &delivery.language);
        if (r == 0)
                r = read_zone(preference, request, &delivery.zone);
        size_t n = r == 0 ? collect_changes(preference, &delivery, changes) : 0;
        if (n == 0)
                return r;
        r = add_chosen(preference->card, changes, n, chosen);
        return r != 0 ? r : write_card(preference, changes);
}

/*
 * The leads are saved before the kinds. A box of a kind can remove a listing, which saving its leads would
 * add again.
 */
int preference_save(Preference *preference, HttpRequest *request)
{
        int r = save_all_leads(preference, request);
        if (r == 0)
                r = preference_save_kinds(preference, request);
        return r != 0 ? r : preference_save_delivery(preference, request);
}
