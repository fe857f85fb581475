#include "office/event-links.h"

#include "base/url.h"

void event_links_write(Buffer *out, const char *page, const char *uid)
{
        buffer_printf(out, "/office/%s/", page);
        url_escape(out, uid);
}
