#pragma once

/*
 * The values of live properties, each appended without the element around it. The table in properties.c says
 * which resources have them.
 */

#include "dav/view.h"

/** live_put_href() - append a reference to a resource of the account that has signed in */
void live_put_href(const DavView *view, DavKind kind, Buffer *out);

/* Rights (RFC 3744, 5; 4791, 6.1). */
bool live_may_write(const DavView *view);
void live_put_privileges(const DavView *view, Buffer *out);
void live_put_supported_privileges(const DavView *view, Buffer *out);
void live_put_acl(const DavView *view, Buffer *out);
void live_put_acl_restrictions(const DavView *view, Buffer *out);
void live_put_owner(const DavView *view, Buffer *out);

/* Principals (RFC 3744, 4; 5397; 6638, 2.4). */
void live_put_addresses(const DavView *view, Buffer *out);
void live_put_user_type(const DavView *view, Buffer *out);
void live_put_emails(const DavView *view, Buffer *out);

/* Scheduling (RFC 6638, 2 and 9). */
void live_put_inbox(const DavView *view, Buffer *out);
void live_put_outbox(const DavView *view, Buffer *out);
void live_put_default_calendar(const DavView *view, Buffer *out);
void live_put_transparency(const DavView *view, Buffer *out);
void live_put_schedule_tag(const DavView *view, Buffer *out);

/* The quota of the owner (RFC 4331). */
void live_put_quota_left(const DavView *view, Buffer *out);
void live_put_quota_used(const DavView *view, Buffer *out);

/* The limits of collections (RFC 4791, 5.2; 6352, 6.2), and facts that clients need about any resource. */
void live_put_components(const DavView *view, Buffer *out);
void live_put_calendar_data(const DavView *view, Buffer *out);
void live_put_address_data(const DavView *view, Buffer *out);
void live_put_calendar_collations(const DavView *view, Buffer *out);
void live_put_address_collations(const DavView *view, Buffer *out);
void live_put_max_size(const DavView *view, Buffer *out);
void live_put_max_image(const DavView *view, Buffer *out);
void live_put_max_instances(const DavView *view, Buffer *out);
void live_put_max_attendees(const DavView *view, Buffer *out);
void live_put_min_date(const DavView *view, Buffer *out);
void live_put_max_date(const DavView *view, Buffer *out);
void live_put_created(const DavView *view, Buffer *out);
void live_put_resource_id(const DavView *view, Buffer *out);
void live_put_nothing(const DavView *view, Buffer *out);
