#include "cli/account-print.h"

#include "base/json.h"
#include "cli/account-collections.h"
#include "cli/describe.h"
#include "cli/output.h"
#include "store/account-right.h"
#include "store/account-token.h"
#include "store/second-factor.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LINE_MAX_BYTES = 64 * 1024, JSON_MAX_BYTES = 16 * 1024 * 1024, TIME_BYTES = 32 };

/* Columns of a terminal. */
enum { ROLE_COLUMN = 24, MAIL_COLUMN = 34 };

/* A JSON list that is being appended, and the number of its items so far. */
typedef struct AccountList {
        const Cli *cli;
        Buffer *out;
        size_t n;
} AccountList;

static int print_token(const AccountToken *token, void *userdata)
{
        const Cli *cli = userdata;
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        CLEANUP(buffer_done) Buffer used = BUFFER_INIT(LINE_MAX_BYTES);
        int r = token->used ? describe_moment(cli, token->used, &used) : 0;
        if (!token->used)
                buffer_puts(&used, cli->strings->never_yet);
        if (r == 0)
                r = text_message(&line, cli->language, cli->strings->account_token,
                                TEXT_ARGUMENTS({ "label", token->label, 0 },
                                                { "used", buffer_text(&used), 0 }));
        if (r < 0)
                return r;
        if (token->read_only)
                buffer_printf(&line, ", %s", cli->strings->account_reads_only);
        fputs("    ", stdout);
        output_line(stdout, buffer_text(&line));
        return 0;
}

static int print_right(const char *collection, AccountAccess access, void *userdata)
{
        const Cli *cli = userdata;
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        int r = text_message(&line, cli->language, cli->strings->account_right,
                        TEXT_ARGUMENTS({ "collection", collection, 0 },
                                        { "access", account_access_name(access), 0 }));
        if (r < 0)
                return r;
        fputs("    ", stdout);
        output_line(stdout, buffer_text(&line));
        return 0;
}

/* Reads how many recovery codes are left. */
static int count_codes(const Cli *cli, const Account *account, int64_t *ret_n, usec_t *ret_since)
{
        SecondFactor factor;
        int r = second_factor_get(cli->store, account->name, &factor);
        *ret_n = factor.n_codes;
        *ret_since = factor.confirmed;
        explicit_bzero(&factor, sizeof(factor));
        return r;
}

static int print_factor(const Cli *cli, const Account *account)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        usec_t since;
        int64_t n;
        int r = account->has_second_factor ? count_codes(cli, account, &n, &since) : STORE_E_NOT_FOUND;
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        r = text_message(&line, cli->language, cli->strings->account_second_factor,
                        TEXT_ARGUMENTS({ "n", NULL, n }));
        if (r < 0)
                return r;
        fputs("    ", stdout);
        output_line(stdout, buffer_text(&line));
        return 0;
}

int account_print(const Cli *cli, const Account *account)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        const char *role = account_role_name(account->role);
        buffer_puts(&line, account->name);
        output_column(&line, ROLE_COLUMN);
        buffer_puts(&line, role ? role : "?");
        if (account->mail[0] || !account->password[0])
                output_column(&line, MAIL_COLUMN);
        buffer_puts(&line, account->mail);
        if (!account->password[0])
                buffer_printf(&line, "%s%s", account->mail[0] ? ", " : "",
                                cli->strings->account_no_password);
        output_line(stdout, buffer_text(&line));
        int r = print_factor(cli, account);
        if (r == 0)
                r = account_token_each(cli->store, account->name, print_token, (void *)cli);
        if (r == 0)
                r = account_right_each(cli->store, account->name, print_right, (void *)cli);
        return r != 0 ? r : account_collections_print(cli, account->name);
}

/* Appends a member whose value is a time in UTC (RFC 3339), or null if it is 0. */
static void time_member(Buffer *out, const char *name, usec_t time)
{
        char text[TIME_BYTES];
        if (time) {
                time_format_rfc3339(time, text);
                json_member(out, name, text);
        } else {
                buffer_printf(out, ", \"%s\": null", name);
        }
}

static int append_token(const AccountToken *token, void *userdata)
{
        AccountList *list = userdata;
        buffer_puts(list->out, list->n++ ? ", {" : "{");
        json_member(list->out, "label", token->label);
        buffer_printf(list->out, ", \"read_only\": %s", token->read_only ? "true" : "false");
        time_member(list->out, "created", token->created);
        time_member(list->out, "used", token->used);
        buffer_putc(list->out, '}');
        return 0;
}

static int append_right(const char *collection, AccountAccess access, void *userdata)
{
        AccountList *list = userdata;
        buffer_puts(list->out, list->n++ ? ", " : "");
        json_string(list->out, collection);
        buffer_puts(list->out, ": ");
        json_string(list->out, account_access_name(access));
        return 0;
}

static int append_factor(const Cli *cli, const Account *account, Buffer *out)
{
        usec_t since;
        int64_t n;
        int r = account->has_second_factor ? count_codes(cli, account, &n, &since) : STORE_E_NOT_FOUND;
        if (r != 0) {
                buffer_puts(out, ", \"second_factor\": null");
                return r == STORE_E_NOT_FOUND ? 0 : r;
        }
        buffer_printf(out, ", \"second_factor\": {\"recovery_codes\": %" PRId64, n);
        time_member(out, "since", since);
        buffer_putc(out, '}');
        return 0;
}

int account_print_json(const Cli *cli, const Account *account)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(JSON_MAX_BYTES);
        AccountList tokens = { cli, &line, 0 }, rights = { cli, &line, 0 };
        buffer_putc(&line, '{');
        json_member(&line, "name", account->name);
        json_member(&line, "role", account_role_name(account->role));
        json_member(&line, "mail", account->mail);
        buffer_printf(&line, ", \"password\": %s", account->password[0] ? "true" : "false");
        time_member(&line, "created", account->created);
        time_member(&line, "changed", account->changed);
        int r = append_factor(cli, account, &line);
        buffer_puts(&line, ", \"app_passwords\": [");
        if (r == 0)
                r = account_token_each(cli->store, account->name, append_token, &tokens);
        buffer_puts(&line, "], \"rights\": {");
        if (r == 0)
                r = account_right_each(cli->store, account->name, append_right, &rights);
        buffer_puts(&line, "}, \"collections\": [");
        if (r == 0)
                r = account_collections_json(cli, account->name, &line);
        buffer_puts(&line, "]}");
        if (r == 0)
                r = buffer_error(&line);
        if (r == 0)
                puts(buffer_text(&line));
        return r;
}
