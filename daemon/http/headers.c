#include "http/headers.h"

#include <stddef.h>
#include <string.h>

bool http_headers_add(struct MHD_Response *response, const char *name, const char *value)
{
        return !value || MHD_add_response_header(response, name, value) == MHD_YES;
}

bool http_headers_add_page_limits(struct MHD_Response *response)
{
        static const char *const headers[][2] = {
                { "Content-Security-Policy",
                                "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'" },
                { "Referrer-Policy", "same-origin" },
                { "X-Content-Type-Options", "nosniff" },
                { "X-Frame-Options", "DENY" },
        };
        for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++)
                if (!http_headers_add(response, headers[i][0], headers[i][1]))
                        return false;
        return true;
}

typedef struct Copy {
        struct MHD_Response *to;
        const char *etag;
        bool failed;
} Copy;

static enum MHD_Result on_header(
                void *userdata, enum MHD_ValueKind kind, const char *name, const char *value)
{
        Copy *copy = userdata;
        (void)kind;
        copy->failed |= !http_headers_add(copy->to, name, strcmp(name, "ETag") == 0 ? copy->etag : value);
        return copy->failed ? MHD_NO : MHD_YES;
}

bool http_headers_copy(struct MHD_Response *from, struct MHD_Response *to, const char *etag)
{
        Copy copy = { .to = to, .etag = etag };
        MHD_get_response_headers(from, on_header, &copy);
        return !copy.failed;
}
