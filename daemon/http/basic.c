#include "http/basic.h"

#include "base/base64.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

static const char scheme[] = "Basic";

enum {
        SCHEME_BYTES = sizeof(scheme) - 1,
        ENCODED_MAX_BYTES = (BASIC_MAX_BYTES + 2) / 3 * 4,
        DECODED_MAX_BYTES = ENCODED_MAX_BYTES / 4 * 3,
};

void basic_done(BasicCredentials *credentials)
{
        if (credentials->bytes.data)
                explicit_bzero(credentials->bytes.data, credentials->bytes.len);
        buffer_done(&credentials->bytes);
        credentials->name = credentials->password = NULL;
}

/* Whether a text is base64 with all of its padding and nothing else (RFC 4648, 3 and 4). */
static bool is_base64(const char *text, size_t len)
{
        static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        size_t plain = strspn(text, alphabet), padding = strspn(text + plain, "=");
        return plain > 0 && plain + padding == len && len % 4 == 0 && padding <= 2;
}

/* Splits "NAME:PASSWORD" in its buffer. */
static int split(BasicCredentials *ret)
{
        const Buffer *bytes = &ret->bytes;
        char *colon = memchr(bytes->data, ':', bytes->len);
        if (!colon || memchr(bytes->data, '\t', bytes->len) ||
                        utf8_plain_prefix(bytes->data, bytes->len) != bytes->len)
                return BASIC_E_INVALID;
        *colon = '\0';
        ret->name = bytes->data;
        ret->password = colon + 1;
        return 0;
}

int basic_read(const char *value, BasicCredentials *ret)
{
        *ret = (BasicCredentials){ .bytes = BUFFER_INIT(DECODED_MAX_BYTES) };
        if (!value || strncasecmp(value, scheme, SCHEME_BYTES) != 0 ||
                        (value[SCHEME_BYTES] && value[SCHEME_BYTES] != ' '))
                return BASIC_E_OTHER;
        const char *encoded = value + SCHEME_BYTES;
        encoded += strspn(encoded, " ");
        size_t len = strlen(encoded);
        if (len > ENCODED_MAX_BYTES || !is_base64(encoded, len))
                return BASIC_E_INVALID;
        /* All room is reserved at once: a buffer that grows leaves a copy of its bytes in freed memory. */
        buffer_reserve(&ret->bytes, DECODED_MAX_BYTES);
        int r = base64_decode(&ret->bytes, encoded, len);
        return r == 0 ? split(ret) : r == -EINVAL ? BASIC_E_INVALID : r;
}
