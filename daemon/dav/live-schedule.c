/* The properties of scheduling (RFC 6638, 2 and 9). */

#include "base/html.h"
#include "dav/live.h"
#include "schedule/schedule.h"

#include <stdio.h>
#include <string.h>

/* Appends the address of a collection in the home of the account. */
static void put_href(const DavView *view, DavKind kind, const char *name, Buffer *out)
{
        DavResource resource = { .kind = kind };
        strcpy(resource.account, view->login->name);
        snprintf(resource.collection, sizeof(resource.collection), "%s", name);
        buffer_puts(out, "<D:href>");
        dav_resource_href(&resource, view->prefix, out);
        buffer_puts(out, "</D:href>");
}

void live_put_inbox(const DavView *view, Buffer *out)
{
        put_href(view, DAV_INBOX, DAV_INBOX_NAME, out);
}

void live_put_outbox(const DavView *view, Buffer *out)
{
        put_href(view, DAV_OUTBOX, DAV_OUTBOX_NAME, out);
}

/* Without a calendar, the property is empty: the first invitation makes one. */
void live_put_default_calendar(const DavView *view, Buffer *out)
{
        if (view->default_calendar[0])
                put_href(view, DAV_CALENDAR, view->default_calendar, out);
}

void live_put_transparency(const DavView *view, Buffer *out)
{
        (void)view;
        buffer_puts(out, "<C:opaque/>");
}

void live_put_schedule_tag(const DavView *view, Buffer *out)
{
        char tag[DAV_SCHEDULE_TAG_SIZE];
        member_schedule_tag(&view->member, view->epoch, tag);
        html_escape(out, tag);
}
