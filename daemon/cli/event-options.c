#include "cli/event-options.h"

#include "edit/texts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { PARAMS_BYTES = 8192, VALUE_SIZE = 512 };

/* The people or bodies that an option adds or replaces. */
typedef struct ParticipantKind {
        const char *option;
        const TextsPeople *people;
} ParticipantKind;

static const ParticipantKind kinds[] = { { "speaker", &texts_speakers },
        { "organiser", &texts_organisers } };

#define FILES_OPTION "attach"
#define KINDS_N      (sizeof(kinds) / sizeof(kinds[0]))

void event_options_done(EventOptions *options)
{
        arena_done(&options->arena);
}

static void title_option(Language language, char ret[static CLI_OPTION_SIZE])
{
        snprintf(ret, CLI_OPTION_SIZE, "title-%s", language_tag(language));
}

static const char *title_in(const Cli *cli, Language language)
{
        char option[CLI_OPTION_SIZE];
        title_option(language, option);
        return cli_value(cli, option, 0);
}

bool event_options_given(const Cli *cli)
{
        for (Language language = 0; language < LANGUAGES_N; language++)
                if (title_in(cli, language))
                        return true;
        for (size_t i = 0; i < KINDS_N; i++)
                if (cli_flag(cli, kinds[i].option))
                        return true;
        return cli_flag(cli, FILES_OPTION);
}

bool event_options_has_title(const Cli *cli)
{
        const char *title = title_in(cli, language_of(cli->config->language));
        return title && title[0];
}

static int put(const Cli *cli, EventOptions *options, const EditProperty *property)
{
        if (options->n == EVENT_OPTIONS_MAX)
                return cli_usage(cli, cli->usage->too_many_options, NULL);
        options->properties[options->n++] = *property;
        return CLI_DONE;
}

/* Makes the property of a title. */
static int put_title(Cli *cli, EventOptions *options, const Event *event, Language language)
{
        const char *title = title_in(cli, language);
        bool is_first = !cli_flag(cli, "summary") && language == language_of(cli->config->language);
        EditProperty property;
        if (!title)
                return CLI_DONE;
        int r = texts_title(&options->arena, event, is_first, language, title, &property);
        if (r == TEXTS_E_NEEDS_TITLE)
                return cli_usage(cli, cli->strings->needs_name, NULL);
        return r != 0 ? cli_refuse(cli, "--title", r) : put(cli, options, &property);
}

static bool has_manner(const Participant *participant, const ParticipantKind *kind)
{
        return participant->manner && strcasecmp(participant->manner, kind->people->manner) == 0;
}

static bool has_participant(const Event *event, const ParticipantKind *kind, const char *name)
{
        const Participant *participant = NULL;
        CLEANUP(buffer_done) Buffer escaped = BUFFER_INIT(PARAMS_BYTES);
        content_escape(&escaped, name);
        while (event && (participant = event_participant_next(event, kind->people->group, participant)))
                if (has_manner(participant, kind) &&
                                strcmp(participant->name->value, buffer_text(&escaped)) == 0)
                        return true;
        return false;
}

static int count_participants(const Event *event, const ParticipantKind *kind)
{
        const Participant *participant = NULL;
        int n = 0;
        while (event && (participant = event_participant_next(event, kind->people->group, participant)))
                n += has_manner(participant, kind);
        return n;
}

static int count_files(const Event *event)
{
        const ContentLine *line = NULL;
        int n = 0;
        while (event && (line = event_property_next(event, "ATTACH", line)))
                n++;
        return n;
}

static bool has_file(const Event *event, const char *url)
{
        const ContentLine *line = NULL;
        while (event && (line = event_property_next(event, "ATTACH", line)))
                if (strcmp(line->value, url) == 0)
                        return true;
        return false;
}

/* Refuses an option that would replace several values. @n: how many there are */
static int check_several(const Cli *cli, const char *option, int n)
{
        char name[CLI_OPTION_SIZE];
        if (n < 2 || !cli_flag(cli, option) || cli_flag(cli, "add") || cli_flag(cli, "all"))
                return CLI_DONE;
        snprintf(name, sizeof(name), "--%s", option);
        return cli_usage(cli, cli->strings->several_values,
                        TEXT_ARGUMENTS({ "name", name, 0 }, { "n", NULL, n }));
}

/* Whether an earlier value of an option has the first @len octets of a value. */
static bool is_given_twice(const Cli *cli, const char *option, int index, const char *value, size_t len)
{
        for (int i = 0; i < index; i++) {
                const char *other = cli_value(cli, option, i);
                if (strncmp(other, value, len) == 0 && (!other[len] || other[len] == ';'))
                        return true;
        }
        return false;
}

static int tell_known(const Cli *cli, const char *option, const char *value)
{
        char name[VALUE_SIZE];
        snprintf(name, sizeof(name), "--%s %s", option, value);
        cli_error(cli, cli->strings->has_value, TEXT_ARGUMENTS({ "name", name, 0 }));
        return CLI_DONE;
}

/* Copies the @index-th part of NAME;ROLE;BODY. Return: "" if there are not as many, NULL without memory. */
static const char *part_of(EventOptions *options, const char *text, int index)
{
        for (; index > 0; index--) {
                text += strcspn(text, ";");
                text += *text == ';';
        }
        text += strspn(text, " ");
        return arena_copy(&options->arena, text, strcspn(text, ";"));
}

static int put_component(Cli *cli, EventOptions *options, const ParticipantKind *kind,
                const ParticipantText *participant, bool is_beside)
{
        EditProperty property = kind->people->components;
        int r = *participant->name ? texts_person(&options->arena, kind->people, participant, is_beside,
                                                     &property)
                                   : 0;
        return r != 0 ? cli_refuse(cli, kind->option, r) : put(cli, options, &property);
}

/* Reads NAME[;ROLE[;BODY]]. An empty name removes those that are there. */
static int put_participant(Cli *cli, EventOptions *options, const Event *event, const ParticipantKind *kind,
                int index, const char *text)
{
        ParticipantText participant = { kind->people->manner, part_of(options, text, 0),
                part_of(options, text, 1), part_of(options, text, 2) };
        bool is_added = cli_flag(cli, "add");
        if (!participant.name || !participant.role || !participant.organisation)
                return cli_refuse(cli, kind->option, -ENOMEM);
        if (is_given_twice(cli, kind->option, index, text, strcspn(text, ";")))
                return CLI_DONE;
        if (is_added && has_participant(event, kind, participant.name))
                return tell_known(cli, kind->option, participant.name);
        int code = event && !is_added && index == 0 ? put(cli, options, &kind->people->lines) : CLI_DONE;
        return code == CLI_DONE ? put_component(cli, options, kind, &participant, is_added || index > 0)
                                : code;
}

static int put_participants(Cli *cli, EventOptions *options, const Event *event, const ParticipantKind *kind)
{
        const char *text;
        int code = check_several(cli, kind->option, count_participants(event, kind));
        for (int i = 0; code == CLI_DONE && (text = cli_value(cli, kind->option, i)); i++)
                code = put_participant(cli, options, event, kind, i, text);
        return code;
}

/* Finds the --name that follows the @index-th --attach before the next one; NULL if there is none. */
static const char *name_of_file(const Cli *cli, int index)
{
        for (int i = 0; i < cli->n_values; i++) {
                if (strcmp(cli->values[i].option, FILES_OPTION) == 0 && index-- < 0)
                        return NULL;
                if (index < 0 && strcmp(cli->values[i].option, "name") == 0)
                        return cli->values[i].value;
        }
        return NULL;
}

static int put_file(Cli *cli, EventOptions *options, const Event *event, int index, const char *url)
{
        const char *name = name_of_file(cli, index);
        EditProperty property;
        /* The first value replaces the lines that are there, unless --add is given; others are added. */
        bool is_beside = index > 0 || cli_flag(cli, "add");
        if (is_given_twice(cli, FILES_OPTION, index, url, strlen(url)))
                return CLI_DONE;
        if (cli_flag(cli, "add") && has_file(event, url))
                return tell_known(cli, FILES_OPTION, url);
        int r = texts_file(&options->arena, url, name ? name : "", is_beside, &property);
        if (!url[0])
                property.value = NULL;
        return r != 0 ? cli_refuse(cli, FILES_OPTION, r) : put(cli, options, &property);
}

static int put_files(Cli *cli, EventOptions *options, const Event *event)
{
        const char *url;
        int code = check_several(cli, FILES_OPTION, count_files(event));
        for (int i = 0; code == CLI_DONE && (url = cli_value(cli, FILES_OPTION, i)); i++)
                code = put_file(cli, options, event, i, url);
        return code;
}

int event_options_read(Cli *cli, const Event *event, EventOptions *ret)
{
        int code = CLI_DONE;
        for (Language language = 0; code == CLI_DONE && language < LANGUAGES_N; language++)
                code = put_title(cli, ret, event, language);
        for (size_t i = 0; code == CLI_DONE && i < KINDS_N; i++)
                code = put_participants(cli, ret, event, &kinds[i]);
        return code == CLI_DONE ? put_files(cli, ret, event) : code;
}
