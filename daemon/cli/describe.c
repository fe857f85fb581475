#include "cli/describe.h"

#include "base/text-dates.h"
#include "base/text.h"
#include "letter/strings.h"
#include "remind/consent.h"
#include "store/optout.h"
#include "store/subscription.h"

#include <errno.h>
#include <string.h>

/* Converts a time to @zone; a date, and a time without a zone, are returned unchanged. */
static When on_clock(const When *when, const Zone *zone)
{
        When shown = *when;
        if (when->form != WHEN_ZONED && when->form != WHEN_UTC)
                return shown;
        shown = (When){ .form = WHEN_ZONED, .zone = zone };
        shown.civil = zone_to_civil(zone, when_instant(when, NULL) / USEC_PER_SEC);
        return shown;
}

static When last_day(const When *end)
{
        When last = *end;
        last.civil = civil_from_days(civil_days(end->civil.year, end->civil.month, end->civil.day) - 1);
        return last;
}

static bool same_day(const CivilTime *a, const CivilTime *b)
{
        return a->year == b->year && a->month == b->month && a->day == b->day;
}

static int append_zone(const Cli *cli, const Zone *zone, usec_t time, Buffer *out)
{
        buffer_puts(out, " (");
        int seconds = zone_offset_at(zone, time / USEC_PER_SEC).seconds;
        int r = text_zone(out, cli->language, zone_name(zone), seconds);
        buffer_putc(out, ')');
        return r;
}

int describe_span(const Cli *cli, const When *start, const When *end, Buffer *out)
{
        if (start->form == WHEN_NONE) {
                buffer_puts(out, cli->strings->undated);
                return 0;
        }
        if (start->form == WHEN_DATE) {
                When last = last_day(end);
                return same_day(&start->civil, &last.civil)
                                       ? text_date(out, cli->language, TEXT_DATE_LONG, &start->civil)
                                       : text_date_range(out, cli->language, &start->civil, &last.civil);
        }
        /* A time in UTC is shown in the configuration's zone, as on pages and in mails. */
        const Zone *zone = start->form == WHEN_ZONED ? start->zone : cli->config->time_zone;
        When from = on_clock(start, zone), to = on_clock(end, zone);
        int r = text_date_span(out, cli->language, &from.civil, &to.civil);
        return r == 0 && from.form == WHEN_ZONED ? append_zone(cli, zone, when_instant(&from, NULL), out)
                                                 : r;
}

int describe_start(const Cli *cli, const When *start, Buffer *out)
{
        if (start->form == WHEN_DATE)
                return text_date(out, cli->language, TEXT_DATE_LONG, &start->civil);
        return describe_span(cli, start, start, out);
}

int describe_dates(const Cli *cli, const Event *event, Buffer *out)
{
        When start = event_start(event), end = event_end(event);
        return describe_span(cli, &start, &end, out);
}

int describe_moment(const Cli *cli, usec_t time, Buffer *out)
{
        CivilTime civil = zone_to_civil(cli->config->time_zone, time / USEC_PER_SEC);
        int r = text_date(out, cli->language, TEXT_DATE_TIME, &civil);
        return r != 0 ? r : append_zone(cli, cli->config->time_zone, time, out);
}

const char *describe_kind(const Cli *cli, const Event *event)
{
        const char *category;
        for (size_t i = 0; (category = event_category(event, i)); i++) {
                const ConfigKind *kind = config_kind(cli->config, category);
                if (kind)
                        return config_kind_one(kind, cli->language);
        }
        category = event_category(event, 0);
        const char *word = category ? cli_word(cli->strings, WORDS_KIND, category) : NULL;
        return word ? word : category ? category : "";
}

/*
 * Finds why a contact gets no mail. The recorded reason for a stop is more precise than the fact that mail
 * is stopped.
 */
int describe_why_no_mail(const Cli *cli, int64_t contact, const Card *card, MailReason *ret)
{
        MailReason why = MAIL_REASON_NONE, stopped = MAIL_REASON_NONE;
        int r = consent_why_not(cli->store, contact, card, "", &why);
        if (r == 0 && why)
                r = contact_stop_reason(cli->store, contact, &stopped);
        if (r != 0)
                return r;
        *ret = stopped && card_email(card) && !card_reminders_off(card) ? stopped : why;
        return 0;
}

static int append_since(const Cli *cli, usec_t time, Buffer *out)
{
        buffer_puts(out, " (");
        int r = describe_moment(cli, time, out);
        buffer_putc(out, ')');
        return r;
}

int describe_bounces(const Cli *cli, const SuppressionState *state, Buffer *out)
{
        int r = 0;
        const TextArgument n[] = { { "n", NULL, state->n_soft }, { NULL, NULL, 0 } };
        if (state->suppressed) {
                buffer_printf(out, "%s%s%s", state->status, state->status[0] && state->reason[0] ? " " : "",
                                state->reason[0] ? state->reason
                                                 : letter_reason(cli->language, MAIL_REASON_SUPPRESSED));
                r = append_since(cli, state->since, out);
        }
        if (r == 0 && state->n_soft > 0) {
                buffer_puts(out, state->suppressed ? "; " : "");
                r = text_message(out, cli->language, cli->strings->soft_bounces, n);
                if (r == 0)
                        r = append_since(cli, state->last, out);
        }
        return r != 0 ? r : buffer_error(out);
}
