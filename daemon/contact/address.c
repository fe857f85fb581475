#include "contact/address.h"

#include "base/idn.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
        ADDRESS_MAX_BYTES = 254, /* RFC 5321, 4.5.3.1.3, without the angle brackets */
        LOCAL_PART_MAX_BYTES = 64,
        LABEL_MAX_BYTES = 63,
};

static bool is_alphanumeric(char c)
{
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_beyond_ascii(char c)
{
        return (unsigned char)c >= 0x80;
}

static bool is_atom_char(char c)
{
        return is_alphanumeric(c) || is_beyond_ascii(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

/*
 * Whether a text has a non-ASCII blank, control character or direction mark. These are invisible, so they
 * are not allowed in an address.
 */
static bool has_invisible(const char *text)
{
        static const char *const invisible[] = {
                "\xC2\xA0",
                "\xC2\xAD",
                "\xE1\x9A\x80",
                "\xE2\x81\x9F",
                "\xE3\x80\x80",
                "\xEF\xBB\xBF",
        };
        for (size_t i = 0; i < sizeof(invisible) / sizeof(invisible[0]); i++)
                if (strstr(text, invisible[i]))
                        return true;
        const unsigned char *at = (const unsigned char *)text;
        for (; *at; at++) {
                if (at[0] == 0xC2 && at[1] < 0xA0)
                        return true;
                /* U+2000 to U+200F, U+2028 to U+202F, U+2060 to U+206F */
                if (at[0] == 0xE2 && at[1] == 0x80 && (at[2] < 0x90 || (at[2] >= 0xA8 && at[2] < 0xB0)))
                        return true;
                if (at[0] == 0xE2 && at[1] == 0x81 && at[2] >= 0xA0 && at[2] < 0xB0)
                        return true;
        }
        return false;
}

static bool is_local_part(const char *text, size_t len)
{
        if (len == 0 || len > LOCAL_PART_MAX_BYTES)
                return false;
        for (size_t i = 0; i < len; i++) {
                bool atom = is_atom_char(text[i]);
                bool dot_within = text[i] == '.' && i > 0 && i + 1 < len && text[i - 1] != '.';
                if (!atom && !dot_within)
                        return false;
        }
        return true;
}

static bool is_label(const char *text, size_t len)
{
        if (len == 0 || len > LABEL_MAX_BYTES || text[0] == '-' || text[len - 1] == '-')
                return false;
        for (size_t i = 0; i < len; i++)
                if (!is_alphanumeric(text[i]) && !is_beyond_ascii(text[i]) && text[i] != '-')
                        return false;
        return true;
}

static bool is_domain(const char *text)
{
        size_t n_labels = 0;
        for (;; n_labels++) {
                size_t len = strcspn(text, ".");
                if (!is_label(text, len))
                        return false;
                if (text[len] == '\0')
                        break;
                text += len + 1;
        }
        /* If the last label has only digits, the text is an IP address without its brackets. */
        return n_labels >= 1 && text[strspn(text, "0123456789")] != '\0';
}

bool card_email_valid(const char *address)
{
        size_t len = strlen(address);
        const char *at = strchr(address, '@');
        if (!at || len > ADDRESS_MAX_BYTES || utf8_plain_prefix(address, len) != len ||
                        has_invisible(address))
                return false;
        char ascii[IDN_DOMAIN_SIZE];
        return is_local_part(address, (size_t)(at - address)) && is_domain(at + 1) &&
               idn_to_ascii(at + 1, ascii) == 0;
}

/* Converts the domain; if only its letter case would change, it stays as it was written. */
static int with_domain(const char *address, int (*convert)(const char *, char *),
                char ret[static ADDRESS_WIRE_SIZE])
{
        char domain[IDN_DOMAIN_SIZE];
        const char *at = strchr(address, '@');
        int r = at ? convert(at + 1, domain) : -EINVAL;
        if (r == 0 && strcasecmp(domain, at + 1) == 0)
                r = snprintf(domain, sizeof(domain), "%s", at + 1) < 0 ? -EINVAL : 0;
        if (r == 0 && snprintf(ret, ADDRESS_WIRE_SIZE, "%.*s@%s", (int)(at - address), address, domain) >=
                                        ADDRESS_WIRE_SIZE)
                return -EINVAL;
        return r;
}

int address_to_wire(const char *address, char ret[static ADDRESS_WIRE_SIZE])
{
        return with_domain(address, idn_to_ascii, ret);
}

void address_to_show(const char *address, char ret[static ADDRESS_WIRE_SIZE])
{
        if (with_domain(address, idn_to_unicode, ret) < 0)
                snprintf(ret, ADDRESS_WIRE_SIZE, "%s", address);
}
