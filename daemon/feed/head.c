#include "feed/head.h"

#include "base/url.h"
#include "calendar/publish.h"
#include "calendar/redact.h"
#include "feed/color.h"
#include "feed/strings.h"

#include <errno.h>
#include <string.h>

enum { ADDRESS_BYTES = 16 * 1024, TITLE_BYTES = 1024 * 1024 };

/* Appends the feed's own address, except that of a private feed, which must stay secret. */
static void write_source(const FeedName *name, const Config *config, Buffer *out)
{
        static const char *const folders[] = {
                [FEED_ALL] = "/",
                [FEED_KIND] = "/",
                [FEED_CALENDAR] = "/calendar/",
                [FEED_EVENT] = "/event/",
                [FEED_PRIVATE] = NULL,
        };
        if (!folders[name->scope])
                return;
        buffer_puts(out, config->http.base_url);
        buffer_puts(out, folders[name->scope]);
        url_escape(out, name->scope == FEED_ALL ? "all" : name->target);
        buffer_puts(out, ".ics");
}

static const char *not_empty(const char *text)
{
        return text && *text ? text : NULL;
}

static void take_kind(PublishHead *head, const Config *config, const ConfigKind *kind)
{
        head->name = config_text(&kind->title, config->language);
        head->color = kind->color;
        head->color_rgb = kind->color ? color_rgb(kind->color) : NULL;
}

void feed_head_write(
                const FeedName *name, const Config *config, const char *title, usec_t modified, Buffer *out)
{
        CLEANUP(buffer_done) Buffer source = BUFFER_INIT(ADDRESS_BYTES);
        const ConfigKind *kind = name->scope == FEED_KIND ? config_kind(config, name->target) : NULL;
        PublishHead head = {
                .name = config_text(&config->feed.title, config->language),
                .refresh = config->feed.refresh,
                .time_zone = config->time_zone_name,
                .modified = modified,
                .language = config->language,
        };
        if (name->scope == FEED_ALL)
                head.description = not_empty(config_text(&config->feed.description, config->language));
        if (kind)
                take_kind(&head, config, kind);
        if (name->scope == FEED_CALENDAR)
                head.name = name->target;
        if (name->scope == FEED_EVENT)
                head.name = title;
        write_source(name, config, &source);
        head.name = not_empty(head.name);
        head.source = not_empty(buffer_text(&source));
        publish_begin(&head, out);
}

int feed_head_title(const ObjectRecord *record, const Config *config, char **ret)
{
        CLEANUP(buffer_done) Buffer cut = BUFFER_INIT(TITLE_BYTES);
        bool is_cut = redact_text(record->name, strlen(record->name), &cut);
        if (buffer_error(&cut) < 0)
                return buffer_error(&cut);
        const char *busy = feed_strings(language_of(config->language))->busy;
        *ret = strdup(strcmp(record->class, "CONFIDENTIAL") == 0 ? busy
                        : is_cut                                 ? buffer_text(&cut)
                                                                 : record->name);
        return *ret ? 0 : -ENOMEM;
}
