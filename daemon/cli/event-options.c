#include "cli/event-options.h"

#include "calendar/participant.h"
#include "catalog/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define OTHER_TITLE "X-CONVENED-SUMMARY"

enum { PARAMS_BYTES = 8192, LANGUAGE_PARAM_SIZE = 32, VALUE_SIZE = 512 };

/* The people or bodies of one manner that an option adds or replaces. */
typedef struct ParticipantKind {
        const char *option;
        const char *manner;
        ParticipantGroup group;
        EditProperty components; /* replaces those that are components */
        EditProperty lines;      /* replaces those in the older form, an X-CONVENED- property */
} ParticipantKind;

static const ParticipantKind kinds[] = {
        { "speaker", PARTICIPANT_MANNER_SPEAKER, PARTICIPANT_PEOPLE,
                        { "PARTICIPANT", ";X-MANNER=" PARTICIPANT_MANNER_SPEAKER, NULL, false,
                                        EDIT_FIRST_PARAM },
                        { "X-CONVENED-PERSON", ";X-MANNER=" PARTICIPANT_MANNER_SPEAKER, NULL, false,
                                        EDIT_FIRST_PARAM } },
        { "organiser", PARTICIPANT_MANNER_ORGANISER, PARTICIPANT_ORGANISERS,
                        { "PARTICIPANT", ";X-MANNER=" PARTICIPANT_MANNER_ORGANISER, NULL, false,
                                        EDIT_FIRST_PARAM },
                        { "X-CONVENED-ORGANIZER", NULL, NULL, false, EDIT_NAME } },
};

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
                return cli_usage(cli, cli->strings->too_many_options, NULL);
        options->properties[options->n++] = *property;
        return CLI_DONE;
}

/* Appends a parameter in quotes, in which quotes and carets are encoded (RFC 6868, 3.1). */
static void write_param(Buffer *out, const char *name, const char *value, size_t len)
{
        if (len == 0)
                return;
        buffer_printf(out, ";%s=\"", name);
        for (const char *c = value; c < value + len; c++)
                if (*c == '"')
                        buffer_puts(out, "^'");
                else if (*c == '^')
                        buffer_puts(out, "^^");
                else
                        buffer_putc(out, (unsigned char)*c < 0x20 || *c == 0x7F ? ' ' : *c);
        buffer_putc(out, '"');
}

static const char *keep(EventOptions *options, const Buffer *text)
{
        return buffer_error(text) ? NULL : arena_copy(&options->arena, buffer_text(text), text->len);
}

/*
 * Makes the property of a title. It replaces SUMMARY if that is in the language of the title, and otherwise
 * the X-CONVENED-SUMMARY in this language.
 */
static int put_title(Cli *cli, EventOptions *options, const Event *event, Language language)
{
        char params[LANGUAGE_PARAM_SIZE];
        const char *title = title_in(cli, language), *tag = language_tag(language);
        const ContentLine *summary = event ? event_property_line(event, "SUMMARY", 0) : NULL;
        bool is_first = !event && !cli_flag(cli, "summary") &&
                        language == language_of(cli->config->language);
        bool is_own = summary && strcmp(catalog_text_language(summary), tag) == 0;
        if (!title)
                return CLI_DONE;
        if ((is_first || is_own) && !title[0])
                return cli_usage(cli, cli->strings->needs_name, NULL);
        snprintf(params, sizeof(params), ";LANGUAGE=%s", tag);
        const char *kept = arena_copy(&options->arena, params, strlen(params));
        if (!kept)
                return cli_refuse(cli, "--title", -ENOMEM);
        const bool says = !is_own || content_line_param(summary, "LANGUAGE");
        return put(cli, options,
                        &(EditProperty){
                                        .name = is_first || is_own ? "SUMMARY" : OTHER_TITLE,
                                        .params = says ? kept : NULL,
                                        .value = title[0] ? title : NULL,
                                        .text = true,
                                        .scope = is_first || is_own ? EDIT_NAME : EDIT_FIRST_PARAM,
                        });
}

static bool has_manner(const Participant *participant, const ParticipantKind *kind)
{
        return participant->manner && strcasecmp(participant->manner, kind->manner) == 0;
}

static bool has_participant(const Event *event, const ParticipantKind *kind, const char *name)
{
        const Participant *participant = NULL;
        CLEANUP(buffer_done) Buffer escaped = BUFFER_INIT(PARAMS_BYTES);
        content_escape(&escaped, name);
        while (event && (participant = event_participant_next(event, kind->group, participant)))
                if (has_manner(participant, kind) &&
                                strcmp(participant->name->value, buffer_text(&escaped)) == 0)
                        return true;
        return false;
}

static int count_participants(const Event *event, const ParticipantKind *kind)
{
        const Participant *participant = NULL;
        int n = 0;
        while (event && (participant = event_participant_next(event, kind->group, participant)))
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
        CLEANUP(buffer_done) Buffer lines = BUFFER_INIT(PARAMS_BYTES);
        EditProperty property = kind->components;
        int r = *participant->name ? participant_write(participant, &lines) : 0;
        property.value = *participant->name ? keep(options, &lines) : NULL;
        property.scope = is_beside ? EDIT_BESIDE : EDIT_FIRST_PARAM;
        if (r < 0 || (*participant->name && !property.value))
                return cli_refuse(cli, kind->option, r < 0 ? r : -ENOMEM);
        return put(cli, options, &property);
}

/* Reads NAME[;ROLE[;BODY]]. An empty name removes those that are there. */
static int put_participant(Cli *cli, EventOptions *options, const Event *event, const ParticipantKind *kind,
                int index, const char *text)
{
        ParticipantText participant = { kind->manner, part_of(options, text, 0), part_of(options, text, 1),
                part_of(options, text, 2) };
        bool is_added = cli_flag(cli, "add");
        if (!participant.name || !participant.role || !participant.organisation)
                return cli_refuse(cli, kind->option, -ENOMEM);
        if (is_given_twice(cli, kind->option, index, text, strcspn(text, ";")))
                return CLI_DONE;
        if (is_added && has_participant(event, kind, participant.name))
                return tell_known(cli, kind->option, participant.name);
        int code = event && !is_added && index == 0 ? put(cli, options, &kind->lines) : CLI_DONE;
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
        CLEANUP(buffer_done) Buffer params = BUFFER_INIT(PARAMS_BYTES);
        const char *name = name_of_file(cli, index);
        if (name)
                write_param(&params, "FILENAME", name, strlen(name));
        const char *kept = keep(options, &params);
        if (!kept)
                return cli_refuse(cli, FILES_OPTION, -ENOMEM);
        if (is_given_twice(cli, FILES_OPTION, index, url, strlen(url)))
                return CLI_DONE;
        if (cli_flag(cli, "add") && has_file(event, url))
                return tell_known(cli, FILES_OPTION, url);
        /* The first value replaces the lines that are there, unless --add is given; others are added. */
        EditScope scope = index > 0 || cli_flag(cli, "add") ? EDIT_BESIDE : EDIT_NAME;
        return put(cli, options,
                        &(EditProperty){ "ATTACH", kept[0] ? kept : NULL, url[0] ? url : NULL, false,
                                        scope });
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
