#include "http/target.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define DIGITS "0123456789"

/* unreserved and sub-delims of RFC 3986, 2.2 and 2.3 */
static const bool IS_NAME_CHAR[UCHAR_MAX + 1] = {
        ['0' ... '9'] = true,
        ['A' ... 'Z'] = true,
        ['a' ... 'z'] = true,
        ['-'] = true,
        ['.'] = true,
        ['_'] = true,
        ['~'] = true,
        ['!'] = true,
        ['$'] = true,
        ['&' ... ','] = true,
        [';'] = true,
        ['='] = true,
};

static bool is_escape(const char *text)
{
        return text[0] == '%' && isxdigit((unsigned char)text[1]) && isxdigit((unsigned char)text[2]);
}

static int hex_value(char c)
{
        return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

/* Whether the path, once the library has decoded it, has no control character and no undecoded escape. */
static bool is_clean(const char *text)
{
        for (const char *at = text; *at && *at != '?'; at++) {
                int c = (unsigned char)*at;
                if (c == '%') {
                        if (!is_escape(at))
                                return false;
                        c = hex_value(at[1]) * 16 + hex_value(at[2]);
                }
                if (c < ' ' || c == 0x7f)
                        return false;
        }
        return true;
}

/*
 * Reads an IP literal in brackets, of version 6 or a later one. Return: the text after it; NULL if it is
 * malformed.
 */
static const char *skip_literal(const char *at, const char *end)
{
        const char *close = memchr(at, ']', (size_t)(end - at));
        if (!close || close == at + 1)
                return NULL;
        for (at++; at < close; at++)
                if (!IS_NAME_CHAR[(unsigned char)*at] && *at != ':')
                        return NULL;
        return close + 1;
}

static const char *skip_name(const char *at, const char *end)
{
        while (at < end) {
                if (IS_NAME_CHAR[(unsigned char)*at])
                        at++;
                else if (end - at >= 3 && is_escape(at))
                        at += 3;
                else
                        break;
        }
        return at;
}

bool http_target_is_authority(const char *text, size_t len)
{
        const char *end = text + len;
        const char *at = len > 0 && *text == '[' ? skip_literal(text, end) : skip_name(text, end);
        if (!at || at > end)
                return false;
        if (at == end)
                return true;
        return *at == ':' && strspn(at + 1, DIGITS) >= (size_t)(end - at - 1);
}

static size_t scheme_len(const char *text)
{
        static const char *const schemes[] = { "http://", "https://" };
        for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++)
                if (strncasecmp(text, schemes[i], strlen(schemes[i])) == 0)
                        return strlen(schemes[i]);
        return 0;
}

static size_t decoded_len(const char *text, size_t len)
{
        size_t n = 0;
        for (size_t i = 0; i < len; i += text[i] == '%' ? 3 : 1)
                n++;
        return n;
}

/* Reads an absolute-form target. Its host must not be empty (RFC 9110, 4.2.1). */
static void read_absolute(const char *text, HttpTarget *ret)
{
        size_t scheme = scheme_len(text), len = strcspn(text + scheme, "/?");
        const char *authority = text + scheme;
        if (scheme == 0 || len == 0 || len >= HTTP_AUTHORITY_SIZE || *authority == ':' ||
                        !http_target_is_authority(authority, len))
                return;
        ret->form = HTTP_TARGET_ABSOLUTE;
        snprintf(ret->authority, sizeof(ret->authority), "%.*s", (int)len, authority);
        ret->path_at = scheme + decoded_len(authority, len);
}

void http_target_read(const char *text, HttpTarget *ret)
{
        ret->form = HTTP_TARGET_INVALID;
        ret->authority[0] = '\0';
        ret->path_at = 0;
        if (!is_clean(text))
                return;
        if (text[0] == '/')
                ret->form = HTTP_TARGET_ORIGIN;
        else if (strcmp(text, "*") == 0)
                ret->form = HTTP_TARGET_ASTERISK;
        else
                read_absolute(text, ret);
}

bool http_target_use_host(HttpTarget *target, const char *host, size_t len)
{
        if (len >= HTTP_AUTHORITY_SIZE || !http_target_is_authority(host, len))
                return false;
        if (target->form == HTTP_TARGET_ABSOLUTE)
                return true;
        memcpy(target->authority, host, len);
        target->authority[len] = '\0';
        return true;
}
