#include "http/headers.h"

#include "base/buffer.h"

#include <stddef.h>
#include <string.h>

enum { POLICY_BYTES = 128 * 1024 };

bool http_headers_add(struct MHD_Response *response, const char *name, const char *value)
{
        return !value || MHD_add_response_header(response, name, value) == MHD_YES;
}

bool http_headers_add_page_limits(struct MHD_Response *response, const char *frames)
{
        CLEANUP(buffer_done) Buffer policy = BUFFER_INIT(POLICY_BYTES);
        buffer_printf(&policy,
                        "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors %s",
                        frames ? frames : "'none'");
        const char *const headers[][2] = {
                { "Content-Security-Policy", buffer_text(&policy) },
                { "Referrer-Policy", "same-origin" },
                { "X-Content-Type-Options", "nosniff" },
                { "X-Frame-Options", frames ? NULL : "DENY" },
        };
        for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++)
                if (!http_headers_add(response, headers[i][0], headers[i][1]))
                        return false;
        return buffer_error(&policy) == 0;
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
