/* convene show: shows all data of one object, in the reader's language. */

#include "cli/show.h"
#include "base/text-dates.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/describe.h"
#include "cli/find.h"
#include "cli/hours.h"
#include "cli/output.h"
#include "cli/person.h"
#include "contact/card.h"
#include "contact/preference.h"
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

typedef enum ShowForm {
        SHOW_TEXT,
        SHOW_WORD,     /* translated by `words` */
        SHOW_PERSON,   /* titled by the person's relation to the event */
        SHOW_MATERIAL, /* X-NUMBER, and X-FILE=LOST */
        SHOW_SOURCE,   /* X-DOCUMENT */
        SHOW_OBJECT,   /* by its UID */
        SHOW_PHONE,    /* a tel: URI or text, with its TYPE */
        SHOW_ZONE,
        SHOW_LANGUAGE, /* by its tag */
} ShowForm;

/* A property that is shown, with its title. */
typedef struct Shown {
        const char *name;
        CliTitle title; /* SHOW_PERSON has its own */
        ShowForm form;
        WordsOf words;
} Shown;

static const Shown shown_of_event[] = {
        { "X-CONVENED-ALIAS", TITLE_ALIAS, SHOW_TEXT, 0 },
        { "X-CONVENED-SUMMARY", TITLE_IN_ENGLISH, SHOW_TEXT, 0 },
        { "LOCATION", TITLE_PLACE, SHOW_TEXT, 0 },
        { "X-CONVENED-LOCATION", TITLE_PLACE, SHOW_TEXT, 0 },
        { "STATUS", TITLE_STATUS, SHOW_WORD, WORDS_STATUS },
        { "CLASS", TITLE_CLASS, SHOW_WORD, WORDS_CLASS },
        { "X-CONVENED-DATE-BASIS", TITLE_BASIS, SHOW_WORD, WORDS_BASIS },
        { "X-CONVENED-DATE-PRECISION", TITLE_PRECISION, SHOW_WORD, WORDS_PRECISION },
        { "RRULE", TITLE_REPEATS, SHOW_TEXT, 0 },
        { "COMMENT", TITLE_NOTE, SHOW_TEXT, 0 },
        { "X-CONVENED-ORGANIZER", TITLE_ORGANISER, SHOW_TEXT, 0 },
        { "X-CONVENED-PERSON", 0, SHOW_PERSON, 0 },
        { "X-CONVENED-PARTICIPANT", TITLE_PARTICIPANT, SHOW_TEXT, 0 },
        { "X-CONVENED-REGION", TITLE_REGION, SHOW_TEXT, 0 },
        { "X-CONVENED-REGION-COUNT", TITLE_REGION_COUNT, SHOW_TEXT, 0 },
        { "CONTACT", TITLE_ASK, SHOW_TEXT, 0 },
        { "X-CONVENED-PROGRAMME", TITLE_PROGRAMME, SHOW_MATERIAL, 0 },
        { "X-CONVENED-MATERIAL", TITLE_MATERIAL, SHOW_MATERIAL, 0 },
        { "X-CONVENED-OUTCOME", TITLE_OUTCOME, SHOW_TEXT, 0 },
        { "X-CONVENED-SOURCE", TITLE_SOURCE, SHOW_SOURCE, 0 },
        { "URL", TITLE_LINK, SHOW_TEXT, 0 },
        { "SOURCE", TITLE_SOURCE_ADDRESS, SHOW_TEXT, 0 },
        { "DESCRIPTION", TITLE_DESCRIPTION, SHOW_TEXT, 0 },
        { 0 },
};

static const Shown shown_of_offer[] = {
        { "X-CONVENED-MEETING-HOST", TITLE_HOST, SHOW_OBJECT, 0 },
        { "X-CONVENED-MEETING-EVENT", TITLE_OF_EVENT, SHOW_OBJECT, 0 },
        { "X-CONVENED-TZID", TITLE_ZONE, SHOW_ZONE, 0 },
        { "X-CONVENED-MEETING-PLACE", TITLE_PLACE, SHOW_TEXT, 0 },
        { "X-CONVENED-MEETING-DURATION", TITLE_LENGTH, SHOW_TEXT, 0 },
        { "X-CONVENED-MEETING-BUFFER-BEFORE", TITLE_BUFFER_BEFORE, SHOW_TEXT, 0 },
        { "X-CONVENED-MEETING-BUFFER-AFTER", TITLE_BUFFER_AFTER, SHOW_TEXT, 0 },
        { "X-CONVENED-MEETING-NOTICE", TITLE_NOTICE, SHOW_TEXT, 0 },
        { "X-CONVENED-MEETING-HORIZON", TITLE_HORIZON, SHOW_TEXT, 0 },
        { "X-CONVENED-MEETING-DAILY-MAX", TITLE_DAILY_MAX, SHOW_TEXT, 0 },
        { "X-CONVENED-MEETING-SEATS", TITLE_SEATS, SHOW_TEXT, 0 },
        { "X-CONVENED-MEETING-CONFIRM", TITLE_CONFIRM, SHOW_TEXT, 0 },
        { "DESCRIPTION", TITLE_DESCRIPTION, SHOW_TEXT, 0 },
        { 0 },
};

static const Shown shown_of_card[] = {
        { "X-CONVENED-SUMMARY", TITLE_IN_ENGLISH, SHOW_TEXT, 0 },
        { "NICKNAME", TITLE_ALIAS, SHOW_TEXT, 0 },
        { "KIND", TITLE_KIND, SHOW_WORD, WORDS_CARD },
        { "ROLE", TITLE_ROLE, SHOW_TEXT, 0 },
        { "TITLE", TITLE_JOB, SHOW_TEXT, 0 },
        { "ORG", TITLE_ORGANISATION, SHOW_TEXT, 0 },
        { "EMAIL", TITLE_EMAIL, SHOW_TEXT, 0 },
        { "TEL", TITLE_TELEPHONE, SHOW_PHONE, 0 },
        { "ADR", TITLE_ADDRESS, SHOW_TEXT, 0 },
        { "URL", TITLE_LINK, SHOW_TEXT, 0 },
        { "LANG", TITLE_LANGUAGE, SHOW_LANGUAGE, 0 },
        { "TZ", TITLE_ZONE, SHOW_ZONE, 0 },
        { "X-CONVENED-TOWN", TITLE_TOWN, SHOW_TEXT, 0 },
        { "X-CONVENED-VISITED", TITLE_VISITED, SHOW_WORD, WORDS_VISITED },
        { "X-CONVENED-VISIT-LIKELY", TITLE_VISIT_LIKELY, SHOW_WORD, WORDS_VISITED },
        { "X-CONVENED-PART", TITLE_PART, SHOW_SOURCE, 0 },
        { "X-CONVENED-PERSON", 0, SHOW_PERSON, 0 },
        { "RELATED", TITLE_RELATED, SHOW_OBJECT, 0 },
        { "NOTE", TITLE_NOTE, SHOW_TEXT, 0 },
        { "X-CONVENED-SOURCE", TITLE_SOURCE, SHOW_SOURCE, 0 },
        { 0 },
};

/* An event or a card, for access to its lines. */
typedef struct Lines {
        const Event *event;
        const Card *card;
} Lines;

static const ContentLine *find_line(const Lines *lines, const char *name, size_t index)
{
        return lines->event ? event_property_line(lines->event, name, index)
                            : card_property(lines->card, name, index);
}

/*
 * Prints "Title: value". Further lines of the value are indented, so that they are not taken for another
 * title.
 */
static void print_titled(const Cli *cli, CliTitle title, const char *value)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        buffer_printf(&line, "%s: %s", cli->strings->titles[title], value);
        output_lines(stdout, buffer_text(&line));
}

static bool is_in(const ContentLine *line, const char *language)
{
        const char *given = content_line_param(line, "LANGUAGE");
        Language found;
        return given && language_find(given, &found) == 0 && strcmp(language_tag(found), language) == 0;
}

/*
 * Whether a line is shown: it is in the reader's language or has no language, or no line of this name is
 * in the reader's language.
 */
static bool is_for_reader(const Cli *cli, const Lines *lines, const char *name, const ContentLine *line)
{
        const ContentLine *other;
        if (!content_line_param(line, "LANGUAGE") || is_in(line, cli->language))
                return true;
        for (size_t i = 0; (other = find_line(lines, name, i)); i++)
                if (is_in(other, cli->language))
                        return false;
        return true;
}

static bool has_word(const ContentLine *line, const char *param, const char *word)
{
        const char *value = content_line_param(line, param);
        return value && strcasecmp(value, word) == 0;
}

static void append_title(const Cli *cli, const Shown *shown, const ContentLine *line, Buffer *out)
{
        const CliStrings *strings = cli->strings;
        if (shown->form == SHOW_PERSON) {
                buffer_puts(out, person_manner(line, strings));
                return;
        }
        buffer_puts(out, strings->titles[shown->title]);
        const char *number = content_line_param(line, "X-NUMBER");
        const char *document = content_line_param(line, "X-DOCUMENT");
        if (shown->form == SHOW_MATERIAL && number)
                buffer_printf(out, " %s", number);
        if (shown->form == SHOW_MATERIAL && has_word(line, "X-FILE", "LOST"))
                buffer_printf(out, " (%s)", strings->file_lost);
        if (shown->form == SHOW_PHONE && has_word(line, "TYPE", "cell"))
                buffer_printf(out, " (%s)", strings->mobile);
        if (shown->form == SHOW_SOURCE && document)
                buffer_printf(out, " (%s)",
                                strcmp(document, "PUBLIC") == 0 ? strings->public_report : document);
}

/* Appends the name and the UID of an object; only the UID if the object is not stored (any more). */
static int append_object(Cli *cli, const char *uid, Buffer *out)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = object_find(cli->store, uid, &record);
        if (r == 0)
                buffer_printf(out, "%s (%s)", record->name, uid);
        else if (r == STORE_E_NOT_FOUND)
                buffer_puts(out, uid);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

static int append_zone(Cli *cli, const char *name, Buffer *out)
{
        const Zone *zone;
        int r = zone_table_get(cli->zones, name, &zone);
        if (r == 0)
                return text_zone(out, cli->language, zone_name(zone),
                                zone_offset_at(zone, cli->now / USEC_PER_SEC).seconds);
        buffer_puts(out, name);
        return r < 0 ? r : 0;
}

static void append_word(
                const Cli *cli, const Shown *shown, const ContentLine *line, const char *value, Buffer *out)
{
        const char *word = cli_word(cli->strings, shown->words, value);
        buffer_puts(out, word ? word : value);
        if (has_word(line, "X-BASIS", "INFERRED"))
                buffer_printf(out, " (%s)", cli->strings->words[WORD_INFERRED]);
}

static int append_value(Cli *cli, const Shown *shown, const ContentLine *line, Buffer *out)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(LINE_MAX_BYTES);
        if (shown->form == SHOW_PERSON) {
                person_describe(out, line, cli->strings);
                return 0;
        }
        content_unescape(&text, line->value, line->value_len);
        const char *value = buffer_text(&text);
        if (shown->form == SHOW_OBJECT)
                return append_object(cli, value, out);
        if (shown->form == SHOW_ZONE)
                return append_zone(cli, value, out);
        if (shown->form == SHOW_LANGUAGE)
                return text_language_name(out, cli->language, value);
        if (shown->form == SHOW_WORD)
                append_word(cli, shown, line, value, out);
        else
                buffer_puts(out, value + (shown->form == SHOW_PHONE && strncasecmp(value, "tel:", 4) == 0
                                                                         ? 4
                                                                         : 0));
        return 0;
}

static int print_lines(Cli *cli, const Lines *lines, const Shown *shown)
{
        const ContentLine *line;
        for (; shown->name; shown++)
                for (size_t i = 0; (line = find_line(lines, shown->name, i)); i++) {
                        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(LINE_MAX_BYTES);
                        if (!is_for_reader(cli, lines, shown->name, line))
                                continue;
                        append_title(cli, shown, line, &out);
                        buffer_puts(&out, ": ");
                        int r = append_value(cli, shown, line, &out);
                        if (r == 0)
                                r = buffer_error(&out);
                        if (r != 0)
                                return r;
                        output_lines(stdout, buffer_text(&out));
                }
        return 0;
}

/* Prints the day of an occurrence that is cancelled, or left out by an EXDATE. */
static int print_cancelled(Cli *cli, const When *when)
{
        CLEANUP(buffer_done) Buffer day = BUFFER_INIT(LINE_MAX_BYTES);
        int r = describe_start(cli, when, &day);
        print_titled(cli, TITLE_CANCELLED_DAY, buffer_text(&day));
        return r;
}

static int print_moved(Cli *cli, const Occurrence *occurrence)
{
        CLEANUP(buffer_done) Buffer days = BUFFER_INIT(LINE_MAX_BYTES);
        int r = describe_start(cli, &occurrence->recurrence_id, &days);
        buffer_puts(&days, " → ");
        if (r == 0)
                r = describe_span(cli, &occurrence->start, &occurrence->end, &days);
        print_titled(cli, TITLE_MOVED, buffer_text(&days));
        return r;
}

/* Prints the occurrences of a series that are not where its rule has them. */
static int print_changed(Cli *cli, const Event *event)
{
        Occurrence occurrence;
        When when;
        int r = 0;
        for (size_t i = 0; r == 0 && event_excluded(event, i, &when); i++)
                r = print_cancelled(cli, &when);
        for (size_t i = 0; r == 0 && occurrence_of_override(event, i, cli->config->time_zone, &occurrence);
                        i++)
                if (occurrence.status == EVENT_CANCELLED)
                        r = print_cancelled(cli, &occurrence.recurrence_id);
                else if (when_compare(&occurrence.start, &occurrence.recurrence_id) != 0)
                        r = print_moved(cli, &occurrence);
        return r;
}

static int print_parent(Cli *cli, const char *uid)
{
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(LINE_MAX_BYTES);
        int r = append_object(cli, uid, &name);
        print_titled(cli, TITLE_PARENT, buffer_text(&name));
        return r;
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
                print_titled(cli, TITLE_HOURS, buffer_text(&words));
        }
        if (r == 0)
                r = print_lines(cli, &(Lines){ .event = event }, shown_of_offer);
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
        output_line(stdout, record->name);
        print_titled(cli, TITLE_WHEN, buffer_text(&dates));
        print_titled(cli, TITLE_KIND, describe_kind(cli, event));
        if (r == 0 && event_parent(event))
                r = print_parent(cli, event_parent(event));
        if (r == 0)
                r = print_lines(cli, &(Lines){ .event = event }, shown_of_event);
        if (r == 0)
                r = print_changed(cli, event);
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
                return append_object(cli, target, out);
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
        print_titled(cli, TITLE_LISTED, buffer_text(&out));
        return r;
}

static int on_mute(const char *uid, void *userdata)
{
        Cli *cli = userdata;
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(LINE_MAX_BYTES);
        int r = append_object(cli, uid, &name);
        print_titled(cli, TITLE_MUTED_EVENT, buffer_text(&name));
        return r;
}

static int on_mute_kind(const char *kind, void *userdata)
{
        const Cli *cli = userdata;
        print_titled(cli, TITLE_MUTED_KIND, kind_title(cli, kind));
        return 0;
}

static void print_wishes(Cli *cli, const Card *card)
{
        DigestWish wish = card_digest(card);
        QuietHours quiet;
        char text[PREFERENCE_TEXT_SIZE];
        digest_format(&wish, text);
        if (wish.period != DIGEST_NONE)
                print_titled(cli, TITLE_DIGEST, text);
        if (!card_quiet(card, &quiet))
                return;
        quiet_format(&quiet, text);
        print_titled(cli, TITLE_QUIET, text);
}

static int print_bounces(Cli *cli, int64_t contact, const Card *card)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(LINE_MAX_BYTES);
        SuppressionState state = { 0 };
        int r = card_email(card) ? suppression_state(cli->store, contact, card_email(card), &state) : 0;
        if (r == 0)
                r = describe_bounces(cli, &state, &text);
        if (r == 0 && text.len)
                print_titled(cli, TITLE_CAME_BACK, buffer_text(&text));
        return r;
}

/* Prints the listings of a contact, and the reason if it gets no mail in spite of them. */
int show_mail(Cli *cli, int64_t contact, const Card *card)
{
        MailReason why = MAIL_REASON_NONE;
        print_wishes(cli, card);
        int r = describe_why_no_mail(cli, contact, card, &why);
        if (r == 0 && why)
                print_titled(cli, TITLE_NO_MAIL, cli_reason(cli->strings, why));
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
        output_line(stdout, record->name);
        r = print_lines(cli, &(Lines){ .card = card }, shown_of_card);
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
