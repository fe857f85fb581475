/*
 * The rights of the account that has signed in, as access control lists (RFC 3744). Clients cannot change
 * them.
 */

#include "dav/live.h"
#include "dav/resource.h"

#include <stdio.h>
#include <string.h>

enum { HOMES = DAV_CALENDARS | DAV_ADDRESSBOOKS, BOXES = DAV_INBOX | DAV_MESSAGE | DAV_OUTBOX };

/* The privileges, each after the one that contains it. */
static const struct {
        int depth; /* in the tree of supported-privilege-set */
        const char *name, *description;
        enum { OF_NOBODY, OF_READER, OF_CALENDAR_READER, OF_WRITER, OF_INBOX, OF_OUTBOX } who;
} privileges[] = {
        { 0, "D:all", "Everything", OF_NOBODY },
        { 1, "D:read", "Read", OF_READER },
        { 2, "D:read-acl", "Read the access control list", OF_READER },
        { 2, "D:read-current-user-privilege-set", "Read the own privileges", OF_READER },
        { 2, "C:read-free-busy", "Read busy times", OF_CALENDAR_READER },
        { 1, "D:write", "Write", OF_WRITER },
        { 2, "D:write-properties", "Set properties", OF_WRITER },
        { 2, "D:write-content", "Change members", OF_WRITER },
        { 2, "D:bind", "Add members", OF_WRITER },
        { 2, "D:unbind", "Remove members", OF_WRITER },
        { 1, "C:schedule-deliver", "Deliver scheduling messages", OF_INBOX },
        { 2, "C:schedule-deliver-invite", "Deliver invitations", OF_INBOX },
        { 2, "C:schedule-deliver-reply", "Deliver answers to invitations", OF_INBOX },
        { 2, "C:schedule-query-freebusy", "Ask for busy times", OF_INBOX },
        { 1, "C:schedule-send", "Send scheduling messages", OF_OUTBOX },
        { 2, "C:schedule-send-invite", "Send invitations", OF_OUTBOX },
        { 2, "C:schedule-send-reply", "Send answers to invitations", OF_OUTBOX },
        { 2, "C:schedule-send-freebusy", "Send questions about busy times", OF_OUTBOX },
};

enum { N_PRIVILEGES = sizeof(privileges) / sizeof(privileges[0]) };

bool live_may_write(const DavView *view)
{
        return view->access == ACCOUNT_WRITE && !view->login->read_only;
}

/*
 * An account may set properties of a collection which it may only read, too, but that is not said: some
 * clients take a collection with write-properties for one with members that may be written. In its homes,
 * an account makes and deletes collections.
 */
static bool has(const DavView *view, int index)
{
        DavKind kind = view->resource.kind;
        const char *name = privileges[index].name;
        switch (privileges[index].who) {
        case OF_READER:
                return true;
        case OF_CALENDAR_READER:
                return kind & (DAV_CALENDARS | DAV_CALENDAR | DAV_CALENDAR_OBJECT);
        case OF_WRITER:
                if (kind & HOMES)
                        return !view->login->read_only && strcmp(name, "D:write") != 0 &&
                               strcmp(name, "D:write-content") != 0;
                /* Only the server puts messages into an inbox; nothing is in an outbox. */
                if (kind & BOXES)
                        return kind != DAV_OUTBOX && !view->login->read_only &&
                               (strcmp(name, "D:unbind") == 0 || strcmp(name, "D:write-properties") == 0);
                /* Only the office adds meetings to the calendar of a host. */
                if (view->collection.scheduling == COLLECTION_HOST &&
                                (strcmp(name, "D:write") == 0 || strcmp(name, "D:bind") == 0))
                        return false;
                return live_may_write(view);
        case OF_INBOX:
                return kind == DAV_INBOX;
        case OF_OUTBOX:
                return kind == DAV_OUTBOX && !view->login->read_only;
        case OF_NOBODY:
                break;
        }
        return false;
}

static void put_privilege(const char *name, Buffer *out)
{
        buffer_puts(out, "<D:privilege><");
        buffer_puts(out, name);
        buffer_puts(out, "/></D:privilege>");
}

/*
 * The privileges that another one contains are listed, too (RFC 3744, 5.4), because some clients look only
 * for one of them.
 */
void live_put_privileges(const DavView *view, Buffer *out)
{
        for (int i = 0; i < N_PRIVILEGES; i++)
                if (has(view, i))
                        put_privilege(privileges[i].name, out);
}

void live_put_supported_privileges(const DavView *view, Buffer *out)
{
        (void)view;
        for (int i = 0; i < N_PRIVILEGES; i++) {
                buffer_printf(out,
                                "<D:supported-privilege><D:privilege><%s/></D:privilege><D:description xml:lang=\"en\">%s</D:description>",
                                privileges[i].name, privileges[i].description);
                int next = i + 1 < N_PRIVILEGES ? privileges[i + 1].depth : 0;
                for (int depth = privileges[i].depth; depth >= next; depth--)
                        buffer_puts(out, "</D:supported-privilege>");
        }
}

/* One entry, for the account that has signed in; the lists of others are not shown (RFC 3744, 5.5). */
void live_put_acl(const DavView *view, Buffer *out)
{
        buffer_puts(out, "<D:ace><D:principal>");
        live_put_href(view, DAV_PRINCIPAL, out);
        buffer_puts(out, "</D:principal><D:grant>");
        live_put_privileges(view, out);
        buffer_puts(out, "</D:grant><D:protected/></D:ace>");
}

void live_put_acl_restrictions(const DavView *view, Buffer *out)
{
        (void)view;
        buffer_puts(out, "<D:grant-only/><D:no-invert/>");
}

/*
 * A collection of the office is shown as the account's own, because some clients set aside what others
 * share.
 */
void live_put_owner(const DavView *view, Buffer *out)
{
        DavResource owner = { .kind = DAV_PRINCIPAL };
        if (!view->collection.owner[0]) {
                live_put_href(view, DAV_PRINCIPAL, out);
                return;
        }
        snprintf(owner.account, sizeof(owner.account), "%s", view->collection.owner);
        char own[ACCOUNT_NAME_SIZE];
        account_login(view->login->name, own);
        if (strcmp(own, owner.account) == 0)
                strcpy(owner.account, view->login->name);
        buffer_puts(out, "<D:href>");
        dav_resource_href(&owner, view->prefix, out);
        buffer_puts(out, "</D:href>");
}
