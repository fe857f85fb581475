#include "http/framing.h"

#include <string.h>
#include <strings.h>

/*
 * Checks the list of transfer codings. The last one must be chunked, and only the last one (RFC 9112, 6.1
 * and 7).
 */
static int check_coding(const HttpField *coding)
{
        const char *last = strrchr(coding->value, ',');
        last = last ? last + 1 : coding->value;
        last += strspn(last, " \t");
        if (strcasecmp(coding->value, "chunked") == 0)
                return 0;
        return strcasecmp(last, "chunked") == 0 ? MHD_HTTP_NOT_IMPLEMENTED : MHD_HTTP_BAD_REQUEST;
}

static int read_length(const HttpField *length, uint64_t *ret)
{
        uint64_t n = 0;
        if (length->len == 0)
                return MHD_HTTP_BAD_REQUEST;
        for (size_t i = 0; i < length->len; i++) {
                unsigned digit = (unsigned)length->value[i] - '0';
                if (digit > 9)
                        return MHD_HTTP_BAD_REQUEST;
                if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, digit, &n))
                        return MHD_HTTP_CONTENT_TOO_LARGE;
        }
        *ret = n;
        return 0;
}

int http_framing_read(const HttpFields *fields, bool is_1_0, uint64_t *ret)
{
        const HttpField *length = &fields->fields[HTTP_FIELD_CONTENT_LENGTH];
        const HttpField *coding = &fields->fields[HTTP_FIELD_TRANSFER_ENCODING];
        if (length->n + coding->n > 1 || (coding->n > 0 && is_1_0))
                return MHD_HTTP_BAD_REQUEST;
        if (length->n > 0)
                return read_length(length, ret);
        int r = coding->n > 0 ? check_coding(coding) : 0;
        if (r == 0)
                *ret = 0;
        return r;
}
