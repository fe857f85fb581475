/*
 * convene subscribe, unsubscribe: change the listings of a contact. convene feed: makes or revokes its
 * private feed.
 */

#include "base/hash.h"
#include "cli/command.h"
#include "cli/edit-transaction.h"
#include "cli/find.h"
#include "letter/strings.h"
#include "remind/consent.h"
#include "store/private-feed.h"
#include "store/subscription.h"

#include <stdio.h>
#include <string.h>

enum { LEADS_BYTES = 2048, CALENDARS_MAX = 64, CALENDAR_SIZE = 128 };

const CliOption subscribe_options[] = {
        { "all", NULL, HELP_SUBSCRIBE_ALL },
        { "kind", "NAME", HELP_SUBSCRIBE_KIND },
        { "event", "UID", HELP_SUBSCRIBE_EVENT },
        { "calendar", "NAME", HELP_SUBSCRIBE_CALENDAR },
        { "lead", "LEAD", HELP_SUBSCRIBE_LEAD },
        { NULL, NULL, 0 },
};

const CliOption unsubscribe_options[] = {
        { "all", NULL, HELP_UNSUBSCRIBE_ALL },
        { "kind", "NAME", HELP_UNSUBSCRIBE_KIND },
        { "event", "UID", HELP_UNSUBSCRIBE_EVENT },
        { "calendar", "NAME", HELP_UNSUBSCRIBE_CALENDAR },
        { NULL, NULL, 0 },
};

const CliOption feed_options[] = {
        { "revoke", NULL, HELP_FEED_REVOKE },
        { NULL, NULL, 0 },
};

static int collect_leads(Cli *cli, char *ret, size_t size)
{
        const char *text;
        size_t n = 0;
        ret[0] = '\0';
        for (int i = 0; (text = cli_value(cli, "lead", i)); i++) {
                Lead lead;
                char canonical[LEAD_TEXT_SIZE];
                if (lead_parse(text, &lead) < 0)
                        return cli_usage_value(cli, cli->strings->bad_lead, text);
                if (lead_is_after_start(&lead))
                        return cli_usage_value(cli, cli->strings->late_lead, text);
                lead_format(&lead, canonical);
                n += (size_t)snprintf(ret + n, size - n, "%s%s", n ? "," : "", canonical);
                if (n >= size)
                        return cli_usage(cli, cli->strings->too_many_leads, NULL);
        }
        return CLI_DONE;
}

/* The options that name the scope of a listing. */
typedef struct ScopeOption {
        const char *option;
        SubscriptionScope scope;
} ScopeOption;

static const ScopeOption scopes[] = {
        { "kind", SUBSCRIBE_KIND },
        { "event", SUBSCRIBE_EVENT },
        { "calendar", SUBSCRIBE_CALENDAR },
};

enum { N_SCOPES = sizeof(scopes) / sizeof(scopes[0]) };

/* The names of the calendars of the store, and whether the wanted one is among them. */
typedef struct Calendars {
        char names[CALENDARS_MAX][CALENDAR_SIZE];
        size_t n;
        const char *wanted;
        bool found;
} Calendars;

static int on_collection(const Collection *collection, void *userdata)
{
        Calendars *calendars = userdata;
        const char *name = collection->name;
        if (collection->is_cards || collection->owner[0])
                return 0;
        calendars->found = calendars->found || strcmp(name, calendars->wanted) == 0;
        if (calendars->n < CALENDARS_MAX)
                snprintf(calendars->names[calendars->n++], CALENDAR_SIZE, "%s", name);
        return 0;
}

static const char *calendar_name(size_t index, const void *userdata)
{
        const Calendars *calendars = userdata;
        return index < calendars->n ? calendars->names[index] : NULL;
}

static int check_calendar(Cli *cli, const char *name)
{
        Calendars calendars = { .wanted = name };
        int r = collection_each(cli->store, on_collection, &calendars);
        if (r != 0)
                return cli_refuse(cli, name, r);
        return calendars.found ? CLI_DONE
                               : cli_usage_unknown(cli, cli->strings->no_calendar,
                                                 &(CliChoice){ "--calendar", name, calendar_name,
                                                                 &calendars });
}

static int check_target(Cli *cli, SubscriptionScope scope, const char *target)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        if (scope == SUBSCRIBE_KIND && !config_kind(cli->config, target))
                return cli_usage_kind(cli, "--kind", target);
        if (scope == SUBSCRIBE_CALENDAR)
                return check_calendar(cli, target);
        return scope == SUBSCRIBE_EVENT ? find_event(cli, target, &record, &event) : CLI_DONE;
}

/* @pattern: with {name}, the contact as it was named */
static int refuse_contact(const Cli *cli, const char *pattern)
{
        cli_error(cli, pattern, TEXT_ARGUMENTS({ "name", cli->words[0], 0 }));
        return CLI_REFUSED;
}

typedef int ScopeFunction(
                Cli *cli, int64_t contact, SubscriptionScope scope, const char *target, const char *leads);

static int subscribe(
                Cli *cli, int64_t contact, SubscriptionScope scope, const char *target, const char *leads)
{
        int r = subscription_put(cli->store, contact, scope, target, leads, cli->now);
        return r != 0 ? cli_refuse(cli, cli->strings->not_listed, r) : CLI_DONE;
}

static int unsubscribe(
                Cli *cli, int64_t contact, SubscriptionScope scope, const char *target, const char *leads)
{
        (void)leads;
        int r = subscription_delete(cli->store, contact, scope, target);
        if (r == STORE_E_NOT_FOUND)
                return refuse_contact(cli, cli->strings->was_not_listed);
        return r != 0 ? cli_refuse(cli, cli->strings->not_listed, r) : CLI_DONE;
}

/* Calls @apply for each scope that the options name, or once with @everything if they name none. */
static int for_each_scope(Cli *cli, int64_t contact, ScopeFunction *apply, SubscriptionScope everything,
                const char *leads)
{
        int n = 0, r = CLI_DONE;
        const char *target;
        for (int s = 0; s < N_SCOPES; s++)
                for (int i = 0; r == CLI_DONE && (target = cli_value(cli, scopes[s].option, i)); i++, n++) {
                        r = apply == subscribe ? check_target(cli, scopes[s].scope, target) : CLI_DONE;
                        if (r == CLI_DONE)
                                r = apply(cli, contact, scopes[s].scope, target, leads);
                }
        if (r == CLI_DONE && (n == 0 || cli_flag(cli, "all")))
                r = apply(cli, contact, everything, "", leads);
        return r;
}

/* Applies the options in one transaction, so that either all scopes change or none. */
static int in_transaction(Cli *cli, int64_t contact, ScopeFunction *apply, SubscriptionScope everything,
                const char *leads)
{
        int code = edit_transaction_begin(cli);
        return code != CLI_DONE ? code
                                : edit_transaction_end(cli,
                                                  for_each_scope(cli, contact, apply, everything, leads));
}

/* Warns if the contact gets no mail in spite of its listings. */
static int warn_if_silent(Cli *cli, const ObjectRecord *record)
{
        CLEANUP(card_freep) Card *card = NULL;
        MailReason why = MAIL_REASON_NONE;
        int r = card_parse(record->text, record->len, &card, NULL);
        if (r == 0)
                r = consent_why_not(cli->store, record->id, card, "", &why);
        if (r != 0)
                return r < 0 ? cli_refuse(cli, record->uid, r) : CLI_DONE;
        if (why)
                cli_error(cli, cli->strings->silent,
                                TEXT_ARGUMENTS({ "name", record->name, 0 },
                                                { "why", letter_reason(cli->language, why), 0 }));
        return CLI_DONE;
}

int command_subscribe(Cli *cli)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        char leads[LEADS_BYTES];
        int r = collect_leads(cli, leads, sizeof(leads));
        if (r == CLI_DONE)
                r = find_contact(cli, cli->words[0], &record);
        if (r == CLI_DONE)
                r = in_transaction(cli, record->id, subscribe, SUBSCRIBE_ALL, leads);
        return r == CLI_DONE ? warn_if_silent(cli, record) : r;
}

int command_unsubscribe(Cli *cli)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = find_contact(cli, cli->words[0], &record);
        return r == CLI_DONE ? in_transaction(cli, record->id, unsubscribe, (SubscriptionScope)0, "") : r;
}

int command_feed(Cli *cli)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        char token[TOKEN_SIZE];
        int r = find_contact(cli, cli->words[0], &record);
        if (r != CLI_DONE)
                return r;
        if (cli_flag(cli, "revoke")) {
                r = private_feed_revoke(cli->store, record->id);
                if (r == STORE_E_NOT_FOUND)
                        return refuse_contact(cli, cli->strings->has_no_feed);
                return r != 0 ? cli_refuse(cli, cli->words[0], r) : CLI_DONE;
        }
        r = cli_begin_write(cli);
        if (r == 0)
                r = cli_end_write(cli, private_feed_make(cli->store, record->id, cli->now, token));
        if (r != 0)
                return cli_refuse(cli, cli->words[0], r);
        printf("%s/private/%s.ics\n", cli->config->http.base_url, token);
        return CLI_DONE;
}
