/* The properties of calendars and address books, and those that all resources have. */

#include "base/collation.h"
#include "base/hash.h"
#include "dav/home.h"
#include "dav/live.h"
#include "dav/object-check.h"
#include "dav/quota.h"
#include "dav/stored.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { IMAGE_MAX_BYTES = OBJECT_CHECK_MAX_BYTES / 4 * 3 - 64 * 1024 }; /* in base64, beside other lines */

void live_put_nothing(const DavView *view, Buffer *out)
{
        (void)view;
        (void)out;
}

void live_put_components(const DavView *view, Buffer *out)
{
        const bool is_box = view->resource.kind & (DAV_INBOX | DAV_OUTBOX);
        static const struct {
                unsigned kinds;
                const char *name;
        } components[] = { { 1U << OBJECT_EVENT | 1U << OBJECT_OWN_EVENT, "VEVENT" },
                { 1U << OBJECT_TODO, "VTODO" }, { 1U << OBJECT_JOURNAL | 1U << OBJECT_DRAFT, "VJOURNAL" },
                { 1U << OBJECT_OFFER, "VAVAILABILITY" } };
        if (is_box)
                buffer_puts(out,
                                "<C:comp name=\"VEVENT\"/><C:comp name=\"VTODO\"/><C:comp name=\"VFREEBUSY\"/>");
        for (size_t i = 0; !is_box && i < sizeof(components) / sizeof(components[0]); i++)
                if (view->kinds & components[i].kinds)
                        buffer_printf(out, "<C:comp name=\"%s\"/>", components[i].name);
}

void live_put_calendar_data(const DavView *view, Buffer *out)
{
        (void)view;
        buffer_puts(out, "<C:calendar-data content-type=\"text/calendar\" version=\"2.0\"/>");
}

void live_put_address_data(const DavView *view, Buffer *out)
{
        (void)view;
        buffer_puts(out, "<R:address-data-type content-type=\"text/vcard\" version=\"3.0\"/>"
                         "<R:address-data-type content-type=\"text/vcard\" version=\"4.0\"/>");
}

static void put_collations(const char *prefix, Buffer *out)
{
        for (int i = 0; i < COLLATIONS_N; i++)
                buffer_printf(out, "<%s:supported-collation>%s</%s:supported-collation>", prefix,
                                collation_name((Collation)i), prefix);
}

void live_put_calendar_collations(const DavView *view, Buffer *out)
{
        (void)view;
        put_collations("C", out);
}

void live_put_address_collations(const DavView *view, Buffer *out)
{
        (void)view;
        put_collations("R", out);
}

void live_put_max_size(const DavView *view, Buffer *out)
{
        (void)view;
        buffer_printf(out, "%d", OBJECT_CHECK_MAX_BYTES);
}

void live_put_max_image(const DavView *view, Buffer *out)
{
        (void)view;
        buffer_printf(out, "%d", IMAGE_MAX_BYTES);
}

void live_put_max_instances(const DavView *view, Buffer *out)
{
        (void)view;
        buffer_printf(out, "%d", OBJECT_CHECK_MAX_INSTANCES);
}

void live_put_max_attendees(const DavView *view, Buffer *out)
{
        (void)view;
        buffer_printf(out, "%d", OBJECT_CHECK_MAX_ATTENDEES);
}

void live_put_quota_left(const DavView *view, Buffer *out)
{
        int64_t left = quota_limit(view->config) - view->stored->quota_used;
        buffer_printf(out, "%" PRId64, left > 0 ? left : 0);
}

void live_put_quota_used(const DavView *view, Buffer *out)
{
        buffer_printf(out, "%" PRId64, view->stored->quota_used);
}

void live_put_min_date(const DavView *view, Buffer *out)
{
        (void)view;
        buffer_puts(out, "00010101T000000Z");
}

void live_put_max_date(const DavView *view, Buffer *out)
{
        (void)view;
        buffer_puts(out, "99991231T235959Z");
}

void live_put_created(const DavView *view, Buffer *out)
{
        char date[21];
        time_format_rfc3339(
                        view->resource.kind & DAV_MEMBERS ? view->member.created : view->collection.created,
                        date);
        buffer_puts(out, date);
}

/*
 * A UUID of a hash (RFC 9562, 5.8) of what a resource keeps for its life: its number or key, and the time at
 * which it was made.
 */
void live_put_resource_id(const DavView *view, Buffer *out)
{
        char identity[COLLECTION_NAME_SIZE + 64], hash[HASH_HEX_SIZE];
        bool is_member = view->resource.kind & DAV_MEMBERS;
        int n = is_member ? snprintf(identity, sizeof(identity), "%" PRId64 "/%" PRId64, view->member.id,
                                            view->member.created)
                          : snprintf(identity, sizeof(identity), "%s%s/%" PRId64, view->collection.name,
                                            view->is_drafts ? COLLECTION_DRAFTS : "",
                                            view->collection.created);
        hash_hex(identity, (size_t)n, hash);
        hash[12] = '8';
        hash[16] = "89ab"[hash[16] & 3];
        buffer_printf(out, "<D:href>urn:uuid:%.8s-%.4s-%.4s-%.4s-%.12s</D:href>", hash, hash + 8, hash + 12,
                        hash + 16, hash + 20);
}
