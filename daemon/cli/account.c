/*
 * convene account: the accounts of the people who use the calendar with programs of their own, their app
 * passwords and their rights.
 */

#include "base/app-password.h"
#include "cli/account-collections.h"
#include "cli/account-print.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/password-input.h"
#include "contact/address.h"
#include "meet/host-calendar.h"
#include "store/account-right.h"
#include "store/account-token.h"
#include "store/second-factor.h"
#include "store/trash.h"

#include <stdio.h>
#include <string.h>

const CliOption account_options[] = {
        { "role", "ROLE", HELP_ACCOUNT_ROLE },
        { "mail", "ADDRESS", HELP_ACCOUNT_MAIL },
        { "no-password", NULL, HELP_ACCOUNT_NO_PASSWORD },
        { "label", "TEXT", HELP_ACCOUNT_LABEL },
        { "read-only", NULL, HELP_ACCOUNT_READ_ONLY },
        { "revoke", NULL, HELP_ACCOUNT_REVOKE },
        { "json", NULL, HELP_JSON },
        { NULL, NULL, 0 },
};

static int refuse_account(const Cli *cli, const char *pattern, const char *name)
{
        cli_error(cli, pattern, TEXT_ARGUMENTS({ "name", name, 0 }));
        return CLI_REFUSED;
}

/*
 * Reports the result of a call of the store. @missing: the message for STORE_E_NOT_FOUND. Return: an exit
 * code.
 */
static int conclude(const Cli *cli, int r, const char *missing)
{
        const char *name = cli->words[1];
        if (r == STORE_E_NOT_FOUND)
                return refuse_account(cli, missing, name);
        return r != 0 ? cli_refuse(cli, name, r) : CLI_DONE;
}

static const char *role_name(size_t index, const void *userdata)
{
        (void)userdata;
        return account_role_name((AccountRole)(index + ACCOUNT_READER));
}

static int read_role(const Cli *cli, AccountRole *ret)
{
        const char *role = cli_value(cli, "role", 0);
        if (!role || account_role_of(role, ret))
                return CLI_DONE;
        return cli_usage_unknown(
                        cli, cli->strings->bad_role, &(CliChoice){ "--role", role, role_name, NULL });
}

/* Reads a new password and hashes it, before the store is locked for writing. */
static int read_hash(const Cli *cli, char ret[static PASSWORD_HASH_SIZE])
{
        char password[PASSWORD_INPUT_SIZE] = "";
        int code = password_input(cli, password);
        int r = code == CLI_DONE ? password_hash(password, ret) : 0;
        explicit_bzero(password, sizeof(password));
        return r < 0 ? cli_refuse(cli, cli->words[1], r) : code;
}

/* Checks the mail address of an account. @mail: "" for none */
static int check_mail(const Cli *cli, const char *mail)
{
        return !mail[0] || card_email_valid(mail) ? CLI_DONE
                                                  : cli_usage_value(cli, cli->strings->bad_address, mail);
}

/* Refuses a name or a mail address that an account has. */
static int check_new(const Cli *cli, const char *name, const char *mail)
{
        Account known;
        int r = account_get(cli->store, name, &known);
        if (r == 0)
                return refuse_account(cli, cli->strings->account_taken, known.name);
        if (r == STORE_E_NOT_FOUND)
                r = account_find_mail(cli->store, mail, &known);
        if (r == 0)
                return refuse_account(cli, cli->strings->mail_taken, mail);
        return r != STORE_E_NOT_FOUND ? cli_refuse(cli, name, r) : CLI_DONE;
}

/* Makes the copies of the meetings of a host who has got an account (meet/host-calendar.h). */
static int fill_calendar(Cli *cli, int r)
{
        const BookingWork work = { cli->store, cli->config, clock_now(&cli->clock) };
        return r == 0 ? host_calendar_fill(&work, cli->words[1]) : r;
}

static int add(Cli *cli)
{
        const char *name = cli->words[1], *mail = cli_value(cli, "mail", 0);
        Account account = { .role = ACCOUNT_READER };
        if (!account_name_is_valid(name))
                return cli_usage_value(cli, cli->strings->bad_account_name, name);
        int code = read_role(cli, &account.role);
        if (code == CLI_DONE && mail)
                code = check_mail(cli, mail);
        if (code == CLI_DONE)
                code = check_new(cli, name, mail ? mail : "");
        if (code != CLI_DONE)
                return code;
        code = cli_flag(cli, "no-password") ? CLI_DONE : read_hash(cli, account.password);
        if (code != CLI_DONE)
                return code;
        strcpy(account.name, name);
        strcpy(account.mail, mail ? mail : "");
        account.created = account.changed = clock_now(&cli->clock);
        int r = fill_calendar(cli, account_add(cli->store, &account));
        return r == STORE_E_CONFLICT ? refuse_account(cli, cli->strings->account_taken, name)
                                     : conclude(cli, r, cli->strings->no_account);
}

static int set_mail(Cli *cli)
{
        const char *mail = cli->words[2];
        int code = check_mail(cli, mail);
        if (code != CLI_DONE)
                return code;
        int r = fill_calendar(cli, account_set_mail(cli->store, cli->words[1], mail));
        return r == STORE_E_CONFLICT ? refuse_account(cli, cli->strings->mail_taken, mail)
                                     : conclude(cli, r, cli->strings->no_account);
}

static int passwd(Cli *cli)
{
        char hash[PASSWORD_HASH_SIZE] = "";
        Account account;
        int code = conclude(cli, account_get(cli->store, cli->words[1], &account), cli->strings->no_account);
        if (code == CLI_DONE && !cli_flag(cli, "no-password"))
                code = read_hash(cli, hash);
        if (code != CLI_DONE)
                return code;
        int r = account_set_password(cli->store, cli->words[1], hash, clock_now(&cli->clock));
        return conclude(cli, r, cli->strings->no_account);
}

static int add_token(Cli *cli, const Account *account, const char *label)
{
        char password[APP_PASSWORD_SIZE], hash[HASH_HEX_SIZE];
        AccountToken token = { .read_only = cli_flag(cli, "read-only"), .created = clock_now(&cli->clock) };
        int r = app_password_make(password);
        if (r < 0)
                return cli_refuse(cli, account->name, r);
        strcpy(token.account, account->name);
        strcpy(token.label, label);
        app_password_hash(password, hash);
        r = account_token_add(cli->store, &token, hash);
        if (r == 0)
                puts(password);
        explicit_bzero(password, sizeof(password));
        return r == STORE_E_CONFLICT ? refuse_account(cli, cli->strings->label_taken, label)
                                     : conclude(cli, r, cli->strings->no_account);
}

static int token(Cli *cli)
{
        const char *label = cli_value(cli, "label", 0);
        Account account;
        if (!label)
                return cli_usage(cli, cli->usage->missing, TEXT_ARGUMENTS({ "what", "--label", 0 }));
        if (!account_label_is_valid(label))
                return cli_usage_value(cli, cli->strings->bad_label, label);
        int code = conclude(cli, account_get(cli->store, cli->words[1], &account), cli->strings->no_account);
        if (code != CLI_DONE || !cli_flag(cli, "revoke"))
                return code != CLI_DONE ? code : add_token(cli, &account, label);
        int r = account_token_remove(cli->store, account.name, label);
        return r == STORE_E_NOT_FOUND ? refuse_account(cli, cli->strings->no_label, label)
                                      : conclude(cli, r, cli->strings->no_account);
}

/* For a person who has lost the telephone and the recovery codes. */
static int factor_off(Cli *cli)
{
        return conclude(cli, second_factor_remove(cli->store, cli->words[1]),
                        cli->strings->no_second_factor);
}

static int print(const Account *account, void *userdata)
{
        const Cli *cli = userdata;
        return cli_flag(cli, "json") ? account_print_json(cli, account) : account_print(cli, account);
}

static int list(Cli *cli)
{
        Account account;
        if (cli->n_words == 1) {
                int r = account_each(cli->store, print, cli);
                return r != 0 ? cli_refuse(cli, "account", r) : CLI_DONE;
        }
        int r = account_get(cli->store, cli->words[1], &account);
        return conclude(cli, r != 0 ? r : print(&account, cli), cli->strings->no_account);
}

/* The collections of the account go to the trash, so that no other account of the same name gets them. */
static int remove_account(Cli *cli)
{
        int r = cli_begin_write(cli);
        if (r == 0)
                r = trash_put_all(cli->store, cli->words[1], cli->now);
        if (r == 0)
                r = account_remove(cli->store, cli->words[1]);
        if (r == 0)
                r = store_commit(cli->store);
        if (r != 0)
                store_rollback(cli->store);
        return conclude(cli, r, cli->strings->no_account);
}

static const char *access_name(size_t index, const void *userdata)
{
        static const char *const names[] = { "read", "write", "none", "default", NULL };
        (void)userdata;
        return names[index];
}

static int grant_collection(Cli *cli)
{
        const char *name = cli->words[1], *collection = cli->words[2], *word = cli->words[3];
        AccountAccess access;
        Account account;
        if (strcmp(word, "default") == 0)
                return conclude(cli, account_grant_default(cli->store, name, collection),
                                cli->strings->no_right);
        if (!account_access_of(word, &access))
                return cli_usage_unknown(
                                cli, cli->strings->bad_access, &(CliChoice){ "", word, access_name, NULL });
        int code = conclude(cli, account_get(cli->store, name, &account), cli->strings->no_account);
        if (code != CLI_DONE)
                return code;
        int r = account_grant(cli->store, name, collection, access);
        return r == STORE_E_NOT_FOUND ? refuse_account(cli, cli->strings->no_collection, collection)
                                      : conclude(cli, r, cli->strings->no_account);
}

static int grant(Cli *cli)
{
        AccountRole role = 0;
        int code = read_role(cli, &role);
        if (code != CLI_DONE)
                return code;
        if (cli->n_words != 4 && !(role && cli->n_words == 2))
                return cli_usage(cli, cli->usage->missing,
                                TEXT_ARGUMENTS({ "what", "NAME COLLECTION ACCESS", 0 }));
        if (role)
                code = conclude(cli, account_set_role(cli->store, cli->words[1], role),
                                cli->strings->no_account);
        return code == CLI_DONE && cli->n_words == 4 ? grant_collection(cli) : code;
}

static const char *switch_name(size_t index, const void *userdata)
{
        static const char *const names[] = { "on", "off", NULL };
        (void)userdata;
        return names[index];
}

/* Whether a meeting that is written to a calendar sends messages to its participants. */
static int switch_scheduling(Cli *cli)
{
        const char *collection = cli->words[1], *word = cli->words[2];
        bool is_on = strcmp(word, "on") == 0;
        if (!is_on && strcmp(word, "off") != 0)
                return cli_usage_unknown(
                                cli, cli->strings->bad_switch, &(CliChoice){ "", word, switch_name, NULL });
        int r = collection_set_scheduling(
                        cli->store, collection, is_on ? COLLECTION_SCHEDULES : COLLECTION_QUIET);
        return r == STORE_E_NOT_FOUND ? refuse_account(cli, cli->strings->no_collection, collection)
                                      : conclude(cli, r, cli->strings->no_account);
}

const CliAction account_actions[] = {
        { "add", "NAME", 1, 1, add },
        { "passwd", "NAME", 1, 1, passwd },
        { "mail", "NAME ADDRESS", 2, 2, set_mail },
        { "token", "NAME", 1, 1, token },
        { "factor-off", "NAME", 1, 1, factor_off },
        { "list", "", 0, 1, list },
        { "remove", "NAME", 1, 1, remove_account },
        { "grant", "NAME", 1, 3, grant },
        { "scheduling", "COLLECTION on|off", 2, 2, switch_scheduling },
        { "trash", "", 0, 0, account_trash },
        { "restore", "KEY", 1, 1, account_restore },
        { "purge", "KEY", 1, 1, account_purge },
        { NULL, NULL, 0, 0, NULL },
};
