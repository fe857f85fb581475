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
