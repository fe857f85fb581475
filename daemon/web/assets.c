#include "web/assets.h"

#include "http/reply.h"
#include "web/site.h"

#include <string.h>

/* A page of a tear-off calendar. */
static const char ICON[] = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\">"
                           "<rect x=\"3\" y=\"5\" width=\"26\" height=\"24\" rx=\"5\" fill=\"#1f5fbf\"/>"
                           "<rect x=\"6\" y=\"12\" width=\"20\" height=\"14\" rx=\"2\" fill=\"#fff\"/>"
                           "<rect x=\"9\" y=\"2\" width=\"3\" height=\"6\" rx=\"1.5\" fill=\"#123a75\"/>"
                           "<rect x=\"20\" y=\"2\" width=\"3\" height=\"6\" rx=\"1.5\" fill=\"#123a75\"/>"
                           "<circle cx=\"20.5\" cy=\"20.5\" r=\"3\" fill=\"#e0662b\"/></svg>\n";

static int reply_fixed(HttpRequest *request, const char *content_type, const char *text)
{
        CLEANUP(http_entity_unrefp) HttpEntity *entity = NULL;
        HttpEntityOptions options = {
                .content_type = content_type,
                .bytes = text,
                .len = strlen(text),
                .cache_control = "public, max-age=86400",
        };
        int r = http_entity_new(&options, &entity);
        return r < 0 ? r : http_reply_entity(request, entity);
}

int assets_on_icon(HttpRequest *request, const char *rest, void *userdata)
{
        (void)rest, (void)userdata;
        return reply_fixed(request, "image/svg+xml", ICON);
}

/* Answers /favicon.ico, which some clients request before any page. */
int assets_on_old_icon(HttpRequest *request, const char *rest, void *userdata)
{
        (void)rest, (void)userdata;
        return http_reply_redirect(request, 302, "/favicon.svg");
}

/*
 * Replies with the current style sheet. Other names are redirected to it, because a page in a cache may have
 * the name of an older one.
 */
int assets_on_style(HttpRequest *request, const char *rest, void *userdata)
{
        CLEANUP(page_base_done) PageBase base;
        site_base(userdata, &base);
        if (strcmp(rest, style_path(base.style) + strlen(STYLE_PREFIX)) != 0)
                return http_reply_redirect(request, 302, style_path(base.style));
        return http_reply_entity(request, style_entity(base.style));
}
