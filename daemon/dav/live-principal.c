/* The addresses of a person for calendar programs (RFC 4791 and 6638). */

#include "base/html.h"
#include "dav/live.h"

#include <string.h>

void live_put_href(const DavView *view, DavKind kind, Buffer *out)
{
        DavResource resource = { .kind = kind };
        strcpy(resource.account, view->login->name);
        buffer_puts(out, "<D:href>");
        dav_resource_href(&resource, view->prefix, out);
        buffer_puts(out, "</D:href>");
}

/* The domain of the office's mail or, without one, the host of its addresses. */
static const char *domain_of(const Config *config, size_t *ret_len)
{
        const char *from = config->mail.from ? config->mail.from : "";
        const char *at = strrchr(from, '@');
        const char *scheme = strstr(config->http.base_url, "://");
        const char *domain = at ? at + 1 : scheme ? scheme + 3 : "localhost";
        *ret_len = strcspn(domain, at ? "> \t" : ":/");
        return domain;
}

/*
 * Clients need an address to know the person among the attendees (RFC 6638, 2.4.1). An account without a
 * mail address gets one of its name and the office's domain.
 */
static void put_address(const DavView *view, Buffer *out)
{
        char login[ACCOUNT_NAME_SIZE];
        size_t len;
        const char *domain = domain_of(view->config, &len);
        if (view->login->mail[0]) {
                html_escape(out, view->login->mail);
                return;
        }
        account_login(view->login->name, login);
        html_escape(out, login);
        buffer_printf(out, "@%.*s", (int)len, domain);
}

void live_put_addresses(const DavView *view, Buffer *out)
{
        buffer_puts(out, "<D:href preferred=\"1\">mailto:");
        put_address(view, out);
        buffer_puts(out, "</D:href>");
        live_put_href(view, DAV_PRINCIPAL, out);
}

void live_put_emails(const DavView *view, Buffer *out)
{
        buffer_puts(out, "<S:email-address>");
        put_address(view, out);
        buffer_puts(out, "</S:email-address>");
}

void live_put_user_type(const DavView *view, Buffer *out)
{
        (void)view;
        buffer_puts(out, "INDIVIDUAL");
}
