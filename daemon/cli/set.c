/*
 * convene set: sets one property of an event, by its name. An invalid value is refused before anything is
 * written.
 */

#include "catalog/text.h"
#include "cli/command.h"
#include "cli/edit-transaction.h"
#include "cli/event-options.h"
#include "cli/find.h"
#include "cli/parent-check.h"
#include "cli/parts.h"
#include "store/object.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { NAME_SIZE = 64, VALUE_SIZE = 256, LANGUAGE_SIZE = 36, LIST_MAX_BYTES = 256 * 1024 };

const CliOption set_options[] = {
        EVENT_OPTIONS,
        { "language", "TAG", HELP_SET_LANGUAGE },
        { "add", NULL, HELP_SET_ADD },
        { "all", NULL, HELP_SET_ALL },
        { "with-parts", NULL, HELP_SET_PARTS },
        { "notify", "yes|no|all", HELP_NOTIFY },
        { NULL, NULL, 0 },
};

typedef enum SetForm {
        SET_TEXT, /* plain text, which is escaped */
        SET_RAW,  /* in iCalendar's own form */
        SET_KINDS,
        SET_CLASS,
        SET_PARENT,
        SET_DATES, /* of occurrences, in the zone of the series */
        SET_NEVER,
} SetForm;

/*
 * The known properties: RFC 5545, 3.8; RFC 7986, 5; RFC 9073, 6; RFC 9253, 8. Properties that begin with X-
 * are text.
 */
static const struct {
        const char *name;
        SetForm form;
        CliNever why; /* with SET_NEVER: the reason */
} settable[] = {
        { "SUMMARY", SET_TEXT, 0 },
        { "DESCRIPTION", SET_TEXT, 0 },
        { "LOCATION", SET_TEXT, 0 },
        { "COMMENT", SET_TEXT, 0 },
        { "CONTACT", SET_TEXT, 0 },
        { "RESOURCES", SET_RAW, 0 },
        { "CATEGORIES", SET_KINDS, 0 },
        { "RELATED-TO", SET_PARENT, 0 },
        { "EXDATE", SET_DATES, 0 },
        { "RDATE", SET_DATES, 0 },
        { "RRULE", SET_RAW, 0 },
        { "DURATION", SET_RAW, 0 },
        { "STATUS", SET_RAW, 0 },
        { "CLASS", SET_CLASS, 0 },
        { "TRANSP", SET_RAW, 0 },
        { "PRIORITY", SET_RAW, 0 },
        { "GEO", SET_RAW, 0 },
        { "URL", SET_RAW, 0 },
        { "SOURCE", SET_RAW, 0 },
        { "COLOR", SET_RAW, 0 },
        { "ATTACH", SET_RAW, 0 },
        { "IMAGE", SET_RAW, 0 },
        { "CONFERENCE", SET_RAW, 0 },
        { "CONCEPT", SET_RAW, 0 },
        { "UID", SET_NEVER, NEVER_CHANGES },
        { "DTSTAMP", SET_NEVER, NEVER_SET_BY_CHANGE },
        { "LAST-MODIFIED", SET_NEVER, NEVER_SET_BY_CHANGE },
        { "CREATED", SET_NEVER, NEVER_CHANGES },
        { "SEQUENCE", SET_NEVER, NEVER_RISES },
        { "DTSTART", SET_NEVER, NEVER_SET_BY_DATE },
        { "DTEND", SET_NEVER, NEVER_SET_BY_DATE },
        { "RECURRENCE-ID", SET_NEVER, NEVER_OF_INSTANCE },
        { "ATTENDEE", SET_NEVER, NEVER_ATTENDEE },
        { "ORGANIZER", SET_NEVER, NEVER_ORGANIZER },
};

/*
 * The properties to set: the one that the words name, and those of the options. `properties` borrows from
 * the other members.
 */
typedef struct Setting {
        const char *uid;
        SetForm form;
        char name[NAME_SIZE], value[VALUE_SIZE], params[WHEN_PARAMS_SIZE];
        EventOptions options;
        Buffer list; /* the new values of a list */
        EditProperty properties[EVENT_OPTIONS_MAX + 2];
        size_t n;
} Setting;

static void setting_done(Setting *setting)
{
        event_options_done(&setting->options);
        buffer_done(&setting->list);
}

/* Returns the name of the @index-th property that can be set; NULL after the last one. */
static const char *settable_name(size_t index, const void *userdata)
{
        (void)userdata;
        for (size_t i = 0; i < sizeof(settable) / sizeof(settable[0]); i++)
                if (settable[i].form != SET_NEVER && index-- == 0)
                        return settable[i].name;
        return NULL;
}

static char in_capitals(char c)
{
        return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static int usage_name(Cli *cli, const char *pattern, const char *name)
{
        return cli_usage(cli, pattern, TEXT_ARGUMENTS({ "name", name, 0 }));
}

static int read_name(Cli *cli, const char *word, Setting *setting)
{
        size_t len = strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
        if (len == 0 || len >= NAME_SIZE || word[len])
                return cli_usage_value(cli, cli->strings->bad_name, word);
        for (size_t i = 0; i < len; i++)
                setting->name[i] = in_capitals(word[i]);
        setting->form = SET_TEXT;
        if (strncmp(setting->name, "X-", 2) == 0 && len > 2)
                return CLI_DONE;
        for (size_t i = 0; i < sizeof(settable) / sizeof(settable[0]); i++) {
                if (strcmp(settable[i].name, setting->name) != 0)
                        continue;
                setting->form = settable[i].form;
                return setting->form == SET_NEVER
                                       ? usage_name(cli, cli->strings->never[settable[i].why], setting->name)
                                       : CLI_DONE;
        }
        return cli_usage_unknown(cli, cli->strings->unknown_property,
                        &(CliChoice){ "", setting->name, settable_name, NULL });
}

/*
 * Reads a list of kinds. All must be configured: otherwise the event would be in no feed and have no
 * reminders.
 */
static int read_kinds(Cli *cli, const char *value, Setting *setting)
{
        size_t len = strlen(value);
        char copy[VALUE_SIZE], *rest = copy, *word;
        if (len >= sizeof(copy))
                return usage_name(cli, cli->strings->too_long, "CATEGORIES");
        for (size_t i = 0; i <= len; i++)
                setting->value[i] = in_capitals(value[i]);
        memcpy(copy, value, len + 1);
        while ((word = strsep(&rest, ",")))
                if (!config_kind(cli->config, word))
                        return cli_usage_kind(cli, "CATEGORIES", word);
        return CLI_DONE;
}

static int read_value(Cli *cli, const char *value, Setting *setting)
{
        EditProperty *property = &setting->properties[0];
        *property = (EditProperty){
                .name = setting->name,
                .value = value[0] ? value : NULL,
                .text = setting->form == SET_TEXT || setting->form == SET_PARENT,
                .scope = cli_flag(cli, "add") ? EDIT_BESIDE : EDIT_NAME,
        };
        if (!value[0])
                return strcmp(setting->name, "SUMMARY") == 0 ? cli_usage(cli, cli->strings->needs_name, NULL)
                                                             : CLI_DONE;
        if (setting->form == SET_PARENT)
                return parent_check_new(cli, value, setting->uid);
        if (setting->form == SET_CLASS)
                return edit_transaction_check_class(cli, value);
        if (setting->form != SET_KINDS)
                return CLI_DONE;
        property->value = setting->value;
        return read_kinds(cli, value, setting);
}

/*
 * Returns the error message for a date that does not fit the series, as a pattern with {name} and {value};
 * NULL if it fits.
 */
static const char *misfit(const CliStrings *strings, const When *start, const When *date)
{
        bool is_date = date->form == WHEN_DATE, has_dates = start->form == WHEN_DATE;
        return is_date && !has_dates                                    ? strings->date_for_time
               : !is_date && has_dates                                  ? strings->time_for_dates
               : date->form == WHEN_FLOATING && start->form == WHEN_UTC ? strings->event_in_utc
               : date->form == WHEN_UTC && start->form != WHEN_UTC      ? strings->event_not_in_utc
                                                                        : NULL;
}

/*
 * Checks a list of dates, and adds the zone of the series. In another form, they would match none of its
 * occurrences.
 */
static int complete_dates(Cli *cli, const Event *event, Setting *setting)
{
        When start = event_start(event), date;
        char copy[VALUE_SIZE], *rest = copy, *word;
        if (snprintf(copy, sizeof(copy), "%s", cli->words[2]) >= (int)sizeof(copy))
                return usage_name(cli, cli->strings->too_long_list, setting->name);
        while ((word = strsep(&rest, ","))) {
                const char *why = when_parse(word, &date) < 0 ? cli->strings->bad_set_date
                                                              : misfit(cli->strings, &start, &date);
                if (why)
                        return cli_usage(cli, why,
                                        TEXT_ARGUMENTS({ "name", setting->name, 0 }, { "value", word, 0 }));
        }
        int r = when_params(&start, setting->params);
        if (r != 0)
                return cli_refuse(cli, zone_name(start.zone), r);
        setting->properties[0].params = setting->params[0] ? setting->params : NULL;
        return CLI_DONE;
}

/* Whether an event has the property only once: its text in another language is an X-CONVENED- property. */
static bool is_single(const char *name)
{
        static const char *const names[] = { "SUMMARY", "DESCRIPTION", "LOCATION" };
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                if (strcmp(names[i], name) == 0)
                        return true;
        return false;
}

/* Chooses the property and the lines of it that a text in the language of --language replaces. */
static void choose_language(const Event *event, const char *tag, Setting *setting)
{
        EditProperty *property = &setting->properties[0];
        char own[NAME_SIZE];
        const ContentLine *line = event_property_line(event, setting->name, 0);
        snprintf(setting->params, sizeof(setting->params), ";LANGUAGE=%s", tag);
        property->params = setting->params;
        property->scope = property->scope == EDIT_BESIDE ? EDIT_BESIDE : EDIT_FIRST_PARAM;
        if (!is_single(setting->name))
                return;
        property->scope = EDIT_NAME;
        if (!line || strcasecmp(catalog_text_language(line), tag) == 0 ||
                        edit_line_has_first_param(line, setting->params))
                return;
        property->scope = EDIT_FIRST_PARAM;
        snprintf(own, sizeof(own), "X-CONVENED-%.50s", setting->name);
        memcpy(setting->name, own, sizeof(own));
}

/* Counts the values that would be replaced. */
static int count_values(const Event *event, const Setting *setting)
{
        const EditProperty *property = &setting->properties[0];
        const ContentLine *line = NULL;
        int n = 0;
        while ((line = event_property_next(event, setting->name, line)))
                n += property->scope != EDIT_FIRST_PARAM || edit_line_has_first_param(line, setting->params);
        return n;
}

static bool has_item(const char *list, const char *item, size_t len)
{
        for (; *list; list += *list == ',') {
                size_t n = strcspn(list, ",");
                if (n == len && strncmp(list, item, len) == 0)
                        return true;
                list += n;
        }
        return false;
}

static bool is_list(const Setting *setting)
{
        return setting->form == SET_KINDS || setting->form == SET_DATES ||
               strcmp(setting->name, "RESOURCES") == 0;
}

/* @item: in iCalendar's form: an item if the property is a list, otherwise the value */
static bool event_has_item(const Event *event, const Setting *setting, const char *item, size_t len)
{
        const ContentLine *line = NULL;
        while ((line = event_property_next(event, setting->name, line)))
                if (is_list(setting) ? has_item(line->value, item, len)
                                     : line->value_len == len && memcmp(line->value, item, len) == 0)
                        return true;
        return false;
}

/* Sets the value to the list of the items that the event does not have. */
static void list_new_items(const Event *event, Setting *setting, const char *items)
{
        for (; *items; items += *items == ',') {
                size_t len = strcspn(items, ",");
                if (!event_has_item(event, setting, items, len))
                        buffer_printf(&setting->list, "%s%.*s", setting->list.len ? "," : "", (int)len,
                                        items);
                items += len;
        }
        setting->properties[0].value = buffer_text(&setting->list);
}

/* Removes from the value the items that the event has already. Return: as an EditCheck. */
static int drop_known(Cli *cli, const Event *event, Setting *setting)
{
        EditProperty *property = &setting->properties[0];
        CLEANUP(buffer_done) Buffer value = BUFFER_INIT(LIST_MAX_BYTES);
        if (property->text)
                content_escape(&value, property->value);
        else
                buffer_puts(&value, property->value);
        if (is_list(setting))
                list_new_items(event, setting, buffer_text(&value));
        if (is_list(setting) ? setting->list.len > 0
                             : !event_has_item(event, setting, buffer_text(&value), value.len))
                return CLI_DONE;
        cli_error(cli, cli->strings->has_value, TEXT_ARGUMENTS({ "name", setting->name, 0 }));
        return EDIT_TRANSACTION_UNCHANGED;
}

static int check_property(Cli *cli, const Event *event, Setting *setting)
{
        const char *tag = cli_value(cli, "language", 0);
        /* A draft of an older version has its place in this property, others have a VLOCATION. */
        if (event_is_draft(event) && strcmp(setting->name, "LOCATION") == 0 &&
                        event_property_line(event, "X-CONVENED-LOCATION", 0))
                snprintf(setting->name, sizeof(setting->name), "X-CONVENED-LOCATION");
        if (tag)
                choose_language(event, tag, setting);
        int n = count_values(event, setting);
        if (n > 1 && !cli_flag(cli, "add") && !cli_flag(cli, "all"))
                return cli_usage(cli, cli->strings->several_values,
                                TEXT_ARGUMENTS({ "name", setting->name, 0 }, { "n", NULL, n }));
        int code = setting->form == SET_DATES && setting->properties[0].value
                                   ? complete_dates(cli, event, setting)
                                   : CLI_DONE;
        return code == CLI_DONE && cli_flag(cli, "add") ? drop_known(cli, event, setting) : code;
}

static int check_setting(Cli *cli, const Event *event, void *userdata)
{
        Setting *setting = userdata;
        int code = setting->n > 0 ? check_property(cli, event, setting) : CLI_DONE;
        if (code == EDIT_TRANSACTION_UNCHANGED && event_options_given(cli)) {
                setting->n = 0;
                code = CLI_DONE;
        }
        if (code == CLI_DONE)
                code = event_options_read(cli, event, &setting->options);
        for (size_t i = 0; code == CLI_DONE && i < setting->options.n; i++)
                setting->properties[setting->n++] = setting->options.properties[i];
        setting->properties[setting->n] = (EditProperty){ .name = NULL };
        return code == CLI_DONE && setting->n == 0 ? EDIT_TRANSACTION_UNCHANGED : code;
}

/* Whether the text is a language tag of RFC 5646, by its form. */
static bool is_language_tag(const char *text)
{
        size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
        return len >= 2 && len <= 8 &&
               text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")] ==
                               '\0' &&
               (!text[len] || text[len] == '-') && strlen(text) < LANGUAGE_SIZE;
}

static int read_property(Cli *cli, Setting *setting)
{
        const char *tag = cli_value(cli, "language", 0);
        int code = read_name(cli, cli->words[1], setting);
        if (code != CLI_DONE)
                return code;
        if (tag && (setting->form != SET_TEXT || !is_language_tag(tag)))
                return cli_usage(cli,
                                setting->form != SET_TEXT ? cli->strings->has_no_language
                                                          : cli->strings->bad_language,
                                TEXT_ARGUMENTS({ "name", setting->name, 0 }, { "value", tag, 0 }));
        if (cli_flag(cli, "add") && !cli->words[2][0])
                return cli_usage(cli, cli->strings->add_needs_value, NULL);
        setting->n = 1;
        return read_value(cli, cli->words[2], setting);
}

/* Sets the properties of one event, in an open transaction. The arguments are parsed for each event. */
static int set_event(Cli *cli, const char *uid)
{
        CLEANUP(setting_done) Setting setting = { .uid = uid, .list = BUFFER_INIT(LIST_MAX_BYTES) };
        int code = cli->n_words == 3 ? read_property(cli, &setting) : CLI_DONE;
        return code == CLI_DONE ? edit_transaction_apply(
                                                  cli, uid, setting.properties, check_setting, &setting)
                                : code;
}

static int set_parts(Cli *cli, const Parts *parts)
{
        int code = CLI_DONE;
        for (size_t i = 0; code == CLI_DONE && i < parts->n; i++) {
                code = set_event(cli, parts->items[i].uid);
                if (code == CLI_DONE)
                        parts_tell_changed(cli, &parts->items[i]);
        }
        return code;
}

/* When a parent gets this value, its parts that still have another value are reported. */
typedef struct Contrast {
        const char *name, *value;
        size_t pattern; /* offset in CliStrings of a text with {n}, {name}, {parts}, {command} */
} Contrast;

static const Contrast contrasts[] = {
        { "STATUS", "CANCELLED", offsetof(CliStrings, parts_take_place) },
        { "CLASS", "PRIVATE", offsetof(CliStrings, parts_stay_public) },
        { "CLASS", "CONFIDENTIAL", offsetof(CliStrings, parts_stay_public) },
};

static bool differs(const Part *part, const void *userdata)
{
        const Contrast *contrast = userdata;
        const char *value = event_text_property(part->event, contrast->name);
        return !event_is_draft(part->event) && (!value || strcasecmp(value, contrast->value) != 0);
}

/* Reports the parts that now differ from their parent, or lie outside of it. */
static int tell_parts(Cli *cli, Parts *parts)
{
        if (cli->n_words < 3)
                return 0;
        for (size_t i = 0; i < sizeof(contrasts) / sizeof(contrasts[0]); i++) {
                const Contrast *contrast = &contrasts[i];
                const char *pattern;
                if (strcasecmp(contrast->name, cli->words[1]) != 0 ||
                                strcasecmp(contrast->value, cli->words[2]) != 0)
                        continue;
                parts_keep(parts, differs, contrast);
                memcpy(&pattern, (const char *)cli->strings + contrast->pattern, sizeof(pattern));
                parts_tell(cli, pattern, parts);
        }
        bool may_shorten = strcasecmp(cli->words[1], "DURATION") == 0 ||
                           strcasecmp(cli->words[1], "RRULE") == 0;
        return may_shorten ? parent_check_parts(cli, cli->words[0]) : 0;
}

static int check_words(Cli *cli)
{
        bool has_options = event_options_given(cli) && !cli_flag(cli, "language");
        if (cli->n_words == 3 || (cli->n_words == 1 && has_options))
                return CLI_DONE;
        return cli_usage(cli, cli->usage->missing,
                        TEXT_ARGUMENTS({ "what", cli->n_words == 2 ? "VALUE" : "PROPERTY VALUE", 0 }));
}

int command_set(Cli *cli)
{
        CLEANUP(parts_done) Parts parts = { .n = 0 };
        int code = check_words(cli);
        if (code == CLI_DONE)
                code = edit_transaction_begin(cli);
        if (code != CLI_DONE)
                return code;
        code = set_event(cli, cli->words[0]);
        int r = code == CLI_DONE ? parts_find(cli->store, cli->words[0], &parts) : 0;
        if (r != 0)
                code = cli_refuse(cli, cli->words[0], r);
        if (code == CLI_DONE && cli_flag(cli, "with-parts"))
                code = set_parts(cli, &parts);
        code = edit_transaction_end(cli, code);
        r = code == CLI_DONE && !cli_flag(cli, "with-parts") ? tell_parts(cli, &parts) : 0;
        return r != 0 ? cli_refuse(cli, cli->words[0], r) : code;
}
