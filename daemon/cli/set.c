/* convene set: one property of an event, by its name. What cannot be meant is refused before anything is written. */

#include "cli/command.h"
#include "cli/edit-transaction.h"
#include "store/object.h"

#include <stdio.h>
#include <string.h>

enum { NAME_SIZE = 64, VALUE_SIZE = 256, PARAMS_SIZE = 128 };

const CliOption set_options[] = {
        { "add", NULL, "one value more, beside those that are there" },
        { "all", NULL, "in place of all values, where there are several" },
        { NULL, NULL, NULL },
};

typedef enum SetForm {
        SET_TEXT, /* plain text, which is escaped */
        SET_RAW,  /* in iCalendar's own form */
        SET_KINDS,
        SET_CLASS,
        SET_PARENT,
        SET_DATES, /* of the series, on its clock */
        SET_NEVER,
} SetForm;

/* RFC 5545, 3.8, 7986, 5 and 9073, 6. A name that begins with X- is text. */
static const struct {
        const char *name;
        SetForm form;
        const char *why; /* of SET_NEVER */
} settable[] = {
        { "SUMMARY", SET_TEXT, NULL },
        { "DESCRIPTION", SET_TEXT, NULL },
        { "LOCATION", SET_TEXT, NULL },
        { "COMMENT", SET_TEXT, NULL },
        { "CONTACT", SET_TEXT, NULL },
        { "RESOURCES", SET_RAW, NULL },
        { "CATEGORIES", SET_KINDS, NULL },
        { "RELATED-TO", SET_PARENT, NULL },
        { "EXDATE", SET_DATES, NULL },
        { "RDATE", SET_DATES, NULL },
        { "RRULE", SET_RAW, NULL },
        { "DURATION", SET_RAW, NULL },
        { "STATUS", SET_RAW, NULL },
        { "CLASS", SET_CLASS, NULL },
        { "TRANSP", SET_RAW, NULL },
        { "PRIORITY", SET_RAW, NULL },
        { "GEO", SET_RAW, NULL },
        { "URL", SET_RAW, NULL },
        { "SOURCE", SET_RAW, NULL },
        { "COLOR", SET_RAW, NULL },
        { "ATTACH", SET_RAW, NULL },
        { "IMAGE", SET_RAW, NULL },
        { "CONFERENCE", SET_RAW, NULL },
        { "UID", SET_NEVER, "never changes" },
        { "DTSTAMP", SET_NEVER, "is set by every change" },
        { "LAST-MODIFIED", SET_NEVER, "is set by every change" },
        { "CREATED", SET_NEVER, "never changes" },
        { "SEQUENCE", SET_NEVER, "rises by itself" },
        { "DTSTART", SET_NEVER, "is set by convene date" },
        { "DTEND", SET_NEVER, "is set by convene date" },
        { "RECURRENCE-ID", SET_NEVER, "belongs to one changed instance: import that" },
        { "ATTENDEE", SET_NEVER, "belongs to an invitation; who takes part is X-CONVENED-PARTICIPANT" },
        { "ORGANIZER", SET_NEVER, "belongs to an invitation; who holds it is X-CONVENED-ORGANIZER" },
};

/* What is to be set; `name`, `value` and `params` are what its property points at. */
typedef struct Setting {
        SetForm form;
        char name[NAME_SIZE], value[VALUE_SIZE], params[PARAMS_SIZE];
        EditProperty properties[2];
} Setting;

static char in_capitals(char c)
{
        return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static int read_name(Cli *cli, const char *word, Setting *setting)
{
        size_t len = strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
        if (len == 0 || len >= NAME_SIZE || word[len])
                return cli_usage(cli, "'%s' is no name of a property", word);
        for (size_t i = 0; i < len; i++)
                setting->name[i] = in_capitals(word[i]);
        setting->form = SET_TEXT;
        if (strncmp(setting->name, "X-", 2) == 0 && len > 2)
                return CLI_DONE;
        for (size_t i = 0; i < sizeof(settable) / sizeof(settable[0]); i++) {
                if (strcmp(settable[i].name, setting->name) != 0)
                        continue;
                setting->form = settable[i].form;
                return setting->form == SET_NEVER ? cli_usage(cli, "%s %s", setting->name, settable[i].why)
                                                  : CLI_DONE;
        }
        return cli_usage(cli, "there is no property %s; one of your own begins with X-", setting->name);
}

/* Every one of the list must be a kind, or it would be in no feed and get no reminder. */
static int read_kinds(Cli *cli, const char *value, Setting *setting)
{
        size_t len = strlen(value);
        char copy[VALUE_SIZE], *rest = copy, *word;
        if (len >= sizeof(copy))
                return cli_usage(cli, "CATEGORIES: that is too long");
        for (size_t i = 0; i <= len; i++)
                setting->value[i] = in_capitals(value[i]);
        memcpy(copy, value, len + 1);
        while ((word = strsep(&rest, ",")))
                if (!config_kind(cli->config, word))
                        return cli_usage(cli, "CATEGORIES: the configuration has no kind '%s'", word);
        return CLI_DONE;
}

static int check_parent(Cli *cli, const char *uid)
{
        CLEANUP(object_record_freep) ObjectRecord *parent = NULL;
        if (strcmp(uid, cli->words[0]) == 0)
                return cli_usage(cli, "RELATED-TO: an event is no part of itself");
        int r = object_find(cli->store, uid, &parent);
        return r != 0 ? cli_refuse(cli, uid, r) : CLI_DONE;
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
                return strcmp(setting->name, "SUMMARY") == 0
                                       ? cli_usage(cli, "SUMMARY: an event needs a name")
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

/* Dates are written as those of the series are: on nobody's clock they would name none of its instances. */
static int complete_dates(Cli *cli, const Event *event, Setting *setting)
{
        When start = event_start(event), date;
        const char *name = setting->name;
        char copy[VALUE_SIZE], *rest = copy, *word;
        if (snprintf(copy, sizeof(copy), "%s", cli->words[2]) >= (int)sizeof(copy))
                return cli_usage(cli, "%s: that is too long; --add adds one more", name);
        while ((word = strsep(&rest, ","))) {
                if (when_parse(word, &date) < 0)
                        return cli_usage(cli, "%s: '%s' is no date like 20270105 or 20270105T100000", name,
                                        word);
                if ((date.form == WHEN_DATE) != (start.form == WHEN_DATE))
                        return cli_usage(cli, "%s: '%s' is %s, but the event has %s", name, word,
                                        date.form == WHEN_DATE ? "a date" : "a time",
                                        start.form == WHEN_DATE ? "whole days" : "a time");
                if (date.form == WHEN_FLOATING && start.form == WHEN_UTC)
                        return cli_usage(cli, "%s: the event is in UTC: write '%sZ'", name, word);
                if (date.form == WHEN_UTC && start.form != WHEN_UTC)
                        return cli_usage(cli,
                                        "%s: '%s' is in UTC, but the event is not: write its own clock, without the Z",
                                        name, word);
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
        /* A VJOURNAL has no place; see edit_compose(). */
        if (event_is_draft(event) && strcmp(setting->name, "LOCATION") == 0)
                snprintf(setting->name, sizeof(setting->name), "X-CONVENED-LOCATION");
        while (event_property_line(event, setting->name, (size_t)n))
                n++;
        if (n > 1 && !cli_flag(cli, "add") && !cli_flag(cli, "all"))
                return cli_usage(cli, "%s has %d values: --all replaces them all, --add adds one",
                                setting->name, n);
        if (setting->form == SET_DATES && setting->properties[0].value)
                return complete_dates(cli, event, setting);
        return CLI_DONE;
}

int command_set(Cli *cli)
{
        Setting setting = { 0 };
        if (cli_flag(cli, "add") && cli_flag(cli, "all"))
                return cli_usage(cli, "--add and --all exclude each other");
        if (cli_flag(cli, "add") && !cli->words[2][0])
                return cli_usage(cli, "--add needs a value");
        int r = read_name(cli, cli->words[1], &setting);
        if (r == CLI_DONE)
                r = read_value(cli, cli->words[2], &setting);
        return r == CLI_DONE ? edit_transaction_event(cli, setting.properties, check_setting, &setting) : r;
}
