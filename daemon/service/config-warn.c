#include "service/config-warn.h"

#include "base/input-error.h"
#include "base/log.h"
#include "mail/bare-address.h"
#include "mail/smtp.h"
#include "store/db.h"

#include <libgen.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_BYTES = 1024, HOST_BYTES = 256, ADDRESS_BYTES = 384 };

static void warn(const Config *config, const Options *options, InputError *error)
{
        char line[LINE_BYTES];
        const char *included = config_where(config, error->where, &error->line);
        input_error_format(error, included ? included : options->config, line, sizeof(line));
        log_warning("%s", line);
}

static bool warn_of_ca_file(const Config *config, InputError *ret_error)
{
        const char *path = config->mail.ca_file;
        if (path[0] != '/' || access(path, F_OK) == 0)
                return false;
        input_error_set(ret_error, 0, "mail.ca_file",
                        "there is no file %s: no mail server is known by it, and nothing is sent", path);
        return true;
}

static bool warn_of_account(const Config *config, InputError *ret_error)
{
        if (!config->mail.username[0] || config->mail.password_file[0] || config->mail.token_file[0] ||
                        config->mail.token_command[0])
                return false;
        input_error_set(ret_error, 0, "mail.username",
                        "there is neither mail.password_file nor mail.token_file to log in with");
        return true;
}

static bool warn_of_links(const Config *config, InputError *ret_error)
{
        if (strncmp(config->http.base_url, "https://", 8) == 0)
                return false;
        input_error_set(ret_error, 0, "http.base_url",
                        "unsubscribing with one click needs https (RFC 8058, 3.1): mail programs do not show the link");
        return true;
}

/* Whether a domain is one of the examples of RFC 2606, or below one: no mail goes to or from them. */
static bool is_example(const char *domain)
{
        static const char *const names[] = { "example.org", "example.com", "example.net" };
        size_t len = strlen(domain);
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
                size_t name = strlen(names[i]);
                if (len >= name && strcasecmp(domain + len - name, names[i]) == 0 &&
                                (len == name || domain[len - name - 1] == '.'))
                        return true;
        }
        return false;
}

static bool warn_of_sender(const Config *config, InputError *ret_error)
{
        char address[ADDRESS_BYTES];
        const char *at = bare_address(config->mail.from, address, sizeof(address)) == 0
                                         ? strchr(address, '@')
                                         : NULL;
        if (!at || !is_example(at + 1))
                return false;
        input_error_set(ret_error, 0, "mail.from", "%s is an example: mail servers refuse it as a sender",
                        address);
        return true;
}

static bool warn_of_host(const Config *config, InputError *ret_error)
{
        char host[HOST_BYTES];
        struct addrinfo *found = NULL;
        if (!smtp_url_host(config->mail.url, host, sizeof(host)))
                return false;
        int r = getaddrinfo(host, NULL, &(struct addrinfo){ .ai_socktype = SOCK_STREAM }, &found);
        if (r == 0) {
                freeaddrinfo(found);
                return false;
        }
        input_error_set(ret_error, 0, "mail.url", "%s cannot be resolved: %s", host, gai_strerror(r));
        return true;
}

/* systemd makes the store's own directory (StateDirectory=), so only the directory above it must exist. */
static bool warn_of_store(const Config *config, InputError *ret_error)
{
        const char *path = db_path(config->store);
        struct stat status;
        if (!path)
                return false;
        CLEANUP(cleanup_free) char *copy = strdup(path);
        char *folder = copy ? dirname(copy) : NULL;
        if (!folder || stat(folder, &status) == 0) {
                bool is_folder = !folder || S_ISDIR(status.st_mode);
                if (!is_folder)
                        input_error_set(ret_error, 0, "store", "%s is no directory", folder);
                return !is_folder;
        }
        const char *above = dirname(folder);
        if (stat(above, &status) == 0 && S_ISDIR(status.st_mode))
                return false;
        input_error_set(ret_error, 0, "store", "there is no directory %s", above);
        return true;
}

static bool warn_of_images(const Config *config, InputError *ret_error)
{
        struct stat status;
        const char *path = config->site.images;
        if (!path[0] || (stat(path, &status) == 0 && S_ISDIR(status.st_mode)))
                return false;
        input_error_set(ret_error, 0, "site.images", "there is no directory %s", path);
        return true;
}

void config_warn(const Config *config, const Options *options)
{
        static const struct {
                bool (*find)(const Config *config, InputError *ret_error);
                bool of_mail;
        } checks[] = {
                { warn_of_store, false },
                { warn_of_images, false },
                { warn_of_ca_file, true },
                { warn_of_account, true },
                { warn_of_links, true },
                { warn_of_sender, true },
                { warn_of_host, true },
        };
        for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
                InputError error = { 0 };
                if ((!checks[i].of_mail || config->mail.deliver) && checks[i].find(config, &error))
                        warn(config, options, &error);
        }
}
