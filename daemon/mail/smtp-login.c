/*
 * Logging in to the mail server. libcurl speaks the mechanisms, and tries only one of those that the server
 * offers. If the server refuses it, another connection is made for the next one: some servers offer
 * mechanisms for which they have no secrets (CRAM-MD5 needs the password in plain text). Our own, SCRAM, are
 * tried after libcurl's: libcurl connects without a login, and smtp-scram.c sends AUTH.
 */

#include "mail/smtp-internal.h"

#include "base/secret.h"
#include "mail/token-command.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { LOGIN_OPTIONS_SIZE = 256, REPLY_PERMANENT_MIN = 500, TOKEN_SECONDS = 10 };

/*
 * The strongest first among those of libcurl, and among our own; our own are tried after libcurl's.
 * `bearer`: with a token (RFC 7628) instead of a password; `own`: by smtp-scram.c, not libcurl.
 */
static const struct {
        const char *name;
        bool bearer, own;
} mechanisms[] = {
        { "SCRAM-SHA-256", false, true },
        { "SCRAM-SHA-1", false, true },
        { "CRAM-MD5", false, false },
        { "PLAIN", false, false },
        { "LOGIN", false, false },
        { "OAUTHBEARER", true, false },
        { "XOAUTH2", true, false },
};

enum { N_MECHANISMS = sizeof(mechanisms) / sizeof(mechanisms[0]) };

static unsigned all_mechanisms(const SmtpLogin *login)
{
        unsigned all = 0;
        for (unsigned i = 0; i < N_MECHANISMS; i++)
                if (mechanisms[i].bearer == (login->token_file || login->token_command))
                        all |= 1U << i;
        return login->username ? all : 0;
}

static unsigned own_mechanisms(void)
{
        unsigned own = 0;
        for (unsigned i = 0; i < N_MECHANISMS; i++)
                if (mechanisms[i].own)
                        own |= 1U << i;
        return own;
}

const char *smtp_login_own_name(const SmtpLogin *login)
{
        assert(login->own);
        return mechanisms[ffs((int)login->own) - 1].name;
}

/* Copies a text unless it is empty or NULL. */
static int copy(const char *text, char **ret)
{
        *ret = text && text[0] ? strdup(text) : NULL;
        return text && text[0] && !*ret ? -ENOMEM : 0;
}

int smtp_login_init(SmtpLogin *login, const SmtpOptions *options)
{
        int r = copy(options->token_file, &login->token_file);
        if (r == 0)
                r = copy(options->token_command, &login->token_command);
        if (r == 0)
                r = copy(options->username, &login->username);
        if (r == 0)
                r = copy(options->password, &login->password);
        login->left = all_mechanisms(login);
        return r;
}

void smtp_login_done(SmtpLogin *login)
{
        free(login->token_file);
        free(login->token_command);
        free(login->username);
        secret_forget(&login->password);
        secret_forget(&login->token);
        scram_free(login->scram);
}

static int put_token(Smtp *smtp, const char *token)
{
        return curl_easy_setopt(smtp->handle, CURLOPT_XOAUTH2_BEARER, token) == CURLE_OK ? 0 : -ENOMEM;
}

static const char *explain_command(int r)
{
        return r == -ECHILD      ? "it has failed"
               : r == -ETIMEDOUT ? "it has not ended in time"
               : r == -ENODATA   ? "it prints nothing"
                                 : strerror(-r);
}

/* The command runs again only if the server has refused its token: all connections wait while it runs. */
static int set_command_token(Smtp *smtp)
{
        SmtpLogin *login = &smtp->login;
        int r = 0;
        login->token_is_old = login->token != NULL;
        if (!login->token)
                r = token_command_run(login->token_command, TOKEN_SECONDS * USEC_PER_SEC, &login->token);
        if (r == 0)
                return put_token(smtp, login->token);
        snprintf(smtp->error, sizeof(smtp->error), "the token command %s gives no token: %s",
                        login->token_command, explain_command(r));
        return r;
}

/* A token is valid for about an hour, so the token file is read for each connection. */
static int set_token(Smtp *smtp)
{
        CLEANUP(secret_forget) char *token = NULL;
        if (smtp->login.token_command)
                return set_command_token(smtp);
        if (!smtp->login.token_file)
                return 0;
        int r = secret_read(smtp->login.token_file, &token);
        if (r < 0)
                snprintf(smtp->error, sizeof(smtp->error), "the token file %s cannot be read: %s",
                                smtp->login.token_file, strerror(-r));
        return r < 0 ? r : put_token(smtp, token);
}

/* Without an account, libcurl does not log in. */
static int set_account(Smtp *smtp)
{
        const SmtpLogin *login = &smtp->login;
        const char *username = login->own ? NULL : login->username;
        const char *password = login->own ? NULL : login->password;
        CURLcode code = curl_easy_setopt(smtp->handle, CURLOPT_USERNAME, username);
        if (code == CURLE_OK)
                code = curl_easy_setopt(smtp->handle, CURLOPT_PASSWORD, password);
        return code == CURLE_OK ? 0 : -ENOMEM;
}

int smtp_login_prepare(Smtp *smtp)
{
        SmtpLogin *login = &smtp->login;
        char options[LOGIN_OPTIONS_SIZE] = "";
        size_t len = 0;
        login->offered = login->tried = 0;
        for (unsigned i = 0; i < N_MECHANISMS; i++)
                if (login->left & 1U << i && !mechanisms[i].own)
                        len += (size_t)snprintf(options + len, sizeof(options) - len, "%sAUTH=%s",
                                        len ? ";" : "", mechanisms[i].name);
        if (len > 0 && curl_easy_setopt(smtp->handle, CURLOPT_LOGIN_OPTIONS, options) != CURLE_OK)
                return -ENOMEM;
        int r = set_account(smtp);
        return r == 0 ? set_token(smtp) : r;
}

/* Returns the bit of the mechanism whose name begins a text; 0 if it is not known. */
static unsigned mechanism_of(const char *text, size_t len)
{
        size_t name = 0;
        while (name < len && text[name] != ' ' && text[name] != '\r' && text[name] != '\n')
                name++;
        for (unsigned i = 0; i < N_MECHANISMS; i++)
                if (strlen(mechanisms[i].name) == name && strncasecmp(mechanisms[i].name, text, name) == 0)
                        return 1U << i;
        return 0;
}

static bool begins_with(const char *text, size_t len, const char *word)
{
        return len > strlen(word) && strncasecmp(text, word, strlen(word)) == 0;
}

void smtp_login_hear(SmtpLogin *login, const char *text, size_t len)
{
        if (!begins_with(text, len, "AUTH ") && !begins_with(text, len, "AUTH="))
                return;
        for (size_t at = strlen("AUTH "); at < len; at++)
                if (text[at - 1] == ' ' || text[at - 1] == '=')
                        login->offered |= mechanism_of(text + at, len - at);
}

void smtp_login_note_command(SmtpLogin *login, const char *command, size_t len)
{
        if (begins_with(command, len, "AUTH "))
                login->tried = mechanism_of(command + strlen("AUTH "), len - strlen("AUTH "));
}

void smtp_login_begin_anew(SmtpLogin *login)
{
        login->own = 0;
        login->left = all_mechanisms(login); /* the password may be another one next time */
}

bool smtp_login_try_next(Smtp *smtp)
{
        SmtpLogin *login = &smtp->login;
        bool refused = login->tried != 0 && smtp->submission.reply_code >= REPLY_PERMANENT_MIN;
        /* A token that has expired is replaced, and the same mechanism is tried again. */
        bool has_expired = refused && login->token && login->token_is_old;
        if (refused && login->token) {
                secret_forget(&login->token);
                login->token = NULL;
        }
        if (has_expired)
                return true;
        login->left &= refused ? ~login->tried : ~0U;
        unsigned usable = login->left & login->offered, own = usable & own_mechanisms();
        bool knows_none = login->offered && !login->tried && !login->own && usable == own;
        login->own = own & -own;
        if (refused && usable & ~own)
                login->own = 0;
        if ((refused && usable) || (knows_none && own))
                return true;
        smtp_login_begin_anew(login);
        return false;
}
