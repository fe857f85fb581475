#include "cli/output.h"

#include "base/text.h"
#include "cli/words.h"
#include "remind/consent.h"
#include "store/address.h"
#include "store/optout.h"
#include "store/subscription.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int output_parse_when(const char *text, When *ret)
{
        When when = { .form = WHEN_DATE };
        CivilTime *civil = &when.civil;
        int end = 0;
        if (sscanf(text, "%4d-%2d-%2d%n", &civil->year, &civil->month, &civil->day, &end) != 3 || end != 10)
                return -EINVAL;
        text += end;
        if (*text == 'T' || *text == ' ') {
                when.form = WHEN_FLOATING;
                if (sscanf(text + 1, "%2d:%2d%n", &civil->hour, &civil->minute, &end) != 2)
                        return -EINVAL;
                text += 1 + end;
                if (*text == ':' && sscanf(text, ":%2d%n", &civil->second, &end) == 1)
                        text += end;
        }
        if (*text || !civil_valid(civil))
                return -EINVAL;
        *ret = when;
        return 0;
}

static When last_day(const Event *event)
{
        When end = event_end(event);
        if (end.form == WHEN_DATE)
                end.civil = civil_from_days(civil_days(end.civil.year, end.civil.month, end.civil.day) - 1);
        return end;
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

int output_dates(const Cli *cli, const Event *event, Buffer *out)
{
        When start = event_start(event), end = last_day(event);
        if (start.form == WHEN_NONE) {
                buffer_puts(out, strcmp(cli->language, "ru") == 0 ? "дата будет объявлена"
                                                                  : "date to be announced");
                return 0;
        }
        if (start.form == WHEN_DATE)
                return same_day(&start.civil, &end.civil)
                                       ? text_date(out, cli->language, TEXT_DATE_LONG, &start.civil)
                                       : text_date_range(out, cli->language, &start.civil, &end.civil);
        int r = text_date(out, cli->language, TEXT_DATE_TIME, &start.civil);
        if (r == 0 && when_compare(&start, &end) != 0) {
                buffer_puts(out, " – ");
                TextDate form = same_day(&start.civil, &end.civil) ? TEXT_TIME : TEXT_DATE_TIME;
                r = text_date(out, cli->language, form, &end.civil);
        }
        if (start.form == WHEN_ZONED && r == 0)
                r = append_zone(cli, start.zone, when_instant(&start, NULL), out);
        else if (start.form == WHEN_UTC)
                buffer_puts(out, " (UTC)");
        return r;
}

int output_moment(const Cli *cli, usec_t time, Buffer *out)
{
        CivilTime civil = zone_to_civil(cli->config->time_zone, time / USEC_PER_SEC);
        int r = text_date(out, cli->language, TEXT_DATE_TIME, &civil);
        return r != 0 ? r : append_zone(cli, cli->config->time_zone, time, out);
}

void output_column(Buffer *line, size_t column)
{
        size_t taken = text_width(buffer_text(line));
        buffer_printf(line, "%*s", taken + 2 < column ? (int)(column - taken) : 2, "");
}

const char *output_kind(const Cli *cli, const Event *event)
{
        const char *category;
        for (size_t i = 0; (category = event_category(event, i)); i++) {
                const ConfigKind *kind = config_kind(cli->config, category);
                if (kind)
                        return config_text(&kind->title, cli->language);
        }
        category = event_category(event, 0);
        return category ? words_of(cli->language, WORDS_KIND, category) : "";
}

/* Who stopped it, and how, says more than that it is stopped. */
int output_why_no_mail(const Cli *cli, int64_t contact, const Card *card, Buffer *out)
{
        MailReason why = MAIL_REASON_NONE, stopped = MAIL_REASON_NONE;
        int r = consent_why_not(cli->store, contact, card, "", &why);
        if (r == 0 && why)
                r = contact_stop_reason(cli->store, contact, &stopped);
        if (stopped != MAIL_REASON_NONE && card_email(card) && !card_reminders_off(card))
                why = stopped;
        if (r == 0)
                buffer_puts(out, mail_reason_text(why));
        return r != 0 ? r : buffer_error(out);
}

static int append_since(const Cli *cli, usec_t time, Buffer *out)
{
        buffer_puts(out, " (");
        int r = output_moment(cli, time, out);
        buffer_putc(out, ')');
        return r;
}

int output_bounces(const Cli *cli, const SuppressionState *state, Buffer *out)
{
        int r = 0;
        const TextArgument n[] = { { "n", NULL, state->n_soft }, { NULL, NULL, 0 } };
        if (state->suppressed) {
                buffer_printf(out, "%s%s%s", state->status, state->status[0] && state->reason[0] ? " " : "",
                                state->reason[0] ? state->reason : mail_reason_text(MAIL_REASON_SUPPRESSED));
                r = append_since(cli, state->since, out);
        }
        if (r == 0 && state->n_soft > 0) {
                buffer_puts(out, state->suppressed ? "; " : "");
                r = text_message(out, cli->language,
                                words_choose(cli->language,
                                                "{n, plural, one {# письмо вернулось} few {# письма вернулись} other {# писем вернулось}} по временной причине",
                                                "{n, plural, one {# mail} other {# mails}} came back for a passing reason"),
                                n);
                if (r == 0)
                        r = append_since(cli, state->last, out);
        }
        return r != 0 ? r : buffer_error(out);
}

static int find_by_address(Cli *cli, const char *address, ObjectRecord **ret)
{
        int64_t contact = 0, n = 0;
        int r = address_find(cli->store, address, &contact, &n);
        if (r != 0)
                return cli_refuse(cli, address, r);
        if (n == 1)
                return object_get_by_id(cli->store, contact, ret) == 0 ? CLI_DONE : CLI_REFUSED;
        fprintf(stderr,
                        n ? "convene: several contacts have the address %s; name one by its UID\n"
                          : "convene: no contact has the UID or address %s\n",
                        address);
        return CLI_REFUSED;
}

int find_contact(Cli *cli, const char *word, ObjectRecord **ret)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = object_find(cli->store, word, &record);
        if (r == STORE_E_NOT_FOUND)
                return find_by_address(cli, word, ret);
        if (r != 0)
                return cli_refuse(cli, word, r);
        if (record->kind != OBJECT_CARD) {
                fprintf(stderr, "convene: %s is an event, no contact\n", word);
                return CLI_REFUSED;
        }
        *ret = TAKE_PTR(record);
        return CLI_DONE;
}

int find_event(Cli *cli, const char *uid, ObjectRecord **ret_record, Event **ret_event)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = object_find(cli->store, uid, &record);
        if (r != 0)
                return cli_refuse(cli, uid, r);
        if (record->kind == OBJECT_CARD) {
                fprintf(stderr, "convene: %s is a contact, a site or a body, no event\n", uid);
                return CLI_REFUSED;
        }
        InputError error;
        r = event_parse(cli->zones, record->text, record->len, ret_event, &error);
        if (r != 0) {
                fprintf(stderr, "convene: %s: %s\n", uid, r < 0 ? strerror(-r) : error.message);
                return CLI_REFUSED;
        }
        *ret_record = TAKE_PTR(record);
        return CLI_DONE;
}
