#include "http/method.h"

#include <stdio.h>
#include <string.h>

/* In the order that Allow has; OPTIONS is appended last. */
static const struct {
        const char *name;
        unsigned method;
} METHODS[] = {
        { "GET", HTTP_GET },
        { "HEAD", HTTP_GET },
        { "POST", HTTP_POST },
        { "PUT", HTTP_PUT },
        { "PATCH", HTTP_PATCH },
        { "DELETE", HTTP_DELETE },
        { "PROPFIND", HTTP_PROPFIND },
        { "PROPPATCH", HTTP_PROPPATCH },
        { "REPORT", HTTP_REPORT },
        { "MKCALENDAR", HTTP_MKCALENDAR },
        { "MKCOL", HTTP_MKCOL },
        { "MOVE", HTTP_MOVE },
        { "COPY", HTTP_COPY },
        { "ACL", HTTP_ACL },
        { "LOCK", HTTP_LOCK },
        { "UNLOCK", HTTP_UNLOCK },
        { "OPTIONS", HTTP_OPTIONS },
};

enum { N_METHODS = sizeof(METHODS) / sizeof(*METHODS) };

unsigned http_method_of(const char *name)
{
        for (size_t i = 0; i < N_METHODS; i++)
                if (strcmp(METHODS[i].name, name) == 0)
                        return METHODS[i].method;
        return 0;
}

void http_method_list(unsigned methods, char ret[static HTTP_METHODS_SIZE])
{
        size_t len = 0;
        methods |= HTTP_OPTIONS;
        for (size_t i = 0; i < N_METHODS; i++)
                if (methods & METHODS[i].method)
                        len += (size_t)snprintf(ret + len, HTTP_METHODS_SIZE - len, "%s%s",
                                        len > 0 ? ", " : "", METHODS[i].name);
}
