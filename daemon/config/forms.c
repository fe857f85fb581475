#include "config/forms.h"

#include "base/network.h"
#include "config/config.h"
#include "contact/card.h"
#include "content/coding.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
        HOST_MAX_BYTES = 253,
        KIND_NAME_MAX_BYTES = 63,
        REALM_MAX_BYTES = 64,
        FIELD_NAME_MAX_BYTES = 63,
        ADDRESS_TEXT_SIZE = 256,
        SOCKET_PATH_BYTES = 108,
        BOUNCE_ADDRESS_MAX = 217 /* of 254 octets the tag needs 37 */
};

#define LOWER_CASE "abcdefghijklmnopqrstuvwxyz"
#define UPPER_CASE "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS     "0123456789"

static bool is_made_of(const char *text, size_t len, const char *characters)
{
        return len > 0 && strspn(text, characters) >= len;
}

static bool is_one_of(const char *text, const char *const *words)
{
        while (*words && strcmp(*words, text) != 0)
                words++;
        return *words != NULL;
}

/*
 * A URI of PostgreSQL without a password, which would be read with the configuration by more people than
 * should know it. A password stands between a colon and the @ before the first slash, or is a parameter.
 */
static bool is_server_url(const char *text)
{
        static const char scheme[] = "postgresql://";
        if (strncmp(text, scheme, strlen(scheme)) != 0 || strpbrk(text, " '\"\\"))
                return false;
        const char *authority = text + strlen(scheme), *end = authority + strcspn(authority, "/?");
        const char *at = memchr(authority, '@', (size_t)(end - authority));
        return !(at && memchr(authority, ':', (size_t)(at - authority))) && !strcasestr(end, "password=");
}

/* The path must be absolute, because `convene` reads the same configuration from any directory. */
bool form_store(const char *text)
{
        static const char scheme[] = "sqlite:/";
        return (strncmp(text, scheme, strlen(scheme)) == 0 && text[strlen(scheme)] != '\0') ||
               is_server_url(text);
}

bool form_file(const char *text)
{
        const char *name = text;
        if (strncmp(text, FORM_CREDENTIALS, strlen(FORM_CREDENTIALS)) == 0)
                name += strlen(FORM_CREDENTIALS);
        else if (text[0] == '/')
                name++;
        return *text == '\0' || (name > text && *name != '\0');
}

bool form_path_or_none(const char *text)
{
        return *text == '\0' || (text[0] == '/' && text[1] != '\0');
}

bool form_language(const char *text)
{
        for (int i = 0; i < LANGUAGES_N; i++)
                if (strcmp(text, language_tag((Language)i)) == 0)
                        return true;
        return false;
}

bool form_late(const char *text)
{
        static const char *const choices[] = { "send", "skip", NULL };
        return is_one_of(text, choices);
}

static bool is_port(const char *text, long least)
{
        size_t len = strlen(text);
        return len <= 5 && is_made_of(text, len, DIGITS) && atol(text) >= least && atol(text) <= UINT16_MAX;
}

static bool is_address(int family, const char *text, size_t len)
{
        char copy[INET6_ADDRSTRLEN];
        struct in6_addr address; /* large enough for both families */
        if (len >= sizeof(copy))
                return false;
        memcpy(copy, text, len);
        copy[len] = '\0';
        return inet_pton(family, copy, &address) == 1;
}

bool form_coding(const char *text)
{
        for (ContentCoding coding = CODING_IDENTITY + 1; coding < N_CODINGS; coding++)
                if (strcmp(coding_name(coding), text) == 0)
                        return true;
        return false;
}

bool form_network(const char *text)
{
        Network network;
        return network_parse(text, &network) == 0;
}

bool form_listen(const char *text)
{
        static const char local[] = "unix:/";
        if (strncmp(text, local, strlen(local)) == 0)
                return text[strlen(local)] != '\0' && strlen(text) < SOCKET_PATH_BYTES;
        const char *colon = strrchr(text, ':');
        if (!colon || colon == text || !is_port(colon + 1, 0))
                return false;
        size_t len = (size_t)(colon - text);
        if (text[0] != '[')
                return is_address(AF_INET, text, len);
        return len > 2 && text[len - 1] == ']' && is_address(AF_INET6, text + 1, len - 2);
}

/*
 * Whether a text is `HOST` or `HOST:PORT`. The host is a name, an IPv4 address, or an IPv6 address in
 * brackets.
 */
static bool is_authority(const char *text, size_t len)
{
        char copy[ADDRESS_TEXT_SIZE + 8];
        if (len >= sizeof(copy))
                return false;
        memcpy(copy, text, len);
        copy[len] = '\0';
        const char *bracket = strrchr(copy, ']');
        char *colon = strrchr(bracket ? bracket : copy, ':');
        if (colon) {
                *colon = '\0';
                if (!is_port(colon + 1, 1))
                        return false;
        }
        size_t host = strlen(copy);
        if (copy[0] == '[')
                return host > 2 && copy[host - 1] == ']' && is_address(AF_INET6, copy + 1, host - 2);
        return host <= HOST_MAX_BYTES && is_made_of(copy, host, LOWER_CASE UPPER_CASE DIGITS ".-") &&
               copy[0] != '.' && copy[0] != '-' && !strstr(copy, "..");
}

static const char *skip_scheme(const char *text, const char *plain, const char *secure)
{
        const char *schemes[] = { plain, secure };
        for (size_t i = 0; i < 2; i++)
                if (strncmp(text, schemes[i], strlen(schemes[i])) == 0)
                        return text + strlen(schemes[i]);
        return NULL;
}

bool form_base_url(const char *text)
{
        const char *authority = skip_scheme(text, "http://", "https://");
        if (!authority)
                return false;
        size_t len = strcspn(authority, "/"), path = strlen(authority + len);
        if (!is_authority(authority, len))
                return false;
        return path == 0 || (is_made_of(authority + len, path, LOWER_CASE UPPER_CASE DIGITS "/-._~%") &&
                                            authority[len + path - 1] != '/');
}

bool form_web_url_or_none(const char *text)
{
        const char *authority = skip_scheme(text, "http://", "https://");
        if (!authority)
                return *text == '\0';
        size_t len = strcspn(authority, "/?#");
        for (const char *c = text; *c; c++)
                if (*c <= ' ' || *c >= 0x7f || strchr("\"<>\\^`{|}", *c))
                        return false;
        return is_authority(authority, len);
}

bool form_origin(const char *text)
{
        const char *authority = skip_scheme(text, "http://", "https://");
        return authority ? is_authority(authority, strlen(authority)) : strcmp(text, "*") == 0;
}

bool form_smtp_url(const char *text)
{
        const char *authority = skip_scheme(text, "smtp://", "smtps://");
        return authority ? is_authority(authority, strlen(authority))
                         : strncmp(text, "unix:/", strlen("unix:/")) == 0;
}

bool form_helo(const char *text)
{
        size_t len = strlen(text);
        return len == 0 || (is_made_of(text, len, LOWER_CASE UPPER_CASE DIGITS "-.") && len <= 253 &&
                                           text[0] != '.' && text[0] != '-');
}

/* The path is checked in mail/mailbox. */
bool form_mailbox_url(const char *text)
{
        static const char maildir[] = "maildir:/";
        const char *authority = skip_scheme(text, "imap://", "imaps://");
        if (!authority)
                authority = skip_scheme(text, "pop3://", "pop3s://");
        return *text == '\0' || (strncmp(text, maildir, strlen(maildir)) == 0 && text[strlen(maildir)]) ||
               (authority && is_authority(authority, strcspn(authority, "/")));
}

/*
 * Whether a text is one quoted string, or words without special characters except the comma (RFC 5322,
 * 3.2.5). GMime rejects a name with any other special character, and then every reminder would fail.
 */
static bool is_display_name(const char *text, size_t len)
{
        while (len > 0 && text[len - 1] == ' ')
                len--;
        if (len >= 2 && text[0] == '"' && text[len - 1] == '"')
                return !memchr(text + 1, '"', len - 2) && !memchr(text, '\\', len);
        return len > strspn(text, " ") && strcspn(text, "()<>[]:;@\\\"") >= len;
}

/*
 * Whether a text is an address in ASCII. Unlike a contact's domain, the sender's domain is part of every
 * Message-ID, which must be ASCII.
 */
static bool is_own_address(const char *text)
{
        for (const char *at = text; *at; at++)
                if ((unsigned char)*at >= 0x80)
                        return false;
        return card_email_valid(text);
}

bool form_mailbox(const char *text)
{
        const char *open = strchr(text, '<');
        if (!open)
                return is_own_address(text);
        char address[ADDRESS_TEXT_SIZE];
        size_t len = strlen(open + 1);
        if (open == text || open[-1] != ' ' || len < 2 || len > sizeof(address) || open[len] != '>' ||
                        !is_display_name(text, (size_t)(open - text)))
                return false;
        memcpy(address, open + 1, len - 1);
        address[len - 1] = '\0';
        return is_own_address(address);
}

bool form_mailbox_or_none(const char *text)
{
        return *text == '\0' || form_mailbox(text);
}

bool form_address_or_none(const char *text)
{
        return *text == '\0' || is_own_address(text);
}

bool form_bounce_address(const char *text)
{
        return *text == '\0' || (is_own_address(text) && strcspn(text, "@") <= CONFIG_BOUNCE_LOCAL_MAX &&
                                                strlen(text) <= BOUNCE_ADDRESS_MAX);
}

bool form_realm(const char *text)
{
        size_t len = strlen(text);
        for (const char *c = text; *c; c++)
                if (*c < ' ' || *c > '~' || *c == '"' || *c == '\\')
                        return false;
        return len > 0 && len <= REALM_MAX_BYTES;
}

bool form_field_name_or_none(const char *text)
{
        size_t len = strlen(text);
        return len == 0 ||
               (len <= FIELD_NAME_MAX_BYTES &&
                               is_made_of(text, len, LOWER_CASE UPPER_CASE DIGITS "!#$%&'*+-.^_`|~"));
}

bool form_kind_name(const char *text)
{
        /* The kind's feed is /NAME.ics. These names are reserved for other pages of the daemon. */
        static const char *const reserved[] = { "all", "calendar", "event", "private", "mail", "subscribe",
                "sites", "month", "health", "metrics", "robots", NULL };
        size_t len = strlen(text);
        return len <= KIND_NAME_MAX_BYTES && is_made_of(text, len, LOWER_CASE DIGITS "-") &&
               !is_one_of(text, reserved);
}

bool form_collection(const char *text)
{
        size_t len = strlen(text);
        return len > 0 && len <= KIND_NAME_MAX_BYTES && is_made_of(text, len, LOWER_CASE DIGITS "-");
}

bool form_color(const char *text)
{
        return is_made_of(text, strlen(text), LOWER_CASE UPPER_CASE);
}
