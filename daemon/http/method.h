#pragma once

/*
 * Request methods as a set of bits: RFC 9110, 9; RFC 4918, 9 (WebDAV); 3253, 3.6 (REPORT); 3744, 8.1 (ACL);
 * 4791, 5.3.1 (MKCALENDAR). Pure.
 */

#include <stddef.h>

/**
 * A set is the sum of its methods. HEAD is a GET whose content is omitted, so HEAD has no bit: a route
 * that takes GET takes HEAD too.
 */
typedef enum HttpMethod {
        HTTP_GET = 1 << 0,
        HTTP_POST = 1 << 1,
        HTTP_OPTIONS = 1 << 2,
        HTTP_PUT = 1 << 3,
        HTTP_DELETE = 1 << 4,
        HTTP_PROPFIND = 1 << 5,
        HTTP_PROPPATCH = 1 << 6,
        HTTP_REPORT = 1 << 7,
        HTTP_MKCALENDAR = 1 << 8,
        HTTP_MKCOL = 1 << 9,
        HTTP_MOVE = 1 << 10,
        HTTP_COPY = 1 << 11,
        HTTP_ACL = 1 << 12,
        HTTP_LOCK = 1 << 13,
        HTTP_UNLOCK = 1 << 14,
        HTTP_PATCH = 1 << 15,
} HttpMethod;

enum { HTTP_METHODS_SIZE = 160 };

/**
 * http_method_of() - the method of a name, which is case-sensitive; HTTP_GET for HEAD; 0 if the name is not
 * known
 */
unsigned http_method_of(const char *name);

/**
 * http_method_list() - the value of Allow for a set: "GET, HEAD, OPTIONS". It always includes OPTIONS,
 * which the server answers.
 */
void http_method_list(unsigned methods, char ret[static HTTP_METHODS_SIZE]);
