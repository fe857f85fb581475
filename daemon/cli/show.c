/* convene show: everything that is known of one object, in the reader's language. */

#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/person.h"
#include "cli/words.h"
#include "contact/card.h"
#include "contact/preference.h"
#include "store/object.h"
#include "store/optout.h"
#include "store/subscription.h"

#include <stdio.h>
#include <string.h>

enum { LINE_MAX_BYTES = 1024 * 1024 };

const CliOption show_options[] = {
        { "raw", NULL, "the text as it was given" },
        { NULL, NULL, NULL },
};

typedef enum ShowForm {
        SHOW_TEXT,
        SHOW_WORD,     /* by `words` */
        SHOW_PERSON,   /* titled by what the person was to the event */
        SHOW_MATERIAL, /* X-NUMBER, and X-FILE=LOST */
        SHOW_SOURCE,   /* X-DOCUMENT */
        SHOW_OBJECT,   /* by its UID */
        SHOW_PHONE,    /* a tel: URI or text, with its TYPE */
        SHOW_ZONE,
} ShowForm;

/* A property that a reader wants to see, with its title. */
typedef struct Shown {
        const char *name, *ru, *en;
        ShowForm form;
        WordsOf words;
} Shown;

static const Shown shown_of_event[] = {
        { "X-CONVENED-ALIAS", "Другое название", "Also called", SHOW_TEXT, 0 },
        { "X-CONVENED-SUMMARY", "По-английски", "In English", SHOW_TEXT, 0 },
        { "LOCATION", "Место", "Place", SHOW_TEXT, 0 },
        { "X-CONVENED-LOCATION", "Место", "Place", SHOW_TEXT, 0 },
        { "STATUS", "Статус", "Status", SHOW_WORD, WORDS_STATUS },
        { "CLASS", "Доступ", "Access", SHOW_WORD, WORDS_CLASS },
        { "X-CONVENED-DATE-BASIS", "Основание даты", "Date basis", SHOW_WORD, WORDS_BASIS },
        { "X-CONVENED-DATE-PRECISION", "Точность даты", "Precision", SHOW_WORD, WORDS_PRECISION },
        { "RRULE", "Повторяется", "Repeats", SHOW_TEXT, 0 },
        { "COMMENT", "Примечание", "Note", SHOW_TEXT, 0 },
        { "X-CONVENED-ORGANIZER", "Организатор", "Organiser", SHOW_TEXT, 0 },
        { "X-CONVENED-PERSON", NULL, NULL, SHOW_PERSON, 0 },
        { "X-CONVENED-PARTICIPANT", "Участник", "Participant", SHOW_TEXT, 0 },
        { "X-CONVENED-REGION", "Регион", "Region", SHOW_TEXT, 0 },
        { "X-CONVENED-REGION-COUNT", "Число регионов", "Number of regions", SHOW_TEXT, 0 },
        { "CONTACT", "Справки", "Ask", SHOW_TEXT, 0 },
        { "X-CONVENED-PROGRAMME", "Программа", "Programme", SHOW_MATERIAL, 0 },
        { "X-CONVENED-MATERIAL", "Материал", "Material", SHOW_MATERIAL, 0 },
        { "X-CONVENED-OUTCOME", "Итог", "Outcome", SHOW_TEXT, 0 },
        { "X-CONVENED-SOURCE", "Источник", "Source", SHOW_SOURCE, 0 },
        { "URL", "Ссылка", "Link", SHOW_TEXT, 0 },
        { "SOURCE", "Адрес источника", "Source address", SHOW_TEXT, 0 },
        { "DESCRIPTION", "Описание", "Description", SHOW_TEXT, 0 },
        { 0 },
};

static const Shown shown_of_card[] = {
        { "X-CONVENED-SUMMARY", "По-английски", "In English", SHOW_TEXT, 0 },
        { "NICKNAME", "Другое название", "Also called", SHOW_TEXT, 0 },
        { "KIND", "Вид", "Kind", SHOW_WORD, WORDS_CARD },
        { "ROLE", "Роль", "Role", SHOW_TEXT, 0 },
        { "TITLE", "Должность", "Title", SHOW_TEXT, 0 },
        { "ORG", "Организация", "Organisation", SHOW_TEXT, 0 },
        { "EMAIL", "Почта", "E-mail", SHOW_TEXT, 0 },
        { "TEL", "Телефон", "Telephone", SHOW_PHONE, 0 },
        { "ADR", "Адрес", "Address", SHOW_TEXT, 0 },
        { "URL", "Ссылка", "Link", SHOW_TEXT, 0 },
        { "LANG", "Язык", "Language", SHOW_WORD, WORDS_LANGUAGE },
        { "TZ", "Часовой пояс", "Time zone", SHOW_ZONE, 0 },
        { "X-CONVENED-TOWN", "Город", "Town", SHOW_TEXT, 0 },
        { "X-CONVENED-VISITED", "Посещалась", "Visited", SHOW_WORD, WORDS_VISITED },
        { "X-CONVENED-VISIT-LIKELY", "Посещение вероятно", "Visit likely", SHOW_WORD, WORDS_VISITED },
        { "X-CONVENED-PART", "Участие", "Part", SHOW_SOURCE, 0 },
        { "X-CONVENED-PERSON", NULL, NULL, SHOW_PERSON, 0 },
        { "RELATED", "Связано", "Related", SHOW_OBJECT, 0 },
        { "NOTE", "Примечание", "Note", SHOW_TEXT, 0 },
        { "X-CONVENED-SOURCE", "Источник", "Source", SHOW_SOURCE, 0 },
        { 0 },
};

/* An event or a card: what its lines are asked of. */
typedef struct Lines {
        const Event *event;
        const Card *card;
} Lines;

static const ContentLine *find_line(const Lines *lines, const char *name, size_t index)
{
        return lines->event ? event_property_line(lines->event, name, index)
                            : card_property(lines->card, name, index);
}

static const char *in_language(const Cli *cli, const char *ru, const char *en)
{
        return words_choose(cli->language, ru, en);
}

static bool is_in(const ContentLine *line, const char *language)
{
        const char *given = content_line_param(line, "LANGUAGE");
        return given && strncasecmp(given, language, 2) == 0;
}

/* Of a text that is there in several languages the reader's alone is shown. */
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
        if (shown->form == SHOW_PERSON) {
                buffer_puts(out, person_manner(line, cli->language));
                return;
        }
        buffer_puts(out, in_language(cli, shown->ru, shown->en));
        const char *number = content_line_param(line, "X-NUMBER");
        const char *document = content_line_param(line, "X-DOCUMENT");
        if (shown->form == SHOW_MATERIAL && number)
                buffer_printf(out, " %s", number);
        if (shown->form == SHOW_MATERIAL && has_word(line, "X-FILE", "LOST"))
                buffer_puts(out, in_language(cli, " (файл утрачен)", " (the file is lost)"));
        if (shown->form == SHOW_PHONE && has_word(line, "TYPE", "cell"))
                buffer_puts(out, in_language(cli, " (мобильный)", " (mobile)"));
        if (shown->form == SHOW_SOURCE && document)
                buffer_printf(out, " (%s)",
                                strcmp(document, "PUBLIC") == 0
                                                ? in_language(cli, "открытая публикация", "public report")
                                                : document);
}

/* An object that is not kept (any more) is named by its UID alone. */
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

static int append_value(Cli *cli, const Shown *shown, const ContentLine *line, Buffer *out)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(LINE_MAX_BYTES);
        if (shown->form == SHOW_PERSON) {
                person_describe(out, line, cli->language);
                return 0;
        }
        content_unescape(&text, line->value, line->value_len);
        const char *value = buffer_text(&text);
        if (shown->form == SHOW_OBJECT)
                return append_object(cli, value, out);
        if (shown->form == SHOW_ZONE)
                return append_zone(cli, value, out);
        if (shown->form == SHOW_WORD)
                value = words_of(cli->language, shown->words, value);
        if (shown->form == SHOW_PHONE && strncasecmp(value, "tel:", 4) == 0)
                value += 4;
        buffer_puts(out, value);
        if (shown->form == SHOW_WORD && has_word(line, "X-BASIS", "INFERRED"))
                buffer_printf(out, " (%s)", words_of(cli->language, WORDS_BASIS, "INFERRED"));
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
                        puts(buffer_text(&out));
                }
        return 0;
}

static int print_parent(Cli *cli, const char *uid)
{
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(LINE_MAX_BYTES);
        int r = append_object(cli, uid, &name);
        printf("%s: %s\n", in_language(cli, "Часть целого", "Part of"), buffer_text(&name));
        return r;
}

static int show_event(Cli *cli, const ObjectRecord *record)
{
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(buffer_done) Buffer dates = BUFFER_INIT(LINE_MAX_BYTES);
        InputError error = { 0 };
        int r = event_parse(cli->zones, record->text, record->len, &event, &error);
        if (r != 0) {
                fprintf(stderr, "convene: %s: %s\n", record->uid, r < 0 ? strerror(-r) : error.message);
                return CLI_REFUSED;
        }
        r = output_dates(cli, event, &dates);
        printf("%s\n%s: %s\n%s: %s\n", record->name, in_language(cli, "Когда", "When"), buffer_text(&dates),
                        in_language(cli, "Вид", "Kind"), output_kind(cli, event));
        if (r == 0 && event_parent(event))
                r = print_parent(cli, event_parent(event));
        if (r == 0)
                r = print_lines(cli, &(Lines){ .event = event }, shown_of_event);
        printf("UID: %s\nSEQUENCE: %d\n", record->uid, record->sequence);
        return r != 0 ? cli_refuse(cli, record->uid, r) : CLI_DONE;
}

static int on_subscription(const Subscription *subscription, void *userdata)
{
        Cli *cli = userdata;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(LINE_MAX_BYTES);
        const ConfigKind *kind = config_kind(cli->config, subscription->target);
        int r = 0;
        switch (subscription->scope) {
        case SUBSCRIBE_ALL:
                buffer_puts(&out, in_language(cli, "всё", "everything"));
                break;
        case SUBSCRIBE_KIND:
                buffer_printf(&out, "%s %s", in_language(cli, "вид", "kind"),
                                kind ? config_text(&kind->title, cli->language) : subscription->target);
                break;
        case SUBSCRIBE_CALENDAR:
                buffer_printf(&out, "%s %s", in_language(cli, "календарь", "calendar"),
                                subscription->target);
                break;
        case SUBSCRIBE_EVENT:
                r = append_object(cli, subscription->target, &out);
                break;
        }
        const char *own = in_language(
                        cli, "когда назначено событию или виду", "when the event or its kind says");
        printf("%s: %s; %s\n", in_language(cli, "Подписка", "Listed for"), buffer_text(&out),
                        subscription->leads[0] ? subscription->leads : own);
        return r;
}

static int on_mute(const char *uid, void *userdata)
{
        Cli *cli = userdata;
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(LINE_MAX_BYTES);
        int r = append_object(cli, uid, &name);
        printf("%s: %s\n", in_language(cli, "Без писем о событии", "No mail about"), buffer_text(&name));
        return r;
}

static int on_mute_kind(const char *kind, void *userdata)
{
        Cli *cli = userdata;
        const ConfigKind *known = config_kind(cli->config, kind);
        printf("%s: %s\n", in_language(cli, "Без писем о событиях вида", "No mail about the kind"),
                        known ? config_text(&known->title, cli->language) : kind);
        return 0;
}

static void print_wishes(Cli *cli, const Card *card)
{
        DigestWish wish = card_digest(card);
        QuietHours quiet;
        char text[PREFERENCE_TEXT_SIZE];
        digest_format(&wish, text);
        if (wish.period != DIGEST_NONE)
                printf("%s: %s\n",
                                in_language(cli, "Повестка вместо напоминаний",
                                                "Agenda instead of reminders"),
                                text);
        if (!card_quiet(card, &quiet))
                return;
        quiet_format(&quiet, text);
        printf("%s: %s\n", in_language(cli, "Тихие часы", "Quiet hours"), text);
}

static int print_bounces(Cli *cli, int64_t contact, const Card *card)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(LINE_MAX_BYTES);
        SuppressionState state = { 0 };
        int r = card_email(card) ? suppression_state(cli->store, contact, card_email(card), &state) : 0;
        if (r == 0)
                r = output_bounces(cli, &state, &text);
        if (r == 0 && text.len)
                printf("%s: %s\n", in_language(cli, "Вернулось", "Came back"), buffer_text(&text));
        return r;
}

/* What the contact is listed for, and why it may get nothing all the same. */
static int print_mail(Cli *cli, int64_t contact, const Card *card)
{
        CLEANUP(buffer_done) Buffer why = BUFFER_INIT(LINE_MAX_BYTES);
        print_wishes(cli, card);
        int r = output_why_no_mail(cli, contact, card, &why);
        if (r == 0 && why.len)
                printf("%s: %s\n", in_language(cli, "Писем не получает", "Gets no mail"),
                                words_of(cli->language, WORDS_REASON, buffer_text(&why)));
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
        if (r != 0) {
                fprintf(stderr, "convene: %s: %s\n", record->uid, r < 0 ? strerror(-r) : error.message);
                return CLI_REFUSED;
        }
        puts(record->name);
        r = print_lines(cli, &(Lines){ .card = card }, shown_of_card);
        if (r == 0 && card_kind(card) == CARD_INDIVIDUAL)
                r = print_mail(cli, record->id, card);
        printf("UID: %s\n", record->uid);
        return r != 0 ? cli_refuse(cli, record->uid, r) : CLI_DONE;
}

int command_show(Cli *cli)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = object_find(cli->store, cli->words[0], &record);
        if (r == STORE_E_NOT_FOUND && strchr(cli->words[0], '@')) {
                r = find_contact(cli, cli->words[0], &record);
                if (r != CLI_DONE)
                        return r;
        }
        if (r != 0)
                return cli_refuse(cli, cli->words[0], r);
        if (cli_flag(cli, "raw"))
                fwrite(record->text, 1, record->len, stdout);
        else
                return record->kind == OBJECT_CARD ? show_card(cli, record) : show_event(cli, record);
        return CLI_DONE;
}
