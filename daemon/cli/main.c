/* convene: the command beside the daemon. It writes to the same store; the daemon notices within a second. */

#include "base/clock.h"
#include "base/log.h"
#include "cli/command.h"
#include "cli/owner.h"
#include "store/object.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const Command commands[] = {
        { "import", "FILE|DIRECTORY|-...", 1, 1000, "read .ics and .vcf files into the store", STORE_CREATE,
                        import_options, command_import },
        { "export", "DIRECTORY", 1, 1, "write everything as .ics and .vcf files", STORE_READ_ONLY,
                        export_options, command_export },
        { "list", "", 0, 0, "list events, sites or contacts", STORE_READ_ONLY, list_options, command_list },
        { "show", "UID", 1, 1, "show one event, site or contact", STORE_READ_ONLY, show_options,
                        command_show },
        { "add", "", 0, 0, "add an event, or a draft when it has no --start; prints its UID", STORE_CREATE,
                        add_options, command_add },
        { "set", "UID PROPERTY VALUE", 3, 3, "set one property of an event; an empty value removes it",
                        STORE_WRITE, set_options, command_set },
        { "date", "UID START [END]", 2, 3, "give an event its date; a draft becomes an event", STORE_WRITE,
                        date_options, command_date },
        { "cancel", "UID", 1, 1, "cancel an event: it stays in the feeds as cancelled", STORE_WRITE,
                        cancel_options, command_cancel },
        { "delete", "UID", 1, 1, "delete an event, site or contact: it leaves the feeds at once",
                        STORE_WRITE, delete_options, command_delete },
        { "subscribe", "CONTACT", 1, 1, "list a contact (UID or address) for reminders", STORE_WRITE,
                        subscribe_options, command_subscribe },
        { "unsubscribe", "CONTACT", 1, 1, "take a contact off the list", STORE_WRITE, unsubscribe_options,
                        command_unsubscribe },
        { "feed", "CONTACT", 1, 1, "make, or revoke, the address of a contact's own feed", STORE_WRITE,
                        feed_options, command_feed },
        { "preview", "", 0, 0, "show the mails that would go to a contact; nothing is sent", STORE_READ_ONLY,
                        preview_options, command_preview },
        { "bounce", "[FILE|-]", 0, 1, "count a mail that came back; for the alias of bounces.address",
                        STORE_WRITE, bounce_options, command_bounce },
        { "contact", "restore CONTACT", 2, 2, "mail a contact again whose mails had come back", STORE_WRITE,
                        contact_options, command_contact },
        { "outbox", "", 0, 0, "list the mails of the ledger with their states", STORE_READ_ONLY,
                        outbox_options, command_outbox },
        { "check", "", 0, 0, "check the store, the ledger and the feeds", STORE_READ_ONLY, check_options,
                        command_check },
        { "status", "", 0, 0, "show what is kept, what is due, and whether the daemon runs", STORE_READ_ONLY,
                        status_options, command_status },
};

enum { N_COMMANDS = sizeof(commands) / sizeof(commands[0]) };

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

int cli_refuse(const Cli *cli, const char *what, int condition)
{
        const char *why = condition < 0 ? strerror(-condition) : store_explain(cli->store, condition);
        fprintf(stderr, "convene: %s: %s\n", what, why);
        return CLI_REFUSED;
}

int cli_usage(const Cli *cli, const char *format, ...)
{
        va_list arguments;
        fprintf(stderr, "convene %s: ", cli->command->name);
        va_start(arguments, format);
        vfprintf(stderr, format, arguments);
        va_end(arguments);
        fprintf(stderr, "; see convene %s --help\n", cli->command->name);
        return CLI_USAGE;
}

static void print_help(void)
{
        puts("Usage: convene [--config FILE] COMMAND [OPTION...] [ARGUMENT...]\n"
             "Keeps the events, sites and contacts of the convened daemon.\n\nCommands:");
        for (int i = 0; i < N_COMMANDS; i++)
                printf("  %-12s %s\n", commands[i].name, commands[i].summary);
        puts("\n  -c, --config=FILE  the configuration (default " SYSCONFDIR "/convened/convened.conf)\n"
             "      --version      show the version\n"
             "  -h, --help         show this help; convene COMMAND --help shows a command's\n\n"
             "Exit: 0 done, 1 refused, 2 wrong usage or input. Manual: convene(1)");
}

static void print_command_help(const Command *command)
{
        printf("Usage: convene %s%s%s%s\n%c%s.\n", command->name,
                        command->options[0].name ? " [OPTION...]" : "", command->words[0] ? " " : "",
                        command->words, command->summary[0] - 'a' + 'A', command->summary + 1);
        if (command->options[0].name)
                puts("");
        for (const CliOption *option = command->options; option->name; option++) {
                char left[64];
                snprintf(left, sizeof(left), "--%s%s%s", option->name, option->argument ? "=" : "",
                                option->argument ? option->argument : "");
                printf("  %-26s %s\n", left, option->help);
        }
}

static const Command *find_command(const char *name)
{
        for (int i = 0; i < N_COMMANDS; i++)
                if (strcmp(commands[i].name, name) == 0)
                        return &commands[i];
        return NULL;
}

/* getopt_long() wants its own table; the last entry of it is --help, which every command has. */
static int build_long_options(const Command *command, struct option *ret)
{
        int n = 0;
        for (const CliOption *option = command->options; option->name && n < CLI_OPTIONS_MAX; option++)
                ret[n++] = (struct option){ option->name, option->argument ? required_argument : no_argument,
                        NULL, 0 };
        ret[n] = (struct option){ "help", no_argument, NULL, 0 };
        ret[n + 1] = (struct option){ 0 };
        return n;
}

/* Return: CLI_DONE to go on, -1 when help was shown, CLI_USAGE. */
static int parse_command(Cli *cli, int argc, char **argv)
{
        struct option options[CLI_OPTIONS_MAX + 2];
        int help = build_long_options(cli->command, options), index = 0, found;
        optind = 0;
        opterr = 0;
        while ((found = getopt_long(argc, argv, "h", options, &index)) != -1) {
                if (found == 'h' || (found == 0 && index == help)) {
                        print_command_help(cli->command);
                        return -1;
                }
                if (found != 0)
                        return cli_usage(
                                        cli, "'%s' is not understood, or lacks its value", argv[optind - 1]);
                if (cli->n_values == CLI_VALUES_MAX)
                        return cli_usage(cli, "too many options");
                cli->values[cli->n_values++] = (CliValue){ options[index].name, optarg ? optarg : "" };
        }
        cli->words = argv + optind;
        cli->n_words = argc - optind;
        if (cli->n_words < cli->command->min_words)
                return cli_usage(cli, "%s is missing", cli->command->words);
        if (cli->n_words > cli->command->max_words)
                return cli_usage(cli, "'%s' is too much", cli->words[cli->command->max_words]);
        return CLI_DONE;
}

static void on_config_error(const char *file, const InputError *error, void *userdata)
{
        (void)userdata;
        char line[1024];
        input_error_format(error, file, line, sizeof(line));
        fprintf(stderr, "convene: %s\n", line);
}

/* The reader's language is that of the environment, the configuration's where that says nothing. */
static const char *reader_language(const Config *config)
{
        static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
                const char *value = getenv(names[i]);
                if (value && strncmp(value, "ru", 2) == 0)
                        return "ru";
                if (value && strncmp(value, "en", 2) == 0)
                        return "en";
        }
        return config->language;
}

static int ensure_collections(Cli *cli)
{
        if (cli->command->mode == STORE_READ_ONLY)
                return 0;
        int r = collection_ensure(cli->store, COLLECTION_EVENTS, false, cli->config->time_zone_name);
        return r != 0 ? r : collection_ensure(cli->store, COLLECTION_CONTACTS, true, NULL);
}

static int open_config(Cli *cli)
{
        int r = zone_table_new(NULL, &cli->zones);
        if (r != 0) {
                fputs("convene: the system's time zones cannot be read: is tzdata installed?\n", stderr);
                return CLI_REFUSED;
        }
        r = config_read(cli->config_path, cli->zones, on_config_error, NULL, &cli->config);
        if (r < 0)
                fprintf(stderr, "convene: %s: %s\n", cli->config_path, strerror(-r));
        if (r != 0)
                return CLI_USAGE;
        cli->language = reader_language(cli->config);
        return CLI_DONE;
}

static int open_store(Cli *cli)
{
        InputError error = { 0 };
        int r = owner_become(cli->config->store);
        if (r == 0)
                r = store_open(cli->config->store, cli->command->mode, cli->zones, &cli->store, &error);
        if (r == 0) {
                store_set_patience(cli->store, CLI_PATIENCE_SECONDS * USEC_PER_SEC);
                r = ensure_collections(cli);
        }
        if (r == 0)
                return CLI_DONE;
        const char *why = error.message[0] ? error.message
                          : r < 0          ? strerror(-r)
                                           : store_explain(cli->store, r);
        fprintf(stderr, "convene: %s\n", why);
        return CLI_REFUSED;
}

static void cli_done(Cli *cli)
{
        store_close(cli->store);
        config_unref(cli->config);
        zone_table_free(cli->zones);
}

static int run_command(const char *config_path, int argc, char **argv)
{
        CLEANUP(cli_done) Cli cli = { .config_path = config_path, .command = find_command(argv[0]) };
        Clock clock;
        if (!cli.command) {
                fprintf(stderr, "convene: there is no command '%s'; see convene --help\n", argv[0]);
                return CLI_USAGE;
        }
        int r = parse_command(&cli, argc, argv);
        if (r != CLI_DONE)
                return r < 0 ? CLI_DONE : r;
        clock_init(&clock);
        cli.now = clock_now(&clock);
        r = open_config(&cli);
        if (r == CLI_DONE)
                r = open_store(&cli);
        if (r == CLI_DONE)
                return cli.command->run(&cli);
        /* A mail is not lost because of a configuration that is being written, or a store that is away. */
        return cli.command->run == command_bounce ? CLI_LATER : r;
}

static const struct option program_options[] = {
        { "config", required_argument, NULL, 'c' },
        { "version", no_argument, NULL, 'v' },
        { "help", no_argument, NULL, 'h' },
        { 0 },
};

static int run_program(int argc, char **argv)
{
        const char *config_path = SYSCONFDIR "/convened/convened.conf";
        int option;
        /* The + ends the program's own options at the command's name. */
        while ((option = getopt_long(argc, argv, "+c:h", program_options, NULL)) != -1) {
                if (option == 'c')
                        config_path = optarg;
                else if (option == 'v')
                        return puts("convene " VERSION), CLI_DONE;
                else if (option == 'h')
                        return print_help(), CLI_DONE;
                else
                        return CLI_USAGE;
        }
        if (optind == argc) {
                print_help();
                return CLI_USAGE;
        }
        return run_command(config_path, argc - optind, argv + optind);
}

/* An answer that did not get out whole is no answer, whatever the command did. */
int main(int argc, char **argv)
{
        log_open();
        int code = run_program(argc, argv);
        bool failed = ferror(stdout) != 0;
        errno = 0;
        if (fflush(stdout) == 0 && !failed)
                return code;
        /* Why an earlier write failed is not known any more. */
        fprintf(stderr, "convene: the output cannot be written%s%s\n", errno ? ": " : "",
                        errno ? strerror(errno) : "");
        return code == CLI_DONE ? CLI_REFUSED : code;
}
