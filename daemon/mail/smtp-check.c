#include "mail/smtp.h"

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

bool smtp_url_is_loopback(const char *url)
{
        CURLU *parsed = curl_url();
        char *host = NULL;
        bool loopback = parsed &&
                        curl_url_set(parsed, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
                        curl_url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
                        host_is_loopback(host);
        curl_free(host);
        curl_url_cleanup(parsed);
        return loopback;
}

int smtp_check(const SmtpOptions *options, InputError *ret_error)
{
        bool encrypted = strncasecmp(options->url, "smtps://", 8) == 0;
        if (!encrypted && strncasecmp(options->url, "smtp://", 7) != 0) {
                input_error_set(ret_error, 0, "mail.url", "must begin with smtp:// or smtps://");
                return -EINVAL;
        }
        if (encrypted || options->starttls)
                return 0;
        if (!smtp_url_is_loopback(options->url)) {
                input_error_set(ret_error, 0, "mail.starttls",
                                "may be false only for a mail server on this machine");
                return -EINVAL;
        }
        if (options->password && options->password[0]) {
                input_error_set(ret_error, 0, "mail.starttls", "may not be false with a password");
                return -EINVAL;
        }
        return 0;
}
