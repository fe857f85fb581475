#include "cli/option-rules.h"

#include <stdio.h>
#include <string.h>

typedef enum RuleKind {
        REPEATS,  /* the option may be given several times; options without this rule only once */
        EXCLUDES, /* the option has no meaning together with one of the others */
        NEEDS,    /* the option has no meaning without the other */
        ACTIONS,  /* the option has a meaning only for these actions; "": only without an action */
} RuleKind;

typedef struct OptionRule {
        const char *command;
        RuleKind kind;
        const char *options; /* separated by commas, as in `others` */
        const char *others;
} OptionRule;

#define STEPS       "confirm,decline,propose,move,cancel"
#define TIMED_STEPS "ask,confirm,propose,move"

static const OptionRule rules[] = {
        { "list", EXCLUDES, "sites", "organisations,contacts" },
        { "list", EXCLUDES, "organisations", "contacts" },
        { "list", EXCLUDES, "kind,from,to,undated", "sites,organisations,contacts" },
        { "list", EXCLUDES, "undated", "from,to" },
        { "add", REPEATS, "kind,contact,organiser,comment,resources,speaker,attach,name", "" },
        { "add", NEEDS, "end,duration,repeat,zone", "start" },
        { "add", NEEDS, "name", "attach" },
        { "add", EXCLUDES, "end", "duration" },
        { "set", REPEATS, "speaker,attach,name", "" },
        { "set", NEEDS, "name", "attach" },
        { "set", EXCLUDES, "add", "all" },
        { "set", EXCLUDES, "language", "speaker,attach" },
        { "subscribe", REPEATS, "kind,event,calendar,lead", "" },
        { "unsubscribe", REPEATS, "kind,event,calendar", "" },
        { "offer", REPEATS, "hours,duration,place", "" },
        { "offer", ACTIONS,
                        "hours,zone,from,to,event,duration,buffer,notice,horizon,daily-max,place,seats,confirm,"
                        "listed,summary",
                        "add,set" },
        { "offer", ACTIONS, "uid,calendar", "add" },
        { "offer", ACTIONS, "host", "list" },
        { "offer", ACTIONS, "json", "list,show" },
        { "meet", ACTIONS, "as-host", STEPS },
        { "meet", ACTIONS, "place,zone", TIMED_STEPS },
        { "meet", ACTIONS, "length,name,organisation,address,topic,language", "ask" },
        { "meet", ACTIONS, "host,all", "list" },
        { "meet", ACTIONS, "from,to", "slots" },
        { "meet", ACTIONS, "dry-run", "ask," STEPS },
        { "meet", ACTIONS, "json", "ask,list,show,slots," STEPS },
        { "announce", REPEATS, "contact", "" },
        { "contact", REPEATS, "column", "" },
        { "contact", ACTIONS, "list-for,column,doubles,charset,json", "import" },
        { "contact", ACTIONS, "dry-run", "import,erase,merge" },
        { "match", NEEDS, "keep", "wishes" },
        { "match", EXCLUDES, "by,pages", "json" },
        { "outbox", ACTIONS, "state,contact,event,day,limit,json", "" },
        { "resume", EXCLUDES, "skip-past", "send" },
};

enum { N_RULES = sizeof(rules) / sizeof(rules[0]), NAME_SIZE = 64 };

/* Finds the next name of a list, and moves @list behind it. Return: false if there is no further name. */
static bool next_name(const char **list, char ret[static NAME_SIZE])
{
        size_t len = strcspn(*list, ",");
        snprintf(ret, NAME_SIZE, "%.*s", (int)len, *list);
        *list += len + ((*list)[len] == ',');
        return len > 0;
}

static bool has_name(const char *list, const char *name)
{
        char found[NAME_SIZE];
        while (next_name(&list, found))
                if (strcmp(found, name) == 0)
                        return true;
        return false;
}

/*
 * @pattern: a text with {option} and {other}
 * @option, @other: names without dashes; @other may be an action
 */
static int refuse(const Cli *cli, const char *pattern, const char *option, const char *other)
{
        return cli_usage(cli, pattern, TEXT_ARGUMENTS({ "option", option, 0 }, { "other", other, 0 }));
}

static int check_excluded(const Cli *cli, const char *option, const char *others)
{
        char other[NAME_SIZE];
        while (next_name(&others, other))
                if (cli_flag(cli, other))
                        return refuse(cli, cli->usage->options_exclude, option, other);
        return CLI_DONE;
}

/* An unknown action has been refused already. */
static int check_action(const Cli *cli, const char *option, const char *actions)
{
        const char *action = cli->n_words > 0 ? cli->words[0] : "";
        if (has_name(actions, action) || (!actions[0] && !action[0]))
                return CLI_DONE;
        return refuse(cli, cli->usage->option_of_another_action, option, action);
}

static int check_rule(const Cli *cli, const OptionRule *rule, const char *option)
{
        switch (rule->kind) {
        case EXCLUDES:
                return check_excluded(cli, option, rule->others);
        case NEEDS:
                return cli_flag(cli, rule->others)
                                       ? CLI_DONE
                                       : refuse(cli, cli->usage->option_needs, option, rule->others);
        case ACTIONS:
                return check_action(cli, option, rule->others);
        case REPEATS:
                return CLI_DONE;
        }
        return CLI_DONE;
}

static bool may_repeat(const Cli *cli, const char *option)
{
        for (size_t i = 0; i < N_RULES; i++)
                if (rules[i].kind == REPEATS && strcmp(rules[i].command, cli->command->name) == 0 &&
                                has_name(rules[i].options, option))
                        return true;
        return false;
}

/*
 * Refuses an option with a value that is given twice. A flag can be repeated without a change of its
 * meaning.
 */
static int check_repeats(const Cli *cli)
{
        for (int i = 0; i < cli->n_values; i++) {
                const char *option = cli->values[i].option;
                if (cli->values[i].is_flag || !cli_value(cli, option, 1) || may_repeat(cli, option))
                        continue;
                return refuse(cli, cli->usage->option_twice, option, "");
        }
        return CLI_DONE;
}

int option_rules_check(const Cli *cli)
{
        int code = check_repeats(cli);
        for (size_t i = 0; code == CLI_DONE && i < N_RULES; i++) {
                const char *options = rules[i].options;
                char option[NAME_SIZE];
                if (strcmp(rules[i].command, cli->command->name) != 0)
                        continue;
                while (code == CLI_DONE && next_name(&options, option))
                        if (cli_flag(cli, option))
                                code = check_rule(cli, &rules[i], option);
        }
        return code;
}
