#include "mail/smtp-internal.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

/* Parses the address, because a prefix is not enough: 127.example.org may be any machine. */
static bool host_is_loopback(const char *host)
{
        struct in_addr v4;
        struct in6_addr v6;
        char bare[INET6_ADDRSTRLEN];
        if (inet_pton(AF_INET, host, &v4) == 1)
                return ntohl(v4.s_addr) >> 24 == IN_LOOPBACKNET;
        if (sscanf(host, "[%45[^]]", bare) == 1 && inet_pton(AF_INET6, bare, &v6) == 1)
                return IN6_IS_ADDR_LOOPBACK(&v6);
        return strcasecmp(host, "localhost") == 0;
}

const char *smtp_url_socket(const char *url)
{
        static const char scheme[] = "unix:";
        return strncmp(url, scheme, strlen(scheme)) == 0 ? url + strlen(scheme) : NULL;
}

static bool has_secret(const SmtpOptions *options)
{
        return (options->password && options->password[0]) ||
               (options->token_file && options->token_file[0]) ||
               (options->token_command && options->token_command[0]);
}

bool smtp_tls_is_optional(const SmtpOptions *options)
{
        bool encrypts = options->starttls || strncasecmp(options->url, "smtps://", 8) == 0;
        return encrypts && smtp_url_is_loopback(options->url) && !has_secret(options) &&
               !(options->ca_file && options->ca_file[0]);
}

/* Return: the host as in the URL, to be freed by curl_free(); NULL if there is none. */
static char *host_of(const char *url)
{
        CURLU *parsed = curl_url();
        char *host = NULL;
        if (parsed && curl_url_set(parsed, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK)
                (void)curl_url_get(parsed, CURLUPART_HOST, &host, 0);
        curl_url_cleanup(parsed);
        return host;
}

bool smtp_url_is_loopback(const char *url)
{
        if (smtp_url_socket(url))
                return true;
        char *host = host_of(url);
        bool loopback = host && host_is_loopback(host);
        curl_free(host);
        return loopback;
}

bool smtp_url_host(const char *url, char *ret, size_t size)
{
        char *host = smtp_url_socket(url) ? NULL : host_of(url);
        if (host) {
                const char *begin = host + (host[0] == '[');
                snprintf(ret, size, "%.*s", (int)strcspn(begin, "]"), begin);
        }
        bool found = host != NULL;
        curl_free(host);
        return found;
}

int smtp_check(const SmtpOptions *options, InputError *ret_error)
{
        bool encrypted = strncasecmp(options->url, "smtps://", 8) == 0;
        if (!encrypted && !smtp_url_socket(options->url) && strncasecmp(options->url, "smtp://", 7) != 0) {
                input_error_set(ret_error, 0, "mail.url", "must begin with smtp://, smtps:// or unix:/");
                return -EINVAL;
        }
        if (encrypted || options->starttls)
                return 0;
        if (!smtp_url_is_loopback(options->url)) {
                input_error_set(ret_error, 0, "mail.starttls",
                                "may be false only for a mail server on this machine");
                return -EINVAL;
        }
        if (has_secret(options)) {
                input_error_set(ret_error, 0, "mail.starttls", "may not be false with a password");
                return -EINVAL;
        }
        return 0;
}
