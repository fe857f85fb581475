#include "cli/show-lines.h"

#include "base/text-dates.h"
#include "base/text.h"
#include "cli/output.h"
#include "cli/person.h"
#include "store/object.h"
#include "web/rule-words.h"

#include <stdio.h>
#include <string.h>

enum { LINE_MAX_BYTES = 1024 * 1024 };

typedef enum ShowForm {
        SHOW_TEXT,
        SHOW_WORD, /* translated by `of` */
        /* a group of participants; the title is that of the table or, without one, the relation */
        SHOW_GROUP,
        SHOW_PERSON,   /* the title is the person's relation to the card */
        SHOW_MATERIAL, /* the title has X-NUMBER, and X-FILE=LOST */
        SHOW_SOURCE,   /* the title has X-DOCUMENT */
        SHOW_FILE,     /* its FILENAME, and its address unless the file is in the event */
        SHOW_LABELLED, /* its LABEL, and its address */
        SHOW_OBJECT,   /* the value is a UID; shown with the name of the object */
        SHOW_PHONE,    /* a tel: URI or text, with its TYPE */
        SHOW_RULE,     /* of a series, in words */
        SHOW_ZONE,
        SHOW_LANGUAGE, /* the value is a tag; shown as a name */
} ShowForm;

/* A property that is shown, with its title. */
typedef struct Shown {
        const char *name;
        CliTitle title; /* not used for SHOW_PERSON */
        ShowForm form;
        int of; /* WordsOf with SHOW_WORD, ParticipantGroup with SHOW_GROUP */
} Shown;

static const Shown shown_of_event[] = {
        { "X-CONVENED-ALIAS", TITLE_ALIAS, SHOW_TEXT, 0 },
        { "LOCATION", TITLE_PLACE, SHOW_TEXT, 0 },
        { "X-CONVENED-LOCATION", TITLE_PLACE, SHOW_TEXT, 0 },
        { "STATUS", TITLE_STATUS, SHOW_WORD, WORDS_STATUS },
        { "CLASS", TITLE_CLASS, SHOW_WORD, WORDS_CLASS },
        { "X-CONVENED-DATE-BASIS", TITLE_BASIS, SHOW_WORD, WORDS_BASIS },
        { "X-CONVENED-DATE-PRECISION", TITLE_PRECISION, SHOW_WORD, WORDS_PRECISION },
        { "RRULE", TITLE_REPEATS, SHOW_RULE, 0 },
        { "COMMENT", TITLE_NOTE, SHOW_TEXT, 0 },
        { "PARTICIPANT", TITLE_ORGANISER, SHOW_GROUP, PARTICIPANT_ORGANISERS },
        { "PARTICIPANT", 0, SHOW_GROUP, PARTICIPANT_PEOPLE },
        { "PARTICIPANT", TITLE_PARTICIPANT, SHOW_GROUP, PARTICIPANT_BODIES },
        { "PARTICIPANT", 0, SHOW_GROUP, PARTICIPANT_INVITED },
        { "X-CONVENED-REGION", TITLE_REGION, SHOW_TEXT, 0 },
        { "X-CONVENED-REGION-COUNT", TITLE_REGION_COUNT, SHOW_TEXT, 0 },
        { "CONTACT", TITLE_ASK, SHOW_TEXT, 0 },
        { "X-CONVENED-PROGRAMME", TITLE_PROGRAMME, SHOW_MATERIAL, 0 },
        { "X-CONVENED-MATERIAL", TITLE_MATERIAL, SHOW_MATERIAL, 0 },
        { "X-CONVENED-OUTCOME", TITLE_OUTCOME, SHOW_TEXT, 0 },
        { "X-CONVENED-SOURCE", TITLE_SOURCE, SHOW_SOURCE, 0 },
        { "ATTACH", TITLE_FILE, SHOW_FILE, 0 },
        { "CONFERENCE", TITLE_JOIN, SHOW_TEXT, 0 },
        { "LINK", TITLE_LINK, SHOW_LABELLED, 0 },
        { "CONCEPT", TITLE_CONCEPT, SHOW_TEXT, 0 },
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

/* The event or the card whose lines are shown; the other one is NULL. */
typedef struct Lines {
        const Event *event;
        const Card *card;
} Lines;

static const ContentLine *find_line(const Lines *lines, const char *name, size_t index)
{
        return lines->event ? event_property_line(lines->event, name, index)
                            : card_property(lines->card, name, index);
}

void show_titled(const Cli *cli, CliTitle title, const char *value)
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
        bool is_source = shown->form == SHOW_LABELLED && has_word(line, "LINKREL", "via");
        buffer_puts(out, strings->titles[is_source ? TITLE_SOURCE : shown->title]);
        if (is_source)
                buffer_printf(out, " (%s)", strings->public_report);
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

int show_append_object(Cli *cli, const char *uid, Buffer *out)
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
        const char *word = cli_word(cli->strings, (WordsOf)shown->of, value);
        buffer_puts(out, word ? word : value);
        if (has_word(line, "X-BASIS", "INFERRED"))
                buffer_printf(out, " (%s)", cli->strings->words[WORD_INFERRED]);
}

/* Appends the name of a file and its address. A file that is in the event itself has no address. */
static void append_file(const ContentLine *line, Buffer *out)
{
        const char *name = content_line_param(line, "FILENAME");
        bool is_inside = has_word(line, "VALUE", "BINARY");
        if (is_inside && !name)
                name = content_line_param(line, "FMTTYPE");
        buffer_puts(out, name ? name : is_inside ? "…" : "");
        if (!is_inside)
                buffer_printf(out, name ? " (%s)" : "%s", line->value);
}

/* Appends the rule of a series in words; as it is written, if there are no words for it. */
static int append_rule(const Cli *cli, const Event *event, const ContentLine *line, Buffer *out)
{
        CLEANUP(text_dates_freep) TextDates *dates = NULL;
        Language language = language_of(cli->language);
        int r = text_dates_new(cli->language, &dates);
        if (r < 0)
                return r;
        const PageView view = {
                .language = language, .tag = cli->language, .strings = web_strings(language), .dates = dates
        };
        if (!rule_words(out, &view, event, event_zone(event, cli->config->time_zone)))
                buffer_puts(out, line->value);
        return 0;
}

static int append_value(
                Cli *cli, const Lines *lines, const Shown *shown, const ContentLine *line, Buffer *out)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(LINE_MAX_BYTES);
        if (shown->form == SHOW_RULE)
                return append_rule(cli, lines->event, line, out);
        if (shown->form == SHOW_LABELLED) {
                const char *label = content_line_param(line, "LABEL");
                buffer_printf(out, label ? "%s (%s)" : "%s%s", label ? label : "", line->value);
                return 0;
        }
        if (shown->form == SHOW_FILE) {
                append_file(line, out);
                return 0;
        }
        content_unescape(&text, line->value, line->value_len);
        const char *value = buffer_text(&text);
        if (shown->form == SHOW_OBJECT)
                return show_append_object(cli, value, out);
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

/* Prints a person or body. @title: NULL for the person's relation to the event or card */
static int print_person(const Cli *cli, const char *title, const Participant *person)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(LINE_MAX_BYTES);
        buffer_printf(&out, "%s: ", title ? title : person_manner(person, cli->strings));
        person_describe(&out, person, cli->strings);
        int r = buffer_error(&out);
        if (r == 0)
                output_lines(stdout, buffer_text(&out));
        return r;
}

static int print_group(const Cli *cli, const Event *event, const Shown *shown)
{
        const bool has_title = shown->of == PARTICIPANT_ORGANISERS || shown->of == PARTICIPANT_BODIES;
        const Participant *person = NULL;
        int r = 0;
        while (r == 0 && (person = event_participant_next(event, (ParticipantGroup)shown->of, person)))
                r = print_person(cli, has_title ? cli->strings->titles[shown->title] : NULL, person);
        return r;
}

static int print_line(Cli *cli, const Lines *lines, const Shown *shown, const ContentLine *line)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(LINE_MAX_BYTES);
        Participant person;
        if (shown->form == SHOW_PERSON)
                return participant_read_line(line, &person) ? print_person(cli, NULL, &person) : 0;
        append_title(cli, shown, line, &out);
        buffer_puts(&out, ": ");
        int r = append_value(cli, lines, shown, line, &out);
        if (r == 0)
                r = buffer_error(&out);
        if (r == 0)
                output_lines(stdout, buffer_text(&out));
        return r;
}

static int print_lines(Cli *cli, const Lines *lines, const Shown *shown)
{
        const ContentLine *line;
        int r = 0;
        for (; r == 0 && shown->name; shown++) {
                if (shown->form == SHOW_GROUP)
                        r = print_group(cli, lines->event, shown);
                for (size_t i = 0; r == 0 && (line = find_line(lines, shown->name, i)); i++)
                        if (is_for_reader(cli, lines, shown->name, line))
                                r = print_line(cli, lines, shown, line);
        }
        return r;
}

int show_lines_of_event(Cli *cli, const Event *event)
{
        return print_lines(cli, &(Lines){ .event = event }, shown_of_event);
}

int show_lines_of_offer(Cli *cli, const Event *event)
{
        return print_lines(cli, &(Lines){ .event = event }, shown_of_offer);
}

int show_lines_of_card(Cli *cli, const Card *card)
{
        return print_lines(cli, &(Lines){ .card = card }, shown_of_card);
}
