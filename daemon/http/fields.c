#include "http/fields.h"

#include <stdbool.h>

#include <string.h>
#include <strings.h>

static const char *const NAMES[HTTP_N_FIELDS] = {
        [HTTP_FIELD_HOST] = "Host",
        [HTTP_FIELD_CONTENT_LENGTH] = "Content-Length",
        [HTTP_FIELD_TRANSFER_ENCODING] = "Transfer-Encoding",
        [HTTP_FIELD_EXPECT] = "Expect",
        [HTTP_FIELD_ACCEPT] = "Accept",
        [HTTP_FIELD_ACCEPT_ENCODING] = "Accept-Encoding",
        [HTTP_FIELD_IF_MATCH] = "If-Match",
        [HTTP_FIELD_IF_UNMODIFIED_SINCE] = "If-Unmodified-Since",
        [HTTP_FIELD_IF_NONE_MATCH] = "If-None-Match",
        [HTTP_FIELD_IF_MODIFIED_SINCE] = "If-Modified-Since",
};

enum { MAX_OF_LENGTH = 2 };

/* The field names, indexed by length, so that most lines of a header need no comparison. */
static const HttpFieldName BY_LENGTH[][MAX_OF_LENGTH] = {
        [sizeof("Host") - 1] = { HTTP_FIELD_HOST },
        [sizeof("Accept") - 1] = { HTTP_FIELD_ACCEPT, HTTP_FIELD_EXPECT },
        [sizeof("If-Match") - 1] = { HTTP_FIELD_IF_MATCH },
        [sizeof("If-None-Match") - 1] = { HTTP_FIELD_IF_NONE_MATCH },
        [sizeof("Content-Length") - 1] = { HTTP_FIELD_CONTENT_LENGTH },
        [sizeof("Accept-Encoding") - 1] = { HTTP_FIELD_ACCEPT_ENCODING },
        [sizeof("Transfer-Encoding") - 1] = { HTTP_FIELD_TRANSFER_ENCODING, HTTP_FIELD_IF_MODIFIED_SINCE },
        [sizeof("If-Unmodified-Since") - 1] = { HTTP_FIELD_IF_UNMODIFIED_SINCE },
};

static HttpFieldName find_name(const char *name, size_t len)
{
        if (len >= sizeof(BY_LENGTH) / sizeof(*BY_LENGTH))
                return HTTP_FIELD_NONE;
        for (size_t i = 0; i < MAX_OF_LENGTH && BY_LENGTH[len][i]; i++)
                if (strncasecmp(NAMES[BY_LENGTH[len][i]], name, len) == 0)
                        return BY_LENGTH[len][i];
        return HTTP_FIELD_NONE;
}

static size_t trimmed(const char *value, size_t len)
{
        while (len > 0 && (value[len - 1] == ' ' || value[len - 1] == '\t'))
                len--;
        return len;
}

static enum MHD_Result on_field(void *userdata, enum MHD_ValueKind kind, const char *name, size_t name_len,
                const char *value, size_t value_len)
{
        HttpField *fields = userdata;
        HttpFieldName found = find_name(name, name_len);
        (void)kind;
        if (found != HTTP_FIELD_NONE && fields[found].n++ == 0) {
                fields[found].value = value ? value : "";
                fields[found].len = value ? trimmed(value, value_len) : 0;
        }
        return MHD_YES;
}

void http_fields_read(struct MHD_Connection *connection, HttpFields *ret)
{
        *ret = (HttpFields){ 0 };
        MHD_get_connection_values_n(connection, MHD_HEADER_KIND, on_field, ret->fields);
}

typedef struct Join {
        const char *name;
        Buffer *out;
        bool has_any;
} Join;

static enum MHD_Result on_line(void *userdata, enum MHD_ValueKind kind, const char *name, const char *value)
{
        Join *join = userdata;
        (void)kind;
        if (strcasecmp(name, join->name) == 0) {
                buffer_puts(join->out, join->has_any ? ", " : "");
                buffer_puts(join->out, value ? value : "");
                join->has_any = true;
        }
        return MHD_YES;
}

void http_fields_join(struct MHD_Connection *connection, const char *name, Buffer *out)
{
        Join join = { .name = name, .out = out };
        MHD_get_connection_values(connection, MHD_HEADER_KIND, on_line, &join);
}
