/* convene subscribe, unsubscribe, feed: who is listed for what. */

#include "base/hash.h"
#include "cli/command.h"
#include "cli/output.h"
#include "remind/consent.h"
#include "store/private-feed.h"
#include "store/subscription.h"

#include <stdio.h>
#include <string.h>

enum { LEADS_BYTES = 2048 };

const CliOption subscribe_options[] = {
        { "all", NULL, "reminders of everything (the default)" },
        { "kind", "NAME", "reminders of one kind; several times for several" },
        { "event", "UID", "reminders of one event; several times for several" },
        { "calendar", "NAME", "reminders of one calendar" },
        { "lead", "LEAD", "-P7D, -PT2H or -P1D@18:00 instead of the kind's own; several times for several" },
        { NULL, NULL, NULL },
};

const CliOption unsubscribe_options[] = {
        { "all", NULL, "from everything (the default)" },
        { "kind", "NAME", "only from one kind" },
        { "event", "UID", "only from one event" },
        { "calendar", "NAME", "only from one calendar" },
        { NULL, NULL, NULL },
};

const CliOption feed_options[] = {
        { "revoke", NULL, "end the address instead" },
        { NULL, NULL, NULL },
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
                        return cli_usage(
                                        cli, "--lead: '%s' is no lead like -P7D, -PT2H or -P1D@18:00", text);
                if (lead_is_after_start(&lead))
                        return cli_usage(cli,
                                        "--lead: '%s' is after the start; a lead begins with a minus, which means before: --lead=-P1D",
                                        text);
                lead_format(&lead, canonical);
                n += (size_t)snprintf(ret + n, size - n, "%s%s", n ? "," : "", canonical);
                if (n >= size)
                        return cli_usage(cli, "too many leads");
        }
        return CLI_DONE;
}

/* What a listing is for, as the options name it. */
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

static int check_target(Cli *cli, SubscriptionScope scope, const char *target)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        if (scope == SUBSCRIBE_KIND && !config_kind(cli->config, target))
                return cli_usage(cli, "--kind: the configuration has no kind '%s'", target);
        return scope == SUBSCRIBE_EVENT ? find_event(cli, target, &record, &event) : CLI_DONE;
}

typedef int ScopeFunction(
                Cli *cli, int64_t contact, SubscriptionScope scope, const char *target, const char *leads);

/* Calls @apply for each scope that the options name, or once for everything when they name none. */
static int for_each_scope(Cli *cli, int64_t contact, ScopeFunction *apply, SubscriptionScope everything,
                const char *leads)
{
        int n = 0, r = CLI_DONE;
        const char *target;
        for (int s = 0; s < N_SCOPES; s++)
                for (int i = 0; r == CLI_DONE && (target = cli_value(cli, scopes[s].option, i)); i++, n++) {
                        r = check_target(cli, scopes[s].scope, target);
                        if (r == CLI_DONE)
                                r = apply(cli, contact, scopes[s].scope, target, leads);
                }
        if (r == CLI_DONE && (n == 0 || cli_flag(cli, "all")))
                r = apply(cli, contact, everything, "", leads);
        return r;
}

static int subscribe(
                Cli *cli, int64_t contact, SubscriptionScope scope, const char *target, const char *leads)
{
        int r = subscription_put(cli->store, contact, scope, target, leads, cli->now);
        return r != 0 ? cli_refuse(cli, "not listed", r) : CLI_DONE;
}

static int unsubscribe(
                Cli *cli, int64_t contact, SubscriptionScope scope, const char *target, const char *leads)
{
        (void)leads;
        int r = subscription_delete(cli->store, contact, scope, target);
        return r != 0 ? cli_refuse(cli, "not listed", r) : CLI_DONE;
}

/* All that one call asks for, or nothing. */
static int in_transaction(Cli *cli, int64_t contact, ScopeFunction *apply, SubscriptionScope everything,
                const char *leads)
{
        int r = store_begin_write(cli->store);
        if (r != 0)
                return cli_refuse(cli, cli->words[0], r);
        int code = for_each_scope(cli, contact, apply, everything, leads);
        if (code != CLI_DONE) {
                store_rollback(cli->store);
                return code;
        }
        r = store_commit(cli->store);
        return r != 0 ? cli_refuse(cli, cli->words[0], r) : CLI_DONE;
}

/* Listed or not, some contacts get no mail: whoever lists one should know at once. */
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
                fprintf(stderr, "convene: %s is listed but will get no mail: %s\n", record->name,
                                mail_reason_text(why));
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
                return r != 0 ? cli_refuse(cli, cli->words[0], r) : CLI_DONE;
        }
        r = private_feed_make(cli->store, record->id, cli->now, token);
        if (r != 0)
                return cli_refuse(cli, cli->words[0], r);
        printf("%s/private/%s.ics\n", cli->config->http.base_url, token);
        return CLI_DONE;
}
