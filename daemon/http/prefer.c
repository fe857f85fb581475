#include "http/prefer.h"

#include <string.h>
#include <strings.h>

enum { PREFER_MAX_BYTES = 8192 };

bool http_prefers(HttpRequest *request, const char *preference)
{
        CLEANUP(buffer_done) Buffer list = BUFFER_INIT(PREFER_MAX_BYTES);
        if (!http_request_header(request, "Prefer"))
                return false;
        http_request_header_list(request, "Prefer", &list);
        size_t len = strlen(preference);
        const char *at = buffer_text(&list);
        while (*(at += strspn(at, " \t,;"))) {
                size_t n = strcspn(at, " \t,;");
                if (n == len && strncasecmp(at, preference, len) == 0)
                        return true;
                at += n;
        }
        return false;
}
