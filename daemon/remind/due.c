#include "remind/due.h"

#include "contact/card.h"
#include "store/alarm.h"
#include "store/subscription.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
        LEADS_MAX = 32,       /* of one contact for one event; more are not looked at */
        CONTACTS_BATCH = 200, /* one transaction, so that a large fan-out never holds the loop for long */
        WALK_MAX = 1000,      /* occurrences of one event that are looked at in one go */
};

#define REASON_OVERTAKEN "overtaken by a nearer reminder"

/* How one contact is reminded of one event. */
typedef struct Listing {
        int64_t contact;
        SubscriptionScope scope; /* the most particular one so far */
        Lead leads[LEADS_MAX];
        size_t n_leads;
        bool own_leads; /* from the subscription: they replace the event's and the kind's */
} Listing;

typedef struct Listings {
        Listing *items; /* CONTACTS_BATCH + 1 of them */
        size_t n;
} Listings;

/* What every step needs to know. */
typedef struct DueContext {
        Store *store;
        const Config *config;
        const ObjectRecord *record;
        const Event *event;
        const Zone *zone; /* where the event's dates live */
        Digest *digest;
} DueContext;

static void add_lead(Lead *leads, size_t *n, const Lead *lead)
{
        char text[LEAD_TEXT_SIZE], other[LEAD_TEXT_SIZE];
        lead_format(lead, text);
        for (size_t i = 0; i < *n; i++) {
                lead_format(&leads[i], other);
                if (strcmp(text, other) == 0)
                        return;
        }
        if (*n < LEADS_MAX)
                leads[(*n)++] = *lead;
}

/* The more particular rule replaces the more general one: the subscription's leads, else the event's own alarms, else the kind's. */
static void default_leads(const DueContext *context, Listing *listing)
{
        Lead lead;
        for (size_t i = 0; event_alarm(context->event, i, &lead); i++)
                add_lead(listing->leads, &listing->n_leads, &lead);
        const char *category;
        for (size_t i = 0; listing->n_leads == 0 && (category = event_category(context->event, i)); i++) {
                const ConfigKind *kind = config_kind(context->config, category);
                for (size_t k = 0; kind && k < kind->n_remind; k++)
                        add_lead(listing->leads, &listing->n_leads, &kind->remind[k]);
        }
}

static void parse_leads(const char *text, Listing *listing)
{
        char copy[LEADS_MAX * LEAD_TEXT_SIZE], *rest = copy, *word;
        snprintf(copy, sizeof(copy), "%s", text);
        while ((word = strsep(&rest, ","))) {
                Lead lead;
                if (lead_parse(word, &lead) == 0)
                        add_lead(listing->leads, &listing->n_leads, &lead);
        }
}

/* From the general to the particular. */
static int scope_rank(SubscriptionScope scope)
{
        static const int ranks[] = {
                [SUBSCRIBE_ALL] = 1,
                [SUBSCRIBE_CALENDAR] = 2,
                [SUBSCRIBE_KIND] = 3,
                [SUBSCRIBE_EVENT] = 4,
        };
        return (size_t)scope < sizeof(ranks) / sizeof(ranks[0]) ? ranks[scope] : 0;
}

static int on_subscription(const Subscription *subscription, void *userdata)
{
        Listings *listings = userdata;
        Listing *last = listings->n ? &listings->items[listings->n - 1] : NULL;
        if (!last || last->contact != subscription->contact) {
                last = &listings->items[listings->n++];
                *last = (Listing){ .contact = subscription->contact };
        }
        if (scope_rank(subscription->scope) < scope_rank(last->scope))
                return 0;
        last->scope = subscription->scope;
        last->own_leads = subscription->leads[0] != '\0';
        last->n_leads = 0;
        parse_leads(subscription->leads, last);
        return 0;
}

/* What of an occurrence goes into the key: wall clock and zone, so that a new tzdata does not fire again. */
typedef struct Place {
        char start[128], recurrence[128], rule[LEAD_TEXT_SIZE];
} Place;

static void start_text(const When *start, char *ret, size_t size)
{
        char wall[17];
        when_format(start, wall);
        snprintf(ret, size, "%s%s%s", wall, start->form == WHEN_ZONED ? " " : "",
                        start->form == WHEN_ZONED ? zone_name(start->zone) : "");
}

/* A lead at a fixed moment belongs to the whole series: it must not fire again for each occurrence. */
static void place_of(const Event *event, const Occurrence *occurrence, const Lead *lead, Place *ret)
{
        When first = event_start(event);
        start_text(lead->absolute ? &first : &occurrence->start, ret->start, sizeof(ret->start));
        ret->recurrence[0] = '\0';
        if (!lead->absolute && occurrence->recurrence_id.form != WHEN_NONE)
                start_text(&occurrence->recurrence_id, ret->recurrence, sizeof(ret->recurrence));
        lead_format(lead, ret->rule);
}

static void make_key(const DueContext *context, const Occurrence *occurrence, const char *contact_uid,
                Reminder *reminder)
{
        Place place;
        place_of(context->event, occurrence, &reminder->lead, &place);
        const char *fields[] = { "reminder", context->record->uid, place.recurrence, place.start, place.rule,
                contact_uid };
        for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
                digest_field(context->digest, fields[i]);
        digest_finish(context->digest, reminder->key);
}

/* One contact with all that decides when it is reminded. */
typedef struct Reader {
        const Listing *listing;
        ObjectRecord *record;
        Card *card;
        const Zone *zone; /* NULL: the event's */
} Reader;

static void reader_done(Reader *reader)
{
        object_record_free(reader->record);
        card_free(reader->card);
}

static int reader_load(const DueContext *context, const Listing *listing, Reader *ret)
{
        CLEANUP(reader_done) Reader reader = { .listing = listing };
        int r = object_get_by_id(context->store, listing->contact, &reader.record);
        if (r != 0)
                return r;
        r = card_parse(reader.record->text, reader.record->len, &reader.card, NULL);
        if (r != 0)
                return r < 0 ? r : STORE_E_NOT_FOUND;
        const char *zone = card_zone_name(reader.card);
        if (zone && zone_table_get(store_zones(context->store), zone, &reader.zone) != 0)
                reader.zone = NULL;
        *ret = reader;
        reader = (Reader){ 0 };
        return 0;
}

typedef struct Walk {
        usec_t from;  /* occurrences that ended before are left out */
        usec_t until; /* fires after it end the walk */
        int (*on_fire)(const DueContext *context, const Reader *reader, const Reminder *reminders, size_t n,
                        void *userdata);
        void *userdata;
} Walk;

static size_t fires_of(
                const DueContext *context, const Reader *reader, const Occurrence *occurrence, Reminder *ret)
{
        const Listing *listing = reader->listing;
        for (size_t i = 0; i < listing->n_leads; i++) {
                Reminder *reminder = &ret[i];
                *reminder = (Reminder){
                        .event = context->event,
                        .record = context->record,
                        .occurrence = occurrence,
                        .contact = listing->contact,
                        .lead = listing->leads[i],
                        .fire = lead_fire(&listing->leads[i], &occurrence->start, &occurrence->end,
                                        context->zone, reader->zone),
                };
                make_key(context, occurrence, reader->record->uid, reminder);
        }
        return listing->n_leads;
}

static bool all_after(const Reminder *reminders, size_t n, usec_t moment)
{
        for (size_t i = 0; i < n; i++)
                if (reminders[i].fire <= moment && !reminders[i].lead.absolute)
                        return false;
        return true;
}

/*
 * Occurrences come in order, and a lead is the same for each: once all leads of one fire after `until`, those of every later one do. That
 * last occurrence is still shown, for its fires are the next ones.
 */
static int walk_occurrences(const DueContext *context, const Reader *reader, const Walk *walk)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        int r = occurrences_new(
                        context->event, context->config->time_zone, walk->from, USEC_INFINITY, &iterator);
        for (int i = 0; r == 0 && i < WALK_MAX; i++) {
                Occurrence occurrence;
                r = occurrences_next(iterator, &occurrence);
                if (r != 0)
                        break;
                if (occurrence.status == EVENT_CANCELLED)
                        continue;
                Reminder reminders[LEADS_MAX];
                size_t n = fires_of(context, reader, &occurrence, reminders);
                r = walk->on_fire(context, reader, reminders, n, walk->userdata);
                if (r != 0 || all_after(reminders, n, walk->until))
                        return r;
        }
        return r == OCCURRENCE_END ? 0 : r;
}

static int walk_contact(const DueContext *context, Listing *listing, const Walk *walk)
{
        if (!listing->own_leads)
                default_leads(context, listing);
        if (listing->n_leads == 0)
                return 0;
        CLEANUP(reader_done) Reader reader = { 0 };
        int r = reader_load(context, listing, &reader);
        if (r == STORE_E_NOT_FOUND)
                return 0;
        return r != 0 ? r : walk_occurrences(context, &reader, walk);
}

/* Contacts behind @after in one batch; @ret_last is 0 when there are no more behind it. */
static int walk_batch(
                const DueContext *context, int64_t after, int64_t only, const Walk *walk, int64_t *ret_last)
{
        CLEANUP(cleanup_free) Listing *items = calloc(CONTACTS_BATCH + 1, sizeof(*items));
        if (!items)
                return -ENOMEM;
        Listings listings = { .items = items };
        const ObjectRecord *record = context->record;
        int limit = only ? 1 : CONTACTS_BATCH;
        int r = subscription_matching(context->store, record->uid, record->categories, record->collection,
                        only ? only - 1 : after, limit, on_subscription, &listings);
        *ret_last = !only && listings.n >= (size_t)limit ? items[listings.n - 1].contact : 0;
        for (size_t i = 0; r == 0 && i < listings.n; i++)
                if (!only || items[i].contact == only)
                        r = walk_contact(context, &items[i], walk);
        return r;
}

static void context_done(DueContext *context)
{
        digest_free(context->digest);
        event_free((Event *)context->event);
}

/* STORE_E_NOT_FOUND when there is nothing to remind of: a draft, or a cancelled event. */
static int context_init(Store *store, const Config *config, const ObjectRecord *record, DueContext *ret)
{
        Event *event = NULL;
        int r = event_parse(store_zones(store), record->text, record->len, &event, NULL);
        if (r != 0)
                return r < 0 ? r : STORE_E_NOT_FOUND;
        if (event_is_draft(event) || event_status(event) == EVENT_CANCELLED) {
                event_free(event);
                return STORE_E_NOT_FOUND;
        }
        Digest *digest = digest_new();
        if (!digest) {
                event_free(event);
                return -ENOMEM;
        }
        *ret = (DueContext){
                .store = store,
                .config = config,
                .record = record,
                .event = event,
                .zone = event_zone(event, config->time_zone),
                .digest = digest,
        };
        return 0;
}

typedef struct EachState {
        usec_t after, until;
        int (*on_reminder)(const Reminder *reminder, void *userdata);
        void *userdata;
} EachState;

static int on_fire_each(const DueContext *context, const Reader *reader, const Reminder *reminders, size_t n,
                void *userdata)
{
        (void)context;
        (void)reader;
        const EachState *state = userdata;
        int r = 0;
        for (size_t i = 0; r == 0 && i < n; i++)
                if (reminders[i].fire > state->after && reminders[i].fire <= state->until)
                        r = state->on_reminder(&reminders[i], state->userdata);
        return r;
}

int due_each(Store *store, const Config *config, const ObjectRecord *record, usec_t after, usec_t until,
                int64_t contact, int (*on_reminder)(const Reminder *reminder, void *userdata),
                void *userdata)
{
        CLEANUP(context_done) DueContext context = { 0 };
        int r = context_init(store, config, record, &context);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        EachState state = { after, until, on_reminder, userdata };
        Walk walk = { .from = after, .until = until, .on_fire = on_fire_each, .userdata = &state };
        int64_t last = 0;
        do
                r = walk_batch(&context, last, contact, &walk, &last);
        while (r == 0 && last != 0);
        return r;
}

/* A mailbox's name beyond ASCII needs SMTPUTF8 (RFC 6531) all the way, which libcurl asks for but few servers have. */
static bool is_ascii_mailbox(const char *address)
{
        for (const char *c = address; *c && *c != '@'; c++)
                if ((unsigned char)*c >= 0x80)
                        return false;
        return true;
}

int due_why_not(Store *store, int64_t contact, const Card *card, const char *uid, const char **ret)
{
        bool stopped = false, muted = false;
        int r = contact_stopped(store, contact, &stopped);
        if (r == 0)
                r = mute_has(store, contact, uid, &muted);
        const char *address = card_email(card);
        if (r == 0)
                *ret = card_reminders_off(card)     ? "the contact's card says X-CONVENED-REMINDERS:OFF"
                       : !address                   ? "the contact has no mail address"
                       : !is_ascii_mailbox(address) ? "the name of the contact's mailbox is not ASCII, "
                                                      "which mail servers do not take"
                       : stopped                    ? "the contact wants no mail"
                       : muted                      ? "the contact wants no mail about this event"
                                                    : NULL;
        return r;
}

typedef struct ProcessState {
        usec_t now, horizon, next;
} ProcessState;

/* @reason NULL: it is to go; else the row is only there to say why it does not. */
static int enter(const DueContext *context, const Reminder *reminder, MailState mail_state,
                const char *reason, usec_t now)
{
        char token[TOKEN_SIZE];
        const Occurrence *occurrence = reminder->occurrence;
        Place place;
        place_of(context->event, occurrence, &reminder->lead, &place);
        int r = token_make(token);
        if (r < 0)
                return r;
        MailRecord mail = {
                .kind = "reminder",
                .contact = reminder->contact,
                .object = context->record->id,
                .uid = context->record->uid,
                .recurrence_id = place.recurrence,
                .start = place.start,
                .rule = place.rule,
                .state = mail_state,
                .due = reminder->fire,
                .next_attempt = now,
                .expires = occurrence->end_usec > occurrence->start_usec ? occurrence->end_usec
                                                                         : occurrence->start_usec,
                .message_id = "",
                .token = token,
                .reason = reason ? reason : "",
        };
        memcpy(mail.key, reminder->key, sizeof(mail.key));
        bool added;
        return ledger_add(context->store, &mail, now, &added);
}

/* Of several leads that are due and were not handled, the nearest to the event goes; the others are overtaken. */
static int enter_due(const DueContext *context, const Reader *reader, const Reminder *const *due, size_t n,
                usec_t now)
{
        const Reminder *nearest = due[0];
        for (size_t i = 1; i < n; i++)
                if (due[i]->fire > nearest->fire)
                        nearest = due[i];
        const char *reason = NULL;
        int r = due_why_not(context->store, reader->record->id, reader->card, context->record->uid, &reason);
        for (size_t i = 0; r == 0 && i < n; i++) {
                int64_t id = 0;
                MailState known = 0;
                r = ledger_find(context->store, due[i]->key, &id, &known);
                if (r != 0)
                        break;
                if (known == MAIL_PENDING && due[i] != nearest)
                        r = ledger_close(context->store, id, MAIL_EXPIRED, REASON_OVERTAKEN, now);
                else if (known == 0 && due[i] != nearest)
                        r = enter(context, due[i], MAIL_EXPIRED, REASON_OVERTAKEN, now);
                else if (known == 0)
                        r = enter(context, due[i], reason ? MAIL_SUPPRESSED : MAIL_PENDING, reason, now);
        }
        return r;
}

static int on_fire_process(const DueContext *context, const Reader *reader, const Reminder *reminders,
                size_t n, void *userdata)
{
        ProcessState *state = userdata;
        const Reminder *due[LEADS_MAX];
        size_t n_due = 0;
        for (size_t i = 0; i < n; i++) {
                usec_t fire = reminders[i].fire;
                if (fire > state->now)
                        state->next = fire < state->next ? fire : state->next;
                else if (fire >= state->horizon && reminders[i].occurrence->end_usec > state->now)
                        due[n_due++] = &reminders[i];
        }
        return n_due > 0 ? enter_due(context, reader, due, n_due, state->now) : 0;
}

static int process_object(
                Store *store, const Config *config, const AlarmDue *alarm, usec_t horizon, usec_t now)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(context_done) DueContext context = { 0 };
        int r = object_get_by_id(store, alarm->object, &record);
        if (r == 0)
                r = context_init(store, config, record, &context);
        if (r == STORE_E_NOT_FOUND)
                return alarm_set(store, &(AlarmDue){ .object = alarm->object,
                                                        .next = USEC_INFINITY,
                                                        .found = USEC_INFINITY });
        ProcessState state = { .now = now, .horizon = horizon, .next = alarm->found };
        Walk walk = { .from = now, .until = now, .on_fire = on_fire_process, .userdata = &state };
        int64_t last = 0;
        if (r == 0)
                r = walk_batch(&context, alarm->after_contact, 0, &walk, &last);
        if (r != 0)
                return r;
        AlarmDue then = { .object = alarm->object, .next = last ? now : state.next, .after_contact = last };
        then.found = last ? state.next : USEC_INFINITY;
        return alarm_set(store, &then);
}

int due_process(Store *store, const Config *config, const AlarmDue *alarm, usec_t horizon, usec_t now)
{
        int r = store_begin(store);
        if (r != 0)
                return r;
        r = process_object(store, config, alarm, horizon, now);
        if (r == 0)
                r = store_commit(store);
        if (r != 0)
                store_rollback(store);
        return r;
}

/* The occurrence that a ledger row speaks of, if the event still has it. */
static int find_occurrence(const DueContext *context, const MailRecord *mail, const Lead *lead, usec_t now,
                Occurrence *ret)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        int r = occurrences_new(context->event, context->config->time_zone, now, USEC_INFINITY, &iterator);
        for (int i = 0; r == 0 && i < WALK_MAX; i++) {
                Occurrence occurrence;
                Place place;
                r = occurrences_next(iterator, &occurrence);
                if (r != 0)
                        break;
                place_of(context->event, &occurrence, lead, &place);
                if (occurrence.status == EVENT_CANCELLED || strcmp(place.start, mail->start) != 0 ||
                                strcmp(place.recurrence, mail->recurrence_id) != 0)
                        continue;
                *ret = occurrence;
                return 0;
        }
        return r < 0 ? r : STORE_E_NOT_FOUND;
}

int due_rebuild(Store *store, const Config *config, const MailRecord *mail, usec_t now,
                int (*on_reminder)(const Reminder *reminder, void *userdata), void *userdata)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(context_done) DueContext context = { 0 };
        Occurrence occurrence;
        Reminder reminder = { .contact = mail->contact, .fire = mail->due, .occurrence = &occurrence };
        if (lead_parse(mail->rule, &reminder.lead) < 0)
                return STORE_E_NOT_FOUND;
        int r = object_get_by_id(store, mail->object, &record);
        if (r == 0)
                r = context_init(store, config, record, &context);
        if (r == 0)
                r = find_occurrence(&context, mail, &reminder.lead, now, &occurrence);
        if (r != 0)
                return r;
        reminder.event = context.event;
        reminder.record = record;
        memcpy(reminder.key, mail->key, sizeof(reminder.key));
        return on_reminder(&reminder, userdata);
}
