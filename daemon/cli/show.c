/* convene show: shows all data of one object, in the reader's language. */

#include "cli/show.h"
#include "base/text-dates.h"
#include "base/text.h"
#include "calendar/series-changes.h"
#include "cli/command.h"
#include "cli/describe.h"
#include "cli/find.h"
#include "cli/output.h"
#include "cli/show-lines.h"
#include "cli/title.h"
#include "contact/card.h"
#include "contact/preference.h"
#include "edit/hours.h"
#include "letter/strings.h"
#include "store/object.h"
#include "store/optout.h"
#include "store/subscription.h"

#include <stdio.h>
#include <string.h>

enum { LINE_MAX_BYTES = 1024 * 1024 };

const CliOption show_options[] = {
        { "raw", NULL, HELP_SHOW_RAW },
        { NULL, NULL, 0 },
};

/*
 * Prints an occurrence of a series that is cancelled, left out by an EXDATE, or moved.
 * @moved: NULL unless it is moved
 */
static int print_change(const When *place, const Occurrence *moved, void *userdata)
{
        Cli *cli = userdata;
        CLEANUP(buffer_done) Buffer days = BUFFER_INIT(LINE_MAX_BYTES);
        int r = describe_start(cli, place, &days);
        buffer_puts(&days, moved ? " → " : "");
        if (r == 0 && moved)
                r = describe_span(cli, &moved->start, &moved->end, &days);
        show_titled(cli, moved ? TITLE_MOVED : TITLE_CANCELLED_DAY, buffer_text(&days));
        return r;
}

static int print_parent(Cli *cli, const char *uid)
{
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(LINE_MAX_BYTES);
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = object_find(cli->store, uid, &record);
        if (r == 0)
                buffer_printf(&name, "%s (%s)", record->name, uid);
        else
                buffer_printf(&name, "%s (%s)", uid, cli->strings->not_there);
        r = r == STORE_E_NOT_FOUND ? 0 : r;
        show_titled(cli, TITLE_PARENT, buffer_text(&name));
        return r;
}

static void print_name(const Cli *cli, const Event *event, const Card *card, const char *name)
{
        CLEANUP(buffer_done) Buffer title = BUFFER_INIT(LINE_MAX_BYTES);
        title_append(cli, event, card, name, &title);
        output_line(stdout, buffer_text(&title));
}

static void print_uid(const char *uid)
{
        fputs("UID: ", stdout);
        output_line(stdout, uid);
}

int show_offer(Cli *cli, const ObjectRecord *record, const Event *event)
{
        const Event *hours;
        int r = 0;
        if (record->name[0])
                output_line(stdout, record->name);
        for (size_t i = 0; r == 0 && (hours = event_available(event, i)); i++) {
                CLEANUP(buffer_done) Buffer words = BUFFER_INIT(LINE_MAX_BYTES);
                r = hours_describe(hours, cli->language, &words);
                show_titled(cli, TITLE_HOURS, buffer_text(&words));
        }
        if (r == 0)
                r = show_lines_of_offer(cli, event);
        print_uid(record->uid);
        return r;
}

static int show_event(Cli *cli, const ObjectRecord *record)
{
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(buffer_done) Buffer dates = BUFFER_INIT(LINE_MAX_BYTES);
        InputError error = { 0 };
        int r = event_parse(cli->zones, record->text, record->len, &event, &error);
        if (r != 0)
                return cli_refuse_input(cli, record->uid, r, &error);
        if (event_is_availability(event)) {
                r = show_offer(cli, record, event);
                return r != 0 ? cli_refuse(cli, record->uid, r) : CLI_DONE;
        }
        r = describe_dates(cli, event, &dates);
        print_name(cli, event, NULL, record->name);
        show_titled(cli, TITLE_WHEN, buffer_text(&dates));
        if (*describe_kind(cli, event))
                show_titled(cli, TITLE_KIND, describe_kind(cli, event));
        if (r == 0 && event_parent(event))
                r = print_parent(cli, event_parent(event));
        if (r == 0)
                r = title_print_others(cli, event, NULL, record->name);
        if (r == 0)
                r = show_lines_of_event(cli, event);
        if (r == 0)
                r = series_each_change(event, cli->config->time_zone, print_change, cli);
        print_uid(record->uid);
        printf("SEQUENCE: %d\n", record->sequence);
        return r != 0 ? cli_refuse(cli, record->uid, r) : CLI_DONE;
}

/* Returns the configured title of a kind, or its name. */
static const char *kind_title(const Cli *cli, const char *name)
{
        const ConfigKind *kind = config_kind(cli->config, name);
        return kind ? config_text(&kind->title, cli->language) : name;
}

static int append_scope(Cli *cli, const Subscription *subscription, Buffer *out)
{
        const char *target = subscription->target;
        switch (subscription->scope) {
        case SUBSCRIBE_ALL:
                buffer_puts(out, cli->strings->everything);
                return 0;
        case SUBSCRIBE_KIND:
                return text_message(out, cli->language, cli->strings->of_kind,
                                TEXT_ARGUMENTS({ "name", kind_title(cli, target), 0 }));
        case SUBSCRIBE_CALENDAR:
                return text_message(out, cli->language, cli->strings->of_calendar,
                                TEXT_ARGUMENTS({ "name", target, 0 }));
        case SUBSCRIBE_EVENT:
                return show_append_object(cli, target, out);
        }
        return 0;
}

static int on_subscription(const Subscription *subscription, void *userdata)
{
        Cli *cli = userdata;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(LINE_MAX_BYTES);
        int r = append_scope(cli, subscription, &out);
        buffer_printf(&out, "; %s", subscription->leads[0] ? subscription->leads : cli->strings->own_leads);
        if (subscription->origin == SUBSCRIPTION_OWN)
                buffer_printf(&out, "; %s", cli->strings->own_listing);
        show_titled(cli, TITLE_LISTED, buffer_text(&out));
        return r;
}

static int on_mute(const char *uid, void *userdata)
{
        Cli *cli = userdata;
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(LINE_MAX_BYTES);
        int r = show_append_object(cli, uid, &name);
        show_titled(cli, TITLE_MUTED_EVENT, buffer_text(&name));
        return r;
}

static int on_mute_kind(const char *kind, void *userdata)
{
        const Cli *cli = userdata;
        show_titled(cli, TITLE_MUTED_KIND, kind_title(cli, kind));
        return 0;
}

static void print_wishes(Cli *cli, const Card *card)
{
        DigestWish wish = card_digest(card);
        QuietHours quiet;
        char text[PREFERENCE_TEXT_SIZE];
        digest_format(&wish, text);
        if (wish.period != DIGEST_NONE)
                show_titled(cli, TITLE_DIGEST, text);
        if (!card_quiet(card, &quiet))
                return;
        quiet_format(&quiet, text);
        show_titled(cli, TITLE_QUIET, text);
}

static int print_bounces(Cli *cli, int64_t contact, const Card *card)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(LINE_MAX_BYTES);
        SuppressionState state = { 0 };
        int r = card_email(card) ? suppression_state(cli->store, contact, card_email(card), &state) : 0;
        if (r == 0)
                r = describe_bounces(cli, &state, &text);
        if (r == 0 && text.len)
                show_titled(cli, TITLE_CAME_BACK, buffer_text(&text));
        return r;
}

/* If the contact gets no mail, the reason is printed before the listings. */
int show_mail(Cli *cli, int64_t contact, const Card *card)
{
        MailReason why = MAIL_REASON_NONE;
        print_wishes(cli, card);
        int r = describe_why_no_mail(cli, contact, card, &why);
        if (r == 0 && why)
                show_titled(cli, TITLE_NO_MAIL, letter_reason(cli->language, why));
        if (r == 0)
                r = print_bounces(cli, contact, card);
        if (r == 0)
                r = subscription_each(cli->store, contact, on_subscription, cli);
        if (r == 0)
                r = mute_kind_each(cli->store, contact, on_mute_kind, cli);
        return r != 0 ? r : mute_each(cli->store, contact, on_mute, cli);
}

static int show_card(Cli *cli, const ObjectRecord *record)
{
        CLEANUP(card_freep) Card *card = NULL;
        InputError error = { 0 };
        int r = card_parse(record->text, record->len, &card, &error);
        if (r != 0)
                return cli_refuse_input(cli, record->uid, r, &error);
        print_name(cli, NULL, card, record->name);
        r = title_print_others(cli, NULL, card, record->name);
        if (r == 0)
                r = show_lines_of_card(cli, card);
        if (r == 0 && card_kind(card) == CARD_INDIVIDUAL)
                r = show_mail(cli, record->id, card);
        print_uid(record->uid);
        return r != 0 ? cli_refuse(cli, record->uid, r) : CLI_DONE;
}

int command_show(Cli *cli)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = find_object(cli, cli->words[0], &record);
        if (r != CLI_DONE)
                return r;
        if (cli_flag(cli, "raw"))
                fwrite(record->text, 1, record->len, stdout);
        else
                return record->kind == OBJECT_CARD ? show_card(cli, record) : show_event(cli, record);
        return CLI_DONE;
}
