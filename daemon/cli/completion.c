#include "cli/completion.h"

#include <stdio.h>
#include <string.h>

/* An option that stands for one per language, such as title-LANG, is completed up to the hyphen. */
static int name_length(const CliOption *option)
{
        const char *suffix = strstr(option->name, "LANG");
        return suffix ? (int)(suffix - option->name) : (int)strlen(option->name);
}

static void print_words(const Command *command)
{
        for (const CliAction *action = command->actions; action && action->name; action++)
                printf("%s ", action->name);
        for (const CliOption *option = command->options; option->name; option++)
                printf("--%.*s%s ", name_length(option), option->name, option->argument ? "=" : "");
        printf("--help");
}

/* ---- bash, whose functions zsh runs, too ---- */

static void print_bash(const Cli *cli, const Command *commands, size_t n)
{
        (void)cli;
        puts("_convene() {\n"
             "    local word=\"${COMP_WORDS[COMP_CWORD]}\" command= i words\n"
             "    COMPREPLY=()\n"
             "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
             "        case \"${COMP_WORDS[i]}\" in\n"
             "            -c|--config) ((i++)) ;;\n"
             "            -*) ;;\n"
             "            *) command=\"${COMP_WORDS[i]}\"; break ;;\n"
             "        esac\n"
             "    done\n"
             "    case \"$command\" in");
        for (size_t i = 0; i < n; i++) {
                printf("        %s) words=\"", commands[i].name);
                print_words(&commands[i]);
                puts("\" ;;");
        }
        printf("        '') words=\"--config --serve --version --help");
        for (size_t i = 0; i < n; i++)
                printf(" %s", commands[i].name);
        puts("\" ;;\n"
             "    esac\n"
             "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
             "    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace\n"
             "    return 0\n"
             "}\n"
             "complete -o default -F _convene convene");
}

static void print_zsh(const Cli *cli, const Command *commands, size_t n)
{
        puts("#compdef convene\nautoload -U +X bashcompinit && bashcompinit");
        print_bash(cli, commands, n);
}

/* ---- fish ---- */

/* Writes a text in single quotes. */
static void print_quoted(const char *text)
{
        putchar('\'');
        for (; *text; text++) {
                if (*text == '\'' || *text == '\\')
                        putchar('\\');
                putchar(*text);
        }
        putchar('\'');
}

static void print_fish_command(const Cli *cli, const Command *command)
{
        printf("complete -c convene -n __fish_use_subcommand -a %s -d ", command->name);
        print_quoted(cli->usage->help[command->help]);
        puts("");
        for (const CliAction *action = command->actions; action && action->name; action++)
                printf("complete -c convene -n '__fish_seen_subcommand_from %s' -a %s\n", command->name,
                                action->name);
        for (const CliOption *option = command->options; option->name; option++) {
                printf("complete -c convene -n '__fish_seen_subcommand_from %s' -l %.*s %s-d ",
                                command->name, name_length(option), option->name,
                                option->argument ? "-r " : "");
                print_quoted(cli->usage->help[option->help]);
                puts("");
        }
}

static void print_fish(const Cli *cli, const Command *commands, size_t n)
{
        for (size_t i = 0; i < n; i++)
                print_fish_command(cli, &commands[i]);
}

static const struct {
        const char *name;
        void (*print)(const Cli *cli, const Command *commands, size_t n);
} shells[] = { { "bash", print_bash }, { "zsh", print_zsh }, { "fish", print_fish } };

int completion_print(const Cli *cli, const Command *commands, size_t n_commands)
{
        static const char *const names[] = { "bash", "zsh", "fish", NULL };
        for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
                if (strcmp(shells[i].name, cli->words[0]) == 0) {
                        shells[i].print(cli, commands, n_commands);
                        return CLI_DONE;
                }
        return cli_usage_action(cli, cli->words[0], names);
}
