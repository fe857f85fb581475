#include "base/base64.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <limits.h>
#include <string.h>

int base64_decode(Buffer *out, const char *text, size_t len)
{
        const gnutls_datum_t encoded = { (unsigned char *)text, (unsigned)len };
        gnutls_datum_t decoded;
        if (len > UINT_MAX)
                return -EINVAL;
        int r = gnutls_base64_decode2(&encoded, &decoded);
        if (r < 0)
                return r == GNUTLS_E_MEMORY_ERROR ? -ENOMEM : -EINVAL;
        buffer_append(out, decoded.data, decoded.size);
        /* The octets may be a password. */
        explicit_bzero(decoded.data, decoded.size);
        gnutls_free(decoded.data);
        return buffer_error(out);
}

int base64_encode(Buffer *out, const char *bytes, size_t len)
{
        const gnutls_datum_t plain = { (unsigned char *)bytes, (unsigned)len };
        gnutls_datum_t encoded;
        if (len > UINT_MAX)
                return -EFBIG;
        if (gnutls_base64_encode2(&plain, &encoded) < 0)
                return -ENOMEM;
        buffer_append(out, encoded.data, encoded.size);
        gnutls_free(encoded.data);
        return buffer_error(out);
}
