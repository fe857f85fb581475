#pragma once

/** A header field. The last one in a list has no name. */
typedef struct HttpHeader {
        const char *name;
        const char *value; /* NULL if the field is omitted */
} HttpHeader;
