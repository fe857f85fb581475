#include "cli/event-options.h"

#include "catalog/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define OTHER_TITLE "X-CONVENED-SUMMARY"
#define PERSON      "X-CONVENED-PERSON"

enum { PARAMS_BYTES = 8192, LANGUAGE_PARAM_SIZE = 32, VALUE_SIZE = 512 };

/* The properties of one kind that an option adds or replaces. */
typedef struct PropertyKind {
        const char *option;
        const char *name;  /* of the property */
        const char *param; /* first parameter of the lines of this kind; NULL: all lines are of it */
} PropertyKind;

static const PropertyKind speakers = { "speaker", PERSON, ";X-MANNER=SPEAKER" };
static const PropertyKind files = { "attach", "ATTACH", NULL };

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
        return cli_flag(cli, speakers.option) || cli_flag(cli, files.option);
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

static bool is_of(const PropertyKind *kind, const ContentLine *line)
{
        return !kind->param || edit_line_has_first_param(line, kind->param);
}

/*
 * Whether the event has a line of the kind with the value already, in the form in which it would be written.
 */
static bool has_value(const Event *event, const PropertyKind *kind, const char *value)
{
        const ContentLine *line = NULL;
        CLEANUP(buffer_done) Buffer escaped = BUFFER_INIT(PARAMS_BYTES);
        bool is_text = kind == &speakers;
        if (is_text)
                content_escape(&escaped, value);
        while (event && (line = event_property_next(event, kind->name, line)))
                if (is_of(kind, line) && strcmp(line->value, is_text ? buffer_text(&escaped) : value) == 0)
                        return true;
        return false;
}

static int count(const Event *event, const PropertyKind *kind)
{
        const ContentLine *line = NULL;
        int n = 0;
        while (event && (line = event_property_next(event, kind->name, line)))
                n += is_of(kind, line);
        return n;
}

/* The first value replaces the lines that are there, unless --add is given; all other values are added. */
static EditScope scope_of(const Cli *cli, const PropertyKind *kind, int index)
{
        if (index > 0 || cli_flag(cli, "add"))
                return EDIT_BESIDE;
        return kind->param ? EDIT_FIRST_PARAM : EDIT_NAME;
}

static int check_several(const Cli *cli, const Event *event, const PropertyKind *kind)
{
        char option[CLI_OPTION_SIZE];
        int n = count(event, kind);
        if (n < 2 || !cli_flag(cli, kind->option) || cli_flag(cli, "add") || cli_flag(cli, "all"))
                return CLI_DONE;
        snprintf(option, sizeof(option), "--%s", kind->option);
        return cli_usage(cli, cli->strings->several_values,
                        TEXT_ARGUMENTS({ "name", option, 0 }, { "n", NULL, n }));
}

/* Whether one of the properties that were made so far has the value. */
static bool is_given_twice(const EventOptions *options, const PropertyKind *kind, const char *value)
{
        for (size_t i = 0; i < options->n; i++)
                if (strcmp(options->properties[i].name, kind->name) == 0 && options->properties[i].value &&
                                strcmp(options->properties[i].value, value) == 0)
                        return true;
        return false;
}

static int tell_known(const Cli *cli, const PropertyKind *kind, const char *value)
{
        char name[VALUE_SIZE];
        snprintf(name, sizeof(name), "--%s %s", kind->option, value);
        cli_error(cli, cli->strings->has_value, TEXT_ARGUMENTS({ "name", name, 0 }));
        return CLI_DONE;
}

static int put_value(Cli *cli, EventOptions *options, const Event *event, const PropertyKind *kind,
                int index, const char *params, const char *value)
{
        if (!value || !params)
                return cli_refuse(cli, kind->option, -ENOMEM);
        EditScope scope = scope_of(cli, kind, index);
        if (is_given_twice(options, kind, value))
                return CLI_DONE;
        if (cli_flag(cli, "add") && has_value(event, kind, value))
                return tell_known(cli, kind, value);
        return put(cli, options,
                        &(EditProperty){ kind->name, params[0] ? params : NULL, value[0] ? value : NULL,
                                        kind == &speakers, scope });
}

/* Reads NAME[;ROLE[;BODY]]. */
static int put_speaker(Cli *cli, EventOptions *options, const Event *event, int index, const char *text)
{
        static const char *const names[] = { "X-ROLE", "X-ORG" };
        CLEANUP(buffer_done) Buffer params = BUFFER_INIT(PARAMS_BYTES);
        size_t len = strcspn(text, ";");
        const char *rest = text + len, *name = arena_copy(&options->arena, text, len);
        buffer_puts(&params, speakers.param);
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && *rest; i++) {
                rest += 1 + strspn(rest + 1, " ");
                len = strcspn(rest, ";");
                write_param(&params, names[i], rest, len);
                rest += len;
        }
        return put_value(cli, options, event, &speakers, index, keep(options, &params), name);
}

/* Finds the --name that follows the @index-th --attach before the next one; NULL if there is none. */
static const char *name_of_file(const Cli *cli, int index)
{
        for (int i = 0; i < cli->n_values; i++) {
                if (strcmp(cli->values[i].option, files.option) == 0 && index-- < 0)
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
        return put_value(cli, options, event, &files, index, keep(options, &params), url);
}

static int put_all(Cli *cli, EventOptions *options, const Event *event, const PropertyKind *kind,
                int (*put_one)(Cli *cli, EventOptions *options, const Event *event, int index,
                                const char *text))
{
        const char *text;
        int code = check_several(cli, event, kind);
        for (int i = 0; code == CLI_DONE && (text = cli_value(cli, kind->option, i)); i++)
                code = put_one(cli, options, event, i, text);
        return code;
}

int event_options_read(Cli *cli, const Event *event, EventOptions *ret)
{
        int code = CLI_DONE;
        for (Language language = 0; code == CLI_DONE && language < LANGUAGES_N; language++)
                code = put_title(cli, ret, event, language);
        if (code == CLI_DONE)
                code = put_all(cli, ret, event, &speakers, put_speaker);
        return code == CLI_DONE ? put_all(cli, ret, event, &files, put_file) : code;
}
