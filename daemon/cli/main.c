/*
 * convene: the command-line program. It writes to the daemon's store; the daemon notices a change within a
 * second.
 */

#include "base/clock.h"
#include "base/log.h"
#include "cli/backup.h"
#include "cli/command-right.h"
#include "cli/command-service.h"
#include "cli/command-store.h"
#include "cli/command.h"
#include "cli/completion.h"
#include "cli/locale.h"
#include "cli/option-rules.h"
#include "cli/output.h"
#include "cli/prefix.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <libgen.h>
#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const CliOption help_options[] = { { NULL, NULL, 0 } };

#define CONFIG_PATH SYSCONFDIR "/convened/convened.conf"

/*
 * The end of the name of an option that stands for one option per language: --title-LANG is --title-en, ...
 */
#define LANGUAGE_SUFFIX "-LANG"

enum { HELP_LINE_BYTES = 4096, HELP_COLUMN = 29 };

static const Command commands[] = {
        { "import", "FILE|DIRECTORY|-...", 1, 1000, HELP_IMPORT, STORE_CREATE, NULL, import_options,
                        command_import, NULL },
        { "export", "DIRECTORY", 1, 1, HELP_EXPORT, STORE_READ_ONLY, NULL, export_options, command_export,
                        NULL },
        { "list", "", 0, 0, HELP_LIST, STORE_READ_ONLY, NULL, list_options, command_list, NULL },
        { "show", "UID", 1, 1, HELP_SHOW, STORE_READ_ONLY, NULL, show_options, command_show, NULL },
        { "add", "", 0, 0, HELP_ADD, STORE_CREATE, NULL, add_options, command_add, NULL },
        { "set", "UID [PROPERTY VALUE]", 1, 3, HELP_SET, STORE_WRITE, NULL, set_options, command_set, NULL },
        { "date", "UID START [END]", 2, 3, HELP_DATE, STORE_WRITE, NULL, date_options, command_date, NULL },
        { "occurrence", "UID DATE move|cancel [START [END]]", 3, 5, HELP_OCCURRENCE, STORE_WRITE, NULL,
                        occurrence_options, command_occurrence, NULL },
        { "cancel", "UID", 1, 1, HELP_CANCEL, STORE_WRITE, NULL, cancel_options, command_cancel, NULL },
        { "delete", "UID", 1, 1, HELP_DELETE, STORE_WRITE, NULL, delete_options, command_delete, NULL },
        { "subscribe", "CONTACT", 1, 1, HELP_SUBSCRIBE, STORE_WRITE, NULL, subscribe_options,
                        command_subscribe, NULL },
        { "unsubscribe", "CONTACT", 1, 1, HELP_UNSUBSCRIBE, STORE_WRITE, NULL, unsubscribe_options,
                        command_unsubscribe, NULL },
        { "feed", "CONTACT", 1, 1, HELP_FEED, STORE_WRITE, NULL, feed_options, command_feed, NULL },
        { "preview", "", 0, 0, HELP_PREVIEW, STORE_READ_ONLY, NULL, preview_options, command_preview, NULL },
        { "why", "CONTACT [EVENT]", 1, 2, HELP_WHY, STORE_READ_ONLY, NULL, why_options, command_why, NULL },
        { "bounce", "[FILE|-]", 0, 1, HELP_BOUNCE, STORE_WRITE, NULL, bounce_options, command_bounce, NULL },
        { "contact", "import FILE|export CONTACT|erase CONTACT|merge CONTACT CONTACT|restore CONTACT", 2, 3,
                        HELP_CONTACT, STORE_CREATE, " export ", contact_options, NULL, contact_actions },
        { "announce", "[list|stop UID]", 0, 2, HELP_ANNOUNCE, STORE_WRITE, " list ", announce_options,
                        command_announce, announce_actions },
        { "offer", "add HOST|list|show UID|set UID|remove UID", 1, 2, HELP_OFFER, STORE_WRITE, " list show ",
                        offer_options, NULL, offer_actions },
        { "meet", "ACTION [ARGUMENT...]", 1, 8, HELP_MEET, STORE_WRITE, " list show slots ", meet_options,
                        NULL, meet_actions },
        { "match", "EVENT", 1, 1, HELP_MATCH, STORE_WRITE, NULL, match_options, command_match, NULL },
        { "draft", "FILE|-", 1, 1, HELP_DRAFT, STORE_CREATE, NULL, draft_options, command_draft, NULL },
        { "account", "ACTION [NAME [COLLECTION ACCESS]]", 1, 4, HELP_ACCOUNT, STORE_CREATE, " list trash ",
                        account_options, NULL, account_actions },
        { "log", "[UID]", 0, 1, HELP_LOG, STORE_READ_ONLY, NULL, log_options, command_log, NULL },
        { "undo", "[UID]", 0, 1, HELP_UNDO, STORE_WRITE, NULL, undo_options, command_undo, NULL },
        { "restore", "UID|FILE", 1, 1, HELP_RESTORE, STORE_WRITE, NULL, restore_options, command_restore,
                        NULL },
        { "backup", "FILE|DIRECTORY", 1, 1, HELP_BACKUP, STORE_READ_ONLY, NULL, backup_options,
                        command_backup, NULL },
        { "store", "copy FROM TO", 3, 3, HELP_STORE, STORE_READ_ONLY, NULL, store_options, NULL,
                        store_actions },
        { "outbox", "[retry [FILTER]]", 0, 2, HELP_OUTBOX, STORE_READ_ONLY, NULL, outbox_options,
                        command_outbox, outbox_actions },
        { "mail", "test ADDRESS", 2, 2, HELP_MAIL, STORE_READ_ONLY, NULL, mail_options, NULL, mail_actions },
        { "hold", "", 0, 0, HELP_HOLD, STORE_WRITE, NULL, hold_options, command_hold, NULL },
        { "resume", "", 0, 0, HELP_RESUME, STORE_WRITE, NULL, resume_options, command_resume, NULL },
        { "check", "", 0, 0, HELP_CHECK, STORE_READ_ONLY, NULL, check_options, command_check, NULL },
        { "status", "", 0, 0, HELP_STATUS, STORE_READ_ONLY, NULL, status_options, command_status, NULL },
        { "completion", "bash|zsh|fish", 1, 1, HELP_COMPLETION, STORE_READ_ONLY, NULL, help_options, NULL,
                        NULL }, /* needs no store, as the next one */
        { "help", "[COMMAND]", 0, 1, HELP_HELP, STORE_READ_ONLY, NULL, help_options, NULL,
                        NULL }, /* needs no store */
};

enum { N_COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static void print_option(const char *left, const char *help)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(HELP_LINE_BYTES);
        buffer_printf(&line, "  %s", left);
        output_column(&line, HELP_COLUMN);
        buffer_puts(&line, help);
        output_line(stdout, buffer_text(&line));
}

static void print_help(const Cli *cli)
{
        CLEANUP(buffer_done) Buffer config = BUFFER_INIT(HELP_LINE_BYTES);
        const UsageStrings *usage = cli->usage;
        text_message(&config, cli->language, usage->help_config, TEXT_ARGUMENTS({ "path", CONFIG_PATH, 0 }));
        printf("%s: convene [--config FILE] COMMAND [OPTION...] [ARGUMENT...]\n%s\n\n%s:\n", usage->usage,
                        usage->purpose, usage->commands);
        for (int i = 0; i < N_COMMANDS; i++)
                printf("  %-12s %s\n", commands[i].name, usage->help[commands[i].help]);
        puts("");
        print_option("-c, --config=FILE", buffer_text(&config));
        print_option("    --serve", usage->help_serve);
        print_option("    --version", usage->help_version);
        print_option("-h, --help", usage->help_help);
        printf("\n%s\n", usage->exit_codes);
}

static void print_command_help(const Cli *cli, const Command *command)
{
        CLEANUP(buffer_done) Buffer summary = BUFFER_INIT(HELP_LINE_BYTES);
        const CliOption *options = command->options;
        text_capital(&summary, cli->usage->help[command->help]);
        printf("%s: convene %s%s%s%s\n%s.\n", cli->usage->usage, command->name,
                        options[0].name ? " [OPTION...]" : "", command->words[0] ? " " : "", command->words,
                        buffer_text(&summary));
        if (options[0].name)
                puts("");
        for (const CliOption *option = options; option->name; option++) {
                char left[64];
                snprintf(left, sizeof(left), "--%s%s%s", option->name, option->argument ? "=" : "",
                                option->argument ? option->argument : "");
                print_option(left, cli->usage->help[option->help]);
        }
}

static const Command *find_command(const char *name)
{
        for (int i = 0; i < N_COMMANDS; i++)
                if (strcmp(commands[i].name, name) == 0)
                        return &commands[i];
        return NULL;
}

static const char *command_name(size_t index, const void *userdata)
{
        (void)userdata;
        return index < N_COMMANDS ? commands[index].name : NULL;
}

static int usage_command(const Cli *cli, const char *word)
{
        CLEANUP(buffer_done) Buffer message = BUFFER_INIT(HELP_LINE_BYTES);
        cli_append_unknown(
                        cli, cli->usage->no_command, &(CliChoice){ "", word, command_name, NULL }, &message);
        cli_error(cli, "{message}", TEXT_ARGUMENTS({ "message", buffer_text(&message), 0 }));
        return CLI_USAGE;
}

/* Shows the help of the command that is named, or else of the program. */
static int show_help(const Cli *cli)
{
        const Command *command = cli->n_words ? find_command(cli->words[0]) : NULL;
        if (cli->n_words && !command)
                return usage_command(cli, cli->words[0]);
        if (command)
                print_command_help(cli, command);
        else
                print_help(cli);
        return CLI_DONE;
}

/* A table for getopt_long(). Its names point into Cli.options. */
typedef struct LongOptions {
        struct option options[CLI_OPTIONS_MAX + 2];
        int n;
} LongOptions;

/* @len: the length of @prefix */
static void add_long_option(Cli *cli, LongOptions *table, const char *prefix, size_t len, const char *suffix,
                bool has_argument)
{
        if (table->n == CLI_OPTIONS_MAX)
                return;
        char *name = cli->options[table->n];
        snprintf(name, CLI_OPTION_SIZE, "--%.*s%s", (int)len, prefix, suffix);
        table->options[table->n++] =
                        (struct option){ name + 2, has_argument ? required_argument : no_argument, NULL, 0 };
}

/* Makes the table for getopt_long(). Its last entry is --help, which every command has. */
static void build_long_options(Cli *cli, LongOptions *ret)
{
        for (const CliOption *option = cli->command->options; option->name; option++) {
                const char *suffix = strstr(option->name, LANGUAGE_SUFFIX);
                if (!suffix) {
                        add_long_option(cli, ret, option->name, strlen(option->name), "", option->argument);
                        continue;
                }
                for (Language language = 0; language < LANGUAGES_N; language++)
                        add_long_option(cli, ret, option->name, (size_t)(suffix - option->name) + 1,
                                        language_tag(language), option->argument);
        }
        ret->options[ret->n] = (struct option){ "help", no_argument, NULL, 0 };
        ret->options[ret->n + 1] = (struct option){ 0 };
}

static const char *option_name(size_t index, const void *userdata)
{
        const Cli *cli = userdata;
        return cli->options[index][0] ? cli->options[index] : NULL;
}

/*
 * Finds an option by its name, or the beginning of only one name, as getopt_long() does; NULL if there is
 * none.
 */
static const struct option *find_long_option(const LongOptions *table, const char *name)
{
        const struct option *found = NULL;
        for (int i = 0; i < table->n; i++) {
                const struct option *option = &table->options[i];
                if (strcmp(option->name, name) == 0)
                        return option;
                if (strncmp(option->name, name, strlen(name)) != 0)
                        continue;
                if (found)
                        return NULL;
                found = option;
        }
        return found;
}

/*
 * Reports what is wrong with a word that begins with two hyphens: the option is unknown or ambiguous, lacks
 * its value, or is a flag with a value.
 */
static int usage_long_option(const Cli *cli, const LongOptions *table, const char *word)
{
        char name[CLI_OPTION_SIZE];
        size_t len = strcspn(word, "=");
        snprintf(name, sizeof(name), "%.*s", (int)len, word);
        const struct option *found = find_long_option(table, name + 2);
        if (!found)
                return cli_usage_unknown(
                                cli, cli->usage->no_option, &(CliChoice){ "", name, option_name, cli });
        return cli_usage_option(cli,
                        found->has_arg == no_argument ? cli->usage->option_is_flag
                                                      : cli->usage->option_lacks_value,
                        found->name, "");
}

/*
 * Reports an option that getopt_long() has refused. getopt_long() takes a word with one hyphen for a
 * cluster of options, and until its last letter, optind is the index of this word; after it, of the next
 * word.
 */
static int usage_refused(const Cli *cli, const LongOptions *table, char **argv)
{
        const char *word = argv[optind - 1];
        bool one_letter = word[0] == '-' && word[1] == optopt && !word[2];
        if (optopt == 0 || strncmp(word, "--", 2) == 0)
                return usage_long_option(cli, table, word);
        return cli_usage(cli, cli->usage->not_an_option,
                        TEXT_ARGUMENTS({ "word", one_letter ? word : argv[optind], 0 }));
}

/* Parses the options and words of a command. Return: CLI_DONE, CLI_USAGE, or -1 if help was shown. */
static int parse_command(Cli *cli, int argc, char **argv)
{
        LongOptions table = { .n = 0 };
        int index = 0, found;
        build_long_options(cli, &table);
        optind = 0;
        opterr = 0;
        while ((found = getopt_long(argc, argv, "h", table.options, &index)) != -1) {
                if (found == 'h' || (found == 0 && index == table.n)) {
                        print_command_help(cli, cli->command);
                        return -1;
                }
                if (found != 0)
                        return usage_refused(cli, &table, argv);
                if (cli->n_values == CLI_VALUES_MAX)
                        return cli_usage(cli, cli->usage->too_many_options, NULL);
                cli->values[cli->n_values++] =
                                (CliValue){ table.options[index].name, optarg ? optarg : "", !optarg };
        }
        cli->words = argv + optind;
        cli->n_words = argc - optind;
        if (cli->n_words < cli->command->min_words)
                return cli_usage(cli, cli->usage->missing,
                                TEXT_ARGUMENTS({ "what", cli->command->words, 0 }));
        if (cli->n_words > cli->command->max_words)
                return cli_usage(cli, cli->usage->too_much,
                                TEXT_ARGUMENTS({ "word", cli->words[cli->command->max_words], 0 }));
        int code = cli_check_action(cli);
        return code != CLI_DONE ? code : option_rules_check(cli);
}

static void on_config_error(const char *file, const InputError *error, void *userdata)
{
        char line[1024];
        (void)userdata;
        input_error_format(error, file, line, sizeof(line));
        fputs("convene: ", stderr);
        output_message(stderr, line);
}

static int open_config(Cli *cli)
{
        int r = zone_table_new(NULL, &cli->zones);
        if (r != 0) {
                cli_error(cli, cli->strings->no_zones, NULL);
                return CLI_REFUSED;
        }
        r = config_read(cli->config_path, cli->zones, on_config_error, NULL, &cli->config);
        if (r < 0)
                cli_refuse(cli, cli->config_path, r);
        if (r != 0)
                return CLI_USAGE;
        Language language;
        if (!cli->served_store && !locale_language(&language))
                cli_speak(cli, language_of(cli->config->language));
        return CLI_DONE;
}

static void cli_done(Cli *cli)
{
        store_close(cli->store);
        config_unref(cli->config);
        zone_table_free(cli->zones);
}

/* `convene draft` reads a text without a store; `convene store` opens the stores it names. */
static bool needs_store(const Cli *cli)
{
        return cli->command->actions != store_actions &&
               (cli->command->run != command_draft || cli_flag(cli, "import"));
}

static int run_command(Cli *cli, int argc, char **argv)
{
        cli->command = find_command(argv[0]);
        if (!cli->command)
                return usage_command(cli, argv[0]);
        int r = parse_command(cli, argc, argv);
        if (r != CLI_DONE)
                return r < 0 ? CLI_DONE : r;
        if (cli->command->help == HELP_COMPLETION)
                return completion_print(cli, commands, N_COMMANDS);
        if (!cli->command->run && !cli->command->actions)
                return show_help(cli);
        clock_init(&cli->clock);
        cli->now = clock_now(&cli->clock);
        r = open_config(cli);
        if (r == CLI_DONE && cli->served_store)
                r = command_right_check_words(cli);
        if (r == CLI_DONE && cli->command->run == command_restore && backup_is_file(cli))
                return backup_restore(cli);
        int code = -1;
        if (r == CLI_DONE && needs_store(cli))
                r = command_store_open(cli, argc, argv, &code);
        if (code >= 0)
                return code;
        if (r == CLI_DONE && cli->store)
                r = prefix_expand(cli);
        if (r == CLI_DONE)
                return cli_run(cli);
        /*
         * The mail server calls `convene bounce`. If the configuration or the store cannot be opened, it
         * must try again later, so that no mail is lost.
         */
        return cli->command->run == command_bounce ? CLI_LATER : r;
}

/* Reports an option before the command's name that getopt_long() has refused. */
static int usage_program(const Cli *cli, const char *word)
{
        cli_error(cli, cli->usage->not_understood, TEXT_ARGUMENTS({ "word", word, 0 }));
        return CLI_USAGE;
}

static const struct option program_options[] = {
        { "config", required_argument, NULL, 'c' },
        { "serve", no_argument, NULL, 's' },
        { "version", no_argument, NULL, 'v' },
        { "help", no_argument, NULL, 'h' },
        { 0 },
};

/* Flushes the output. Return: @code, but never CLI_DONE if the output is incomplete. */
static int finish_output(const Cli *cli, int code)
{
        bool failed = ferror(stdout) != 0;
        errno = 0;
        if (fflush(stdout) == 0 && !failed)
                return code;
        /* errno is 0 after an earlier failure, whose reason is lost. */
        cli_error(cli, errno ? "{what}: {why}" : "{what}",
                        TEXT_ARGUMENTS({ "what", cli->strings->output_lost, 0 },
                                        { "why", strerror(errno), 0 }));
        return code == CLI_DONE ? CLI_REFUSED : code;
}

static int run_served(Cli *cli, int n_words, char **words)
{
        return finish_output(cli, run_command(cli, n_words, words));
}

static int run_program(Cli *cli, int argc, char **argv)
{
        bool serves = false;
        int option;
        opterr = 0;
        /* The + ends the parsing of the program's own options at the command's name. */
        while ((option = getopt_long(argc, argv, "+c:h", program_options, NULL)) != -1) {
                if (option == 'c')
                        cli->config_path = optarg;
                else if (option == 's')
                        serves = true;
                else if (option == 'v')
                        return puts("convene " VERSION), CLI_DONE;
                else if (option == 'h')
                        return print_help(cli), CLI_DONE;
                else
                        return usage_program(cli, argv[optind - 1]);
        }
        if (serves && optind == argc)
                return command_service_run(cli, run_served);
        if (optind == argc) {
                print_help(cli);
                return CLI_USAGE;
        }
        return run_command(cli, argc - optind, argv + optind);
}

int main(int argc, char **argv)
{
        CLEANUP(cli_done) Cli cli = { .config_path = CONFIG_PATH };
        Language language = (Language)LANGUAGE_FALLBACK;
        log_open();
        /* Messages of the system, such as those of strerror(), are in UTF-8 like all other output. */
        setlocale(LC_MESSAGES, "");
        bind_textdomain_codeset("libc", "UTF-8");
        (void)locale_language(&language);
        cli_speak(&cli, language);
        return finish_output(&cli, run_program(&cli, argc, argv));
}
