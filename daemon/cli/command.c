#include "cli/command.h"

#include "cli/output.h"
#include "cli/suggest.h"
#include "people/phrases.h"

#include <string.h>

enum { MESSAGE_MAX_BYTES = 64 * 1024 };

const char *cli_value(const Cli *cli, const char *option, int index)
{
        for (int i = 0; i < cli->n_values; i++)
                if (strcmp(cli->values[i].option, option) == 0 && index-- == 0)
                        return cli->values[i].value;
        return NULL;
}

bool cli_flag(const Cli *cli, const char *option)
{
        return cli_value(cli, option, 0) != NULL;
}

void cli_speak(Cli *cli, Language language)
{
        cli->language = language_tag(language);
        cli->strings = cli_strings(language);
        cli->usage = usage_strings(language);
        phrase_speak(phrases_of(language));
}

/* Appends a message. If it cannot be made, for example because it is too long, the pattern is appended. */
static void append_message(Buffer *out, const Cli *cli, const char *pattern, const TextArgument *arguments)
{
        if (text_message(out, cli->language, pattern, arguments) < 0)
                buffer_puts(out, pattern);
}

void cli_print(const Cli *cli, const char *pattern, const TextArgument *arguments)
{
        CLEANUP(buffer_done) Buffer message = BUFFER_INIT(MESSAGE_MAX_BYTES);
        append_message(&message, cli, pattern, arguments);
        output_line(stdout, buffer_text(&message));
}

void cli_error(const Cli *cli, const char *pattern, const TextArgument *arguments)
{
        CLEANUP(buffer_done) Buffer message = BUFFER_INIT(MESSAGE_MAX_BYTES);
        buffer_puts(&message, "convene: ");
        append_message(&message, cli, pattern, arguments);
        output_line(stderr, buffer_text(&message));
}

int cli_begin_write(Cli *cli)
{
        int r = store_begin_write(cli->store);
        if (r == 0)
                cli->now = clock_now(&cli->clock);
        return r;
}

int cli_end_write(Cli *cli, int r)
{
        if (r == 0)
                r = store_commit(cli->store);
        if (r != 0)
                store_rollback(cli->store);
        return r;
}

static int refuse(const Cli *cli, const char *what, const char *why)
{
        cli_error(cli, "{what}: {why}", TEXT_ARGUMENTS({ "what", what, 0 }, { "why", why, 0 }));
        return CLI_REFUSED;
}

int cli_refuse(const Cli *cli, const char *what, int condition)
{
        return refuse(cli, what,
                        condition < 0 ? strerror(-condition) : cli_store_error(cli->strings, condition));
}

int cli_refuse_input(const Cli *cli, const char *what, int condition, const InputError *error)
{
        return refuse(cli, what, condition < 0 ? strerror(-condition) : error->message);
}

int cli_usage(const Cli *cli, const char *pattern, const TextArgument *arguments)
{
        CLEANUP(buffer_done) Buffer message = BUFFER_INIT(MESSAGE_MAX_BYTES);
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(MESSAGE_MAX_BYTES);
        if (cli->unclear[0])
                buffer_puts(&message, cli->unclear);
        else
                append_message(&message, cli, pattern, arguments);
        append_message(&line, cli, cli->usage->usage_error,
                        TEXT_ARGUMENTS({ "command", cli->command->name, 0 },
                                        { "message", buffer_text(&message), 0 }));
        output_line(stderr, buffer_text(&line));
        return CLI_USAGE;
}

int cli_usage_value(const Cli *cli, const char *pattern, const char *value)
{
        return cli_usage(cli, pattern, TEXT_ARGUMENTS({ "value", value, 0 }));
}

int cli_usage_option(const Cli *cli, const char *pattern, const char *option, const char *value)
{
        char name[64];
        snprintf(name, sizeof(name), "--%s", option);
        return cli_usage(cli, pattern, TEXT_ARGUMENTS({ "option", name, 0 }, { "value", value, 0 }));
}

/* @likely: the name to suggest; NULL: suggest_name() finds one */
static void append_unknown(const Cli *cli, const char *pattern, const CliChoice *choice, const char *likely,
                Buffer *out)
{
        CLEANUP(buffer_done)
        Buffer names = BUFFER_INIT(MESSAGE_MAX_BYTES), nearest = BUFFER_INIT(MESSAGE_MAX_BYTES);
        const char *name = likely ? likely : suggest_name(choice->value, choice->name, choice->userdata);
        if (name)
                append_message(&nearest, cli, cli->usage->nearest, TEXT_ARGUMENTS({ "name", name, 0 }));
        for (size_t i = 0; (name = choice->name(i, choice->userdata)); i++)
                buffer_printf(&names, "%s%s", i ? ", " : "", name);
        append_message(out, cli, pattern,
                        TEXT_ARGUMENTS({ "option", choice->option, 0 }, { "value", choice->value, 0 },
                                        { "nearest", buffer_text(&nearest), 0 },
                                        { "names", buffer_text(&names), 0 }));
}

void cli_append_unknown(const Cli *cli, const char *pattern, const CliChoice *choice, Buffer *out)
{
        append_unknown(cli, pattern, choice, NULL, out);
}

int cli_usage_unknown(const Cli *cli, const char *pattern, const CliChoice *choice)
{
        CLEANUP(buffer_done) Buffer message = BUFFER_INIT(MESSAGE_MAX_BYTES);
        cli_append_unknown(cli, pattern, choice, &message);
        return cli_usage(cli, "{message}", TEXT_ARGUMENTS({ "message", buffer_text(&message), 0 }));
}

static const char *name_at(size_t index, const void *userdata)
{
        const char *const *names = userdata;
        return names[index];
}

int cli_usage_action(const Cli *cli, const char *value, const char *const *names)
{
        return cli_usage_unknown(cli, cli->usage->bad_action, &(CliChoice){ "", value, name_at, names });
}

static const char *action_name(size_t index, const void *userdata)
{
        const CliAction *actions = userdata;
        return actions[index].name;
}

static const CliAction *find_action(const Cli *cli)
{
        const CliAction *action = cli->n_words > 0 ? cli->command->actions : NULL;
        for (; action && action->name; action++)
                if (strcmp(action->name, cli->words[0]) == 0)
                        return action;
        return NULL;
}

int cli_check_action(const Cli *cli)
{
        const CliAction *action = find_action(cli);
        int n = cli->n_words - 1;
        if (!cli->command->actions || cli->n_words == 0)
                return CLI_DONE;
        if (!action)
                return cli_usage_unknown(cli, cli->usage->bad_action,
                                &(CliChoice){ "", cli->words[0], action_name, cli->command->actions });
        if (n < action->min_words)
                return cli_usage(cli, cli->usage->missing, TEXT_ARGUMENTS({ "what", action->words, 0 }));
        if (n > action->max_words)
                return cli_usage(cli, cli->usage->too_much,
                                TEXT_ARGUMENTS({ "word", cli->words[action->max_words + 1], 0 }));
        return CLI_DONE;
}

bool cli_only_reads(const Cli *cli)
{
        char word[64];
        if (!cli->command->readers || cli->n_words == 0)
                return false;
        snprintf(word, sizeof(word), " %s ", cli->words[0]);
        return strstr(cli->command->readers, word) != NULL;
}

int cli_run(Cli *cli)
{
        const CliAction *action = find_action(cli);
        return action ? action->run(cli) : cli->command->run(cli);
}

static const char *kind_name(size_t index, const void *userdata)
{
        const Config *config = userdata;
        return index < config->n_kinds ? config->kinds[index].name : NULL;
}

/* Whether a title is one of a kind in the language @tag, without regard to case. @folded: by text_fold() */
static bool has_title(const ConfigKind *kind, const char *tag, const char *folded)
{
        const char *const titles[] = { config_text(&kind->title, tag), config_kind_one(kind, tag) };
        for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
                CLEANUP(buffer_done) Buffer title = BUFFER_INIT(MESSAGE_MAX_BYTES);
                if (text_fold(&title, titles[i]) == 0 && strcmp(buffer_text(&title), folded) == 0)
                        return true;
        }
        return false;
}

/* Finds the name of the kind whose title was given instead of its name; NULL if there is none. */
static const char *kind_of_title(const Cli *cli, const char *title)
{
        CLEANUP(buffer_done) Buffer folded = BUFFER_INIT(MESSAGE_MAX_BYTES);
        if (!title[0] || text_fold(&folded, title) != 0)
                return NULL;
        for (size_t i = 0; i < cli->config->n_kinds; i++)
                for (Language language = 0; language < LANGUAGES_N; language++)
                        if (has_title(&cli->config->kinds[i], language_tag(language), buffer_text(&folded)))
                                return cli->config->kinds[i].name;
        return NULL;
}

int cli_usage_kind(const Cli *cli, const char *option, const char *value)
{
        CLEANUP(buffer_done) Buffer message = BUFFER_INIT(MESSAGE_MAX_BYTES);
        append_unknown(cli, cli->strings->bad_kind, &(CliChoice){ option, value, kind_name, cli->config },
                        kind_of_title(cli, value), &message);
        return cli_usage(cli, "{message}", TEXT_ARGUMENTS({ "message", buffer_text(&message), 0 }));
}
