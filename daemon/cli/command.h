#pragma once

/*
 * The subcommands of `convene`. Each has a row of a table, which the parser, `--help` and the manual's
 * test use. When a command runs, its words and options have been checked and the store is open.
 */

#include "base/clock.h"
#include "base/input-error.h"
#include "base/text.h"
#include "cli/strings.h"
#include "config/config.h"
#include "store/store.h"
#include "usage/strings.h"

#include <stdbool.h>

/*
 * Exit codes. CLI_PARTLY: done, except for a part of the store that can no longer be read. CLI_LATER:
 * EX_TEMPFAIL of sysexits.h, after which a mail server tries again later.
 */
enum { CLI_DONE = 0, CLI_REFUSED = 1, CLI_USAGE = 2, CLI_PARTLY = 3, CLI_LATER = 75 };

/* The maximum time to wait for another writer of the store. Our programs never lock the store for longer. */
enum { CLI_PATIENCE_SECONDS = 60 };

typedef struct CliOption {
        const char *name;     /* without dashes; NULL ends a list. "title-LANG": one option per language */
        const char *argument; /* the name of its value in the help; NULL for a flag */
        UsageHelp help;
} CliOption;

enum { CLI_OPTIONS_MAX = 48, CLI_OPTION_SIZE = 32, CLI_VALUES_MAX = 256 };

typedef struct CliValue {
        const char *option; /* name, without dashes */
        const char *value;  /* "" for a flag */
        bool is_flag;
} CliValue;

typedef struct Command Command;
typedef struct Cli Cli;

/** An action of a command: its first word. */
typedef struct CliAction {
        const char *name;         /* NULL ends a list */
        const char *words;        /* after the action, as in the synopsis; "" if none is needed */
        int min_words, max_words; /* number of words after the action */
        int (*run)(Cli *cli);     /* returns an exit code, after any messages */
} CliAction;

/** The state of one run, which is passed to each command. */
struct Cli {
        const Command *command;
        const char *config_path;
        Config *config;
        ZoneTable *zones;
        Store *store;
        const char *language; /* the reader's, as a tag */
        const CliStrings *strings;
        const UsageStrings *usage;
        Clock clock;
        usec_t now;   /* the time of the start, or of the last cli_begin_write() */
        char **words; /* the arguments that are not options */
        int n_words;
        const char *served_store; /* the caller's, if the command is served (command-service.h) */
        char unclear[256];        /* why a date could not be read; "" if it is none (cli/input.h) */
        char uid[1024];           /* the whole UID, if a word is the beginning of one (cli/prefix.h) */
        char options[CLI_OPTIONS_MAX + 1][CLI_OPTION_SIZE]; /* the command's, with dashes */
        CliValue values[CLI_VALUES_MAX];
        int n_values;
};

struct Command {
        const char *name;
        const char *words; /* as in the synopsis: "UID START [END]" */
        int min_words;
        int max_words;
        UsageHelp help;
        StoreMode mode;
        const char *readers; /* the actions that only read, with blanks around each; NULL for none */
        const CliOption *options;
        int (*run)(Cli *cli);     /* as that of an action; not called for an action */
        const CliAction *actions; /* NULL for a command without actions */
};

/**
 * cli_value() - return the value of an option, "" for a flag; NULL if it was not given so often
 * @option: without dashes
 * @index:  0 for the first time that it was given
 */
const char *cli_value(const Cli *cli, const char *option, int index);

/** cli_flag() - whether an option, with or without a value, was given */
bool cli_flag(const Cli *cli, const char *option);

/** cli_speak() - set the language of all further messages. */
void cli_speak(Cli *cli, Language language);

/** cli_print() - write a message, a pattern of text_message(), as a line on standard output. */
void cli_print(const Cli *cli, const char *pattern, const TextArgument *arguments);

/** cli_error() - write a message as a line on standard error, after the program's name */
void cli_error(const Cli *cli, const char *pattern, const TextArgument *arguments);

/**
 * cli_begin_write() - call store_begin_write() and read the clock again. After a wait for the lock, the
 * changes of this run must be newer than those of other writers. Return: 0, DB_E_* or negative errno.
 */
int cli_begin_write(Cli *cli);

/** cli_end_write() - commit if @r is 0, otherwise roll back. Return: @r, or the result of the commit. */
int cli_end_write(Cli *cli, int r);

/**
 * cli_refuse() - write the meaning of a condition of the store, or of a negative errno, on standard error
 * @what: the subject of the message, such as a UID or a path
 * Return: CLI_REFUSED.
 */
int cli_refuse(const Cli *cli, const char *what, int condition);

/**
 * cli_refuse_input() - as cli_refuse(), for the result of a parser: if @condition is positive, the
 * parser's message is written. Return: CLI_REFUSED.
 */
int cli_refuse_input(const Cli *cli, const char *what, int condition, const InputError *error);

/** cli_usage() - write what is wrong with the arguments. Return: CLI_USAGE. */
int cli_usage(const Cli *cli, const char *pattern, const TextArgument *arguments);

/** cli_usage_value() - as cli_usage(), with the argument {value} */
int cli_usage_value(const Cli *cli, const char *pattern, const char *value);

/**
 * cli_usage_option() - as cli_usage(), with {value} and {option}. @option: without the dashes of {option}
 */
int cli_usage_option(const Cli *cli, const char *pattern, const char *option, const char *value);

/* A word that should be one of a list of names. */
typedef struct CliChoice {
        const char *option; /* as written, such as --kind; "" for none */
        const char *value;  /* as typed */
        const char *(*name)(size_t index, const void *userdata); /* the list, as for suggest_name() */
        const void *userdata;
} CliChoice;

/**
 * cli_append_unknown() - append the message that a word is not in the list, with the nearest name, if one is
 * near, and all names
 * @pattern: with {option}, {value}, {nearest}, {names}
 */
void cli_append_unknown(const Cli *cli, const char *pattern, const CliChoice *choice, Buffer *out);

/** cli_usage_unknown() - as cli_usage(), with the message of cli_append_unknown() */
int cli_usage_unknown(const Cli *cli, const char *pattern, const CliChoice *choice);

/**
 * cli_usage_action() - as cli_usage_unknown(), for an action that is not the first word. @names: ends with
 * NULL
 */
int cli_usage_action(const Cli *cli, const char *value, const char *const *names);

/**
 * cli_check_action() - whether the words of the command line begin with an action of the command, if it has
 * any, and their number fits it. No words need no action.
 * Return: CLI_DONE; CLI_USAGE after a message.
 */
int cli_check_action(const Cli *cli);

/** cli_only_reads() - whether the action only reads, although other actions of the command write */
bool cli_only_reads(const Cli *cli);

/** cli_run() - run the command, or its action */
int cli_run(Cli *cli);

/**
 * cli_usage_kind() - as cli_usage_unknown(), with the kinds of the configuration. For a title of a kind, the
 * nearest name is the name of this kind.
 */
int cli_usage_kind(const Cli *cli, const char *option, const char *value);

/* The commands, by file. */
int command_import(Cli *cli);
int command_export(Cli *cli);
int command_list(Cli *cli);
int command_show(Cli *cli);
int command_add(Cli *cli);
int command_set(Cli *cli);
int command_date(Cli *cli);
int command_occurrence(Cli *cli);
int command_cancel(Cli *cli);
int command_why(Cli *cli);
int command_delete(Cli *cli);
int command_subscribe(Cli *cli);
int command_unsubscribe(Cli *cli);
int command_feed(Cli *cli);
int command_preview(Cli *cli);
int command_outbox(Cli *cli);
int command_hold(Cli *cli);
int command_resume(Cli *cli);
int command_check(Cli *cli);
int command_status(Cli *cli);
int command_bounce(Cli *cli);
int command_announce(Cli *cli);
int command_match(Cli *cli);
int command_draft(Cli *cli);
int command_log(Cli *cli);
int command_undo(Cli *cli);
int command_restore(Cli *cli);
int command_backup(Cli *cli);

extern const CliOption import_options[], export_options[], list_options[], show_options[], add_options[],
                set_options[], why_options[], date_options[], occurrence_options[], cancel_options[],
                delete_options[], subscribe_options[], unsubscribe_options[], feed_options[],
                preview_options[], outbox_options[], mail_options[], hold_options[], resume_options[],
                check_options[], status_options[], bounce_options[], contact_options[], offer_options[],
                meet_options[], match_options[], account_options[], log_options[], undo_options[],
                restore_options[], backup_options[], draft_options[], announce_options[], store_options[];

extern const CliAction announce_actions[], outbox_actions[], mail_actions[], contact_actions[],
                offer_actions[], meet_actions[], account_actions[], store_actions[];
