#include "service/config-check.h"

#include "base/log.h"
#include "base/secret.h"
#include "mail/mailbox.h"
#include "mail/smtp.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES = 1024, HOST_BYTES = 256, RENEWAL_PART = 10 };

#define CERTIFICATE "http.tls.certificate"
#define KEY         "http.tls.key"

/* Logs an error of a key, with its file, which may be an included one, and its line. */
static void log_key_error(JournalKind kind, const Config *config, const Options *options, InputError *error)
{
        char line[LINE_BYTES];
        const char *included = config_where(config, error->where, &error->line);
        input_error_format(error, included ? included : options->config, line, sizeof(line));
        log_kind(kind, NULL, "%s", line);
}

/*
 * Whether a file is a credential that `--check` cannot see. If `--check` is run by hand, it has no
 * directory of credentials; if systemd runs it before a reload, the directory is not visible to it. The
 * daemon itself reads the file.
 */
static bool is_out_of_sight(const Options *options, const char *path)
{
        const char *directory = getenv("CREDENTIALS_DIRECTORY");
        if (!options->check || !path[0])
                return false;
        if (path[0] != '/')
                return true;
        return directory && strncmp(path, directory, strlen(directory)) == 0 && access(directory, F_OK) < 0;
}

/*
 * Checks that a file with a password or a token can be read. `--check`, which an administrator runs, checks
 * only that the file exists: the daemon itself checks whether its user can read the file.
 */
static int check_password_file(
                const Options *options, const char *key, const char *path, InputError *ret_error)
{
        CLEANUP(secret_forget) char *password = NULL;
        if (!path[0] || is_out_of_sight(options, path))
                return 0;
        int r = options->check ? access(path, F_OK) < 0 ? -errno : 0 : secret_read(path, &password);
        if (r == -ENOENT)
                input_error_set(ret_error, 0, key, "there is no file %s", path);
        else if (r < 0 && !options->check)
                input_error_set(ret_error, 0, key, "%s cannot be read: %s", path, strerror(-r));
        else
                return 0;
        return CONFIG_E_INVALID;
}

static int find_mail_fault(const Config *config, const Options *options, InputError *ret_error)
{
        SmtpOptions smtp = {
                .url = config->mail.url,
                .username = config->mail.username,
                .password = config->mail.password_file[0] ? "?" : NULL,
                .token_file = config->mail.token_file,
                .token_command = config->mail.token_command,
                .starttls = config->mail.starttls,
        };
        if (smtp_check(&smtp, ret_error) < 0)
                return CONFIG_E_INVALID;
        if (options->rehearse && !smtp_url_is_loopback(config->mail.url)) {
                input_error_set(ret_error, 0, "mail.url",
                                "a rehearsed clock is refused with a mail server that is not on this machine");
                return CONFIG_E_INVALID;
        }
        int r = check_password_file(options, "mail.password_file", config->mail.password_file, ret_error);
        if (r == 0)
                r = check_password_file(options, "mail.token_file", config->mail.token_file, ret_error);
        const char *command = config->mail.token_command;
        if (r != 0 || !command[0] || access(command, X_OK) == 0)
                return r;
        input_error_set(ret_error, 0, "mail.token_command", "%s cannot be run: %s", command,
                        strerror(errno));
        return CONFIG_E_INVALID;
}

static int find_mailbox_fault(const Config *config, const Options *options, InputError *ret_error)
{
        InputError error;
        const char *url = config->bounces.mailbox;
        MailboxOptions mailbox = {
                .url = url,
                .username = config->bounces.username,
                .password = config->bounces.password_file[0] ? "?" : NULL,
                .starttls = config->bounces.starttls,
        };
        if (mailbox_check(&mailbox, &error) < 0) {
                char key[sizeof(error.where) + 8];
                snprintf(key, sizeof(key), "bounces.%s", error.where);
                input_error_set(ret_error, 0, key, "%s", error.message);
                return CONFIG_E_INVALID;
        }
        if (!config->bounces.address[0]) {
                input_error_set(ret_error, 0, "bounces.address",
                                "is missing: what comes to bounces.mailbox cannot be assigned without");
                return CONFIG_E_INVALID;
        }
        if (options->rehearse && mailbox_is_remote(url)) {
                input_error_set(ret_error, 0, "bounces.mailbox",
                                "a rehearsed clock is refused with a mailbox that is not on this machine");
                return CONFIG_E_INVALID;
        }
        return check_password_file(
                        options, "bounces.password_file", config->bounces.password_file, ret_error);
}

static int check_mail(const Config *config, const Options *options)
{
        InputError error = { 0 };
        int r = config->mail.deliver ? find_mail_fault(config, options, &error) : 0;
        if (r == 0 && config->bounces.mailbox[0])
                r = find_mailbox_fault(config, options, &error);
        if (r != 0)
                log_key_error(JOURNAL_CONFIG_REFUSED, config, options, &error);
        return r;
}

static int read_pair(const Config *config, const Options *options, TlsPair **ret)
{
        InputError error = { 0 };
        const ConfigTls *tls = &config->http.tls;
        if (!tls->certificate[0] || is_out_of_sight(options, tls->certificate) ||
                        is_out_of_sight(options, tls->key))
                return 0;
        int r = tls_pair_read(tls->certificate, tls->key, ret, &error);
        if (r < 0 && error.message[0])
                log_key_error(JOURNAL_CONFIG_REFUSED, config, options, &error);
        return r < 0 && r != -ENOMEM ? CONFIG_E_INVALID : r;
}

/*
 * Copies the host of a URL, an IPv6 address without its brackets; "" if the URL does not begin with
 * https://
 */
static void find_host(const char *url, char ret[static HOST_BYTES])
{
        static const char scheme[] = "https://";
        ret[0] = '\0';
        if (strncmp(url, scheme, strlen(scheme)) != 0)
                return;
        const char *host = url + strlen(scheme);
        bool bracketed = host[0] == '[';
        host += bracketed;
        snprintf(ret, HOST_BYTES, "%.*s", (int)strcspn(host, bracketed ? "]" : ":/"), host);
}

/*
 * Warns if the certificate is not valid yet, has expired, or has not been renewed before the last tenth of
 * its validity.
 */
static void warn_of_time(const Config *config, const Options *options, usec_t now, const TlsPair *pair)
{
        char when[21];
        InputError error;
        usec_t begins = tls_pair_begins(pair), expires = tls_pair_expires(pair);
        bool is_early = now < begins;
        if (!is_early && now < expires - (expires - begins) / RENEWAL_PART)
                return;
        time_format_rfc3339(is_early ? begins : expires, when);
        input_error_set(&error, 0, CERTIFICATE,
                        is_early         ? "it is valid only from %s on"
                        : now >= expires ? "it has expired: %s"
                                         : "it expires soon, and has not been renewed: %s",
                        when);
        log_key_error(JOURNAL_CERTIFICATE, config, options, &error);
}

void config_check_warn_of_pair(const Config *config, const Options *options, usec_t now, const TlsPair *pair)
{
        char host[HOST_BYTES];
        InputError error;
        warn_of_time(config, options, now, pair);
        find_host(config->http.base_url, host);
        if (!host[0]) {
                input_error_set(&error, 0, "http.base_url", "links begin with http:, and http.tls is set");
                log_key_error(JOURNAL_CERTIFICATE, config, options, &error);
        } else if (!tls_pair_is_for(pair, host)) {
                input_error_set(&error, 0, CERTIFICATE, "it is not for %s, the host of http.base_url", host);
                log_key_error(JOURNAL_CERTIFICATE, config, options, &error);
        }
        if (tls_pair_is_exposed(pair)) {
                input_error_set(&error, 0, KEY, "%s may be read by everybody on this machine",
                                config->http.tls.key);
                log_key_error(JOURNAL_CERTIFICATE, config, options, &error);
        }
}

int config_check(const Config *config, const Options *options, usec_t now, TlsPair **ret_pair)
{
        TlsPair *pair = NULL;
        int r = check_mail(config, options);
        if (r == 0)
                r = read_pair(config, options, &pair);
        if (r == 0 && pair) {
                config_check_warn_of_pair(config, options, now, pair);
                *ret_pair = pair;
        }
        return r;
}

static void on_fault(const char *file, const InputError *error, void *userdata)
{
        (void)userdata;
        char line[LINE_BYTES];
        input_error_format(error, file, line, sizeof(line));
        log_kind(JOURNAL_CONFIG_REFUSED, NULL, "%s", line);
}

int config_check_read(const Options *options, ZoneTable *zones, usec_t now, Config **ret, TlsPair **ret_pair)
{
        *ret = NULL;
        CLEANUP(config_unrefp) Config *config = NULL;
        int r = config_read(options->config, zones, on_fault, NULL, &config);
        if (r == 0)
                r = config_check(config, options, now, ret_pair);
        if (r < 0)
                log_kind(JOURNAL_CONFIG_REFUSED, NULL, "%s: cannot be read: %s", options->config,
                                strerror(-r));
        if (r == 0)
                *ret = TAKE_PTR(config);
        return r;
}
