#include "http/route.h"

enum { FORM_BYTES = 16384 };

const HttpContent http_route_form = {
        .kind = HTTP_CONTENT_FORM,
        .methods = HTTP_POST,
        .max_bytes = FORM_BYTES,
};

/* Return: the length of @prefix, at least 1, if @path begins with it; otherwise 0. */
static size_t match(const char *path, const char *prefix)
{
        size_t len = 0;
        while (prefix[len] && prefix[len] == path[len])
                len++;
        return prefix[len] ? 0 : len;
}

const HttpRoute *http_route_find(const HttpRoute *routes, const char *path)
{
        const HttpRoute *best = NULL;
        size_t best_len = 0;
        for (const HttpRoute *route = routes; route->path; route++) {
                size_t len = match(path, route->path);
                if (len == 0 || len < best_len || (route->exact && path[len]))
                        continue;
                if (len > best_len || route->exact) {
                        best = route;
                        best_len = len;
                }
        }
        return best;
}

unsigned http_route_methods(const HttpRoute *routes)
{
        unsigned methods = 0;
        for (const HttpRoute *route = routes; route->path; route++)
                methods |= route->methods;
        return methods;
}

const HttpContent *http_route_content(const HttpRoute *route, unsigned method)
{
        const HttpContent *content = route->content;
        while (content && !(content->methods & method))
                content = content->next;
        return content;
}
