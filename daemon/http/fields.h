#pragma once

/*
 * Private to http/: the header fields that the server itself reads, found in one pass over a request's
 * header.
 */

#include "base/buffer.h"

#include <microhttpd.h>

typedef enum HttpFieldName {
        HTTP_FIELD_NONE,
        HTTP_FIELD_HOST,
        HTTP_FIELD_CONTENT_LENGTH,
        HTTP_FIELD_TRANSFER_ENCODING,
        HTTP_FIELD_EXPECT,
        HTTP_FIELD_ACCEPT,
        HTTP_FIELD_ACCEPT_ENCODING,
        HTTP_FIELD_IF_MATCH,
        HTTP_FIELD_IF_UNMODIFIED_SINCE,
        HTTP_FIELD_IF_NONE_MATCH,
        HTTP_FIELD_IF_MODIFIED_SINCE,
        HTTP_N_FIELDS,
} HttpFieldName;

typedef struct HttpField {
        const char *value; /* of the first line, borrowed for the request; NULL if there is none */
        size_t len;        /* without the blanks at the end, which the library does not remove */
        size_t n;          /* lines of this name */
} HttpField;

typedef struct HttpFields {
        HttpField fields[HTTP_N_FIELDS];
} HttpFields;

/** http_fields_read() - read the fields of a request whose header is complete. */
void http_fields_read(struct MHD_Connection *connection, HttpFields *ret);

/**
 * http_fields_join() - append the values of all lines of one name as one list, separated by ", " (RFC
 * 9110, 5.3)
 * @name: any field name, also one that is not in HttpFieldName
 */
void http_fields_join(struct MHD_Connection *connection, const char *name, Buffer *out);
