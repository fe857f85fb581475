/*
 * convene set: sets one property of an event, by its name. An invalid value is refused before anything is
 * written.
 */

#include "cli/command.h"
#include "cli/edit-transaction.h"
#include "cli/find.h"
#include "store/object.h"

#include <stdio.h>
#include <string.h>

enum { NAME_SIZE = 64, VALUE_SIZE = 256, PARAMS_SIZE = 128 };

const CliOption set_options[] = {
        { "add", NULL, HELP_SET_ADD },
        { "all", NULL, HELP_SET_ALL },
        { "notify", "yes|no", HELP_NOTIFY },
        { NULL, NULL, 0 },
};

typedef enum SetForm {
        SET_TEXT, /* plain text, which is escaped */
        SET_RAW,  /* in iCalendar's own form */
        SET_KINDS,
        SET_CLASS,
        SET_PARENT,
        SET_DATES, /* of instances, in the zone of the series */
        SET_NEVER,
} SetForm;

/* The known properties: RFC 5545, 3.8; RFC 7986, 5; RFC 9073, 6. Properties that begin with X- are text. */
static const struct {
        const char *name;
        SetForm form;
        CliNever why; /* of SET_NEVER */
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

/* The property to be set; `properties` points to `name`, `value` and `params`. */
typedef struct Setting {
        SetForm form;
        char name[NAME_SIZE], value[VALUE_SIZE], params[PARAMS_SIZE];
        EditProperty properties[2];
} Setting;

/* Returns the names of the properties that can be set. */
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

static int check_parent(Cli *cli, const char *uid)
{
        CLEANUP(object_record_freep) ObjectRecord *parent = NULL;
        if (strcmp(uid, cli->words[0]) == 0)
                return cli_usage(cli, cli->strings->own_parent, NULL);
        int r = object_find(cli->store, uid, &parent);
        return r == STORE_E_NOT_FOUND ? find_refuse(cli, NULL, uid)
               : r != 0               ? cli_refuse(cli, uid, r)
                                      : CLI_DONE;
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
                return check_parent(cli, value);
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
 * Completes a list of dates with the zone of the series. In any other form they would match none of its
 * instances.
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
        if (start.form == WHEN_DATE)
                snprintf(setting->params, sizeof(setting->params), ";VALUE=DATE");
        else if (start.form == WHEN_ZONED)
                snprintf(setting->params, sizeof(setting->params), ";TZID=%s", zone_name(start.zone));
        setting->properties[0].params = setting->params[0] ? setting->params : NULL;
        return CLI_DONE;
}

static int check_setting(Cli *cli, const Event *event, void *userdata)
{
        Setting *setting = userdata;
        int n = 0;
        /* A VJOURNAL has no LOCATION; see edit_compose(). */
        if (event_is_draft(event) && strcmp(setting->name, "LOCATION") == 0)
                snprintf(setting->name, sizeof(setting->name), "X-CONVENED-LOCATION");
        while (event_property_line(event, setting->name, (size_t)n))
                n++;
        if (n > 1 && !cli_flag(cli, "add") && !cli_flag(cli, "all"))
                return cli_usage(cli, cli->strings->several_values,
                                TEXT_ARGUMENTS({ "name", setting->name, 0 }, { "n", NULL, n }));
        if (setting->form == SET_DATES && setting->properties[0].value)
                return complete_dates(cli, event, setting);
        return CLI_DONE;
}

int command_set(Cli *cli)
{
        Setting setting = { 0 };
        if (cli_flag(cli, "add") && cli_flag(cli, "all"))
                return cli_usage(cli, cli->strings->add_or_all, NULL);
        if (cli_flag(cli, "add") && !cli->words[2][0])
                return cli_usage(cli, cli->strings->add_needs_value, NULL);
        int r = read_name(cli, cli->words[1], &setting);
        if (r == CLI_DONE)
                r = read_value(cli, cli->words[2], &setting);
        return r == CLI_DONE ? edit_transaction_event(cli, setting.properties, check_setting, &setting) : r;
}
