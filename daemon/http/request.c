#include "http/request.h"

#include "base/text.h"

HttpMethod http_request_method(const HttpRequest *request)
{
        return request->method;
}

const char *http_request_header(HttpRequest *request, const char *name)
{
        return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

const char *http_request_query(HttpRequest *request, const char *name)
{
        return MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name);
}

const char *http_request_form(HttpRequest *request, const char *name)
{
        return request->form ? http_form_get(request->form, name) : NULL;
}

const char *http_request_language(HttpRequest *request, const char *fallback)
{
        return text_language(http_request_header(request, "Accept-Language"),
                        fallback ? fallback : request->server_language);
}
