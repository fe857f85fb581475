#include "web/feed-entity.h"

#include "base/url.h"
#include "feed/jcal.h"
#include "web/feed-file-name.h"

#include <errno.h>
#include <stdio.h>

enum { JCAL_BYTES = 1024 * 1024 * 1024, FILE_TITLE_BYTES = 4096, LINK_BYTES = 16 * 1024 };

static int write_jcal(const Content *content, Content **ret)
{
        CLEANUP(buffer_done) Buffer json = BUFFER_INIT(JCAL_BYTES);
        CLEANUP(blob_unrefp) Blob *text = content_join(content), *blob = NULL;
        if (!text)
                return -ENOMEM;
        size_t len;
        const char *bytes = blob_bytes(text, &len);
        int r = jcal_write(bytes, len, &json);
        if (r < 0)
                return r;
        blob = blob_copy(json.data, json.len);
        return blob ? content_of_blob(blob, ret) : -ENOMEM;
}

static int write_form(const FeedAsked *asked, const Feed *feed, Content **ret)
{
        Content *content = feed_content(feed);
        if (asked->form == FEED_FORM_JCAL)
                return write_jcal(content, ret);
        *ret = content_ref(content);
        return 0;
}

/* Writes the keys by which a shared cache drops feeds: all of them, or those of one address or sort. */
static void write_keys(const FeedAsked *asked, Buffer *out)
{
        static const char *const sorts[] = {
                [FEED_ALL] = "all",
                [FEED_KIND] = "",
                [FEED_CALENDAR] = "calendar/",
                [FEED_EVENT] = "event",
                [FEED_PRIVATE] = "private",
        };
        buffer_printf(out, "feed feed/%s", sorts[asked->scope]);
        if (asked->scope == FEED_KIND || asked->scope == FEED_CALENDAR)
                url_escape(out, asked->target);
}

/* Writes the field that names the feed's own address as one that has an enhanced GET. */
static void write_link(const FeedAsked *asked, const Config *config, Buffer *out)
{
        static const char *const folders[] = {
                [FEED_ALL] = "/",
                [FEED_KIND] = "/",
                [FEED_CALENDAR] = "/calendar/",
                [FEED_EVENT] = "/event/",
                [FEED_PRIVATE] = "/private/",
        };
        buffer_printf(out, "<%s%s", config->http.base_url, folders[asked->scope]);
        url_escape(out, asked->scope == FEED_ALL ? "all" : asked->target);
        buffer_puts(out, ".ics>; rel=\"subscribe-enhanced-get\"");
}

int feed_entity_new(const FeedAsked *asked, const Feed *feed, const Config *config, HttpEntity **ret)
{
        CLEANUP(content_unrefp) Content *content = NULL;
        CLEANUP(buffer_done) Buffer link = BUFFER_INIT(LINK_BYTES), keys = BUFFER_INIT(LINK_BYTES);
        char token[FEED_TOKEN_SIZE], token_value[FEED_TOKEN_SIZE + 2];
        int r = write_form(asked, feed, &content);
        if (r < 0)
                return r;
        bool is_private = asked->scope == FEED_PRIVATE;
        char cache_control[96], file_name[80];
        CLEANUP(buffer_done) Buffer file_title = BUFFER_INIT(FILE_TITLE_BYTES);
        const FeedFile file = { asked->scope, asked->target, feed_title(feed),
                asked->form == FEED_FORM_JCAL };
        snprintf(cache_control, sizeof(cache_control), "public, max-age=%lld, stale-while-revalidate=86400",
                        (long long)(config->feed.max_age / USEC_PER_SEC));
        feed_file_name(&file, file_name, sizeof(file_name));
        feed_file_title(&file, config, &file_title);
        bool has_tokens = asked->form == FEED_FORM_ICALENDAR;
        feed_sync_token(feed, token);
        snprintf(token_value, sizeof(token_value), "\"%s\"", token);
        write_link(asked, config, &link);
        write_keys(asked, &keys);
        const HttpHeader headers[] = {
                { "Link", has_tokens ? buffer_text(&link) : NULL },
                { "Sync-Token", has_tokens ? token_value : NULL },
                { "Surrogate-Key", is_private ? NULL : buffer_text(&keys) },
                { NULL, NULL },
        };
        HttpEntityOptions options = {
                .content_type = asked->form == FEED_FORM_JCAL ? "application/calendar+json"
                                                              : "text/calendar; charset=utf-8",
                .content = content,
                .codings = config->http.compress,
                .modified = feed_modified(feed),
                .cache_control = is_private ? "private, no-store" : cache_control,
                .file_name = file_name,
                .file_title = file_title.len > 0 ? buffer_text(&file_title) : NULL,
                .vary = has_tokens ? FEED_VARY : NULL,
                .headers = headers,
                .cors = !is_private,
                .noindex = is_private,
        };
        return http_entity_new(&options, ret);
}
