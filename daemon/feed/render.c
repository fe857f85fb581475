#include "feed/render.h"

#include "base/log.h"
#include "base/url.h"
#include "feed/strings.h"

#include <errno.h>
#include <string.h>

enum { MAX_URL_BYTES = 16 * 1024 * 1024 };

void feed_render_done(FeedRender *render)
{
        buffer_done(&render->lines);
        buffer_done(&render->parent);
        free(render->used);
        render->used = NULL;
}

static void on_zone(const char *tzid, const char *vtimezone, void *userdata)
{
        FeedRender *render = userdata;
        uint16_t index;
        uint16_t *used = realloc(render->used, (render->n_used + 1) * sizeof(*used));
        int r = used ? feed_zones_find(render->zones, tzid, vtimezone, &index) : -ENOMEM;
        if (used)
                render->used = used;
        if (r == 0)
                render->used[render->n_used++] = index;
        else if (render->error == 0)
                render->error = r;
}

static int note_related(FeedRender *render, const char *uid)
{
        return render->related ? feed_related_add(render->related, uid) : 0;
}

/* Whether a related object must not be named. True if it cannot be read. */
static bool is_secret(const char *uid, void *userdata)
{
        FeedRender *render = userdata;
        bool is = true;
        int r = note_related(render, uid);
        if (r == 0)
                r = feed_related_is_secret(render->selection, render->store, uid, &is);
        if (r != 0 && r != DB_E_CORRUPT && render->error == 0)
                render->error = r;
        return is;
}

/* Returns the line that names the parent event; NULL for none. */
static const char *name_parent(const char *uid, void *userdata)
{
        FeedRender *render = userdata;
        buffer_reset(&render->parent);
        int r = note_related(render, uid);
        if (r == 0)
                r = feed_related_write_parent(render->selection, render->store, uid,
                                language_of(render->config->language), &render->parent);
        if (r != 0 && render->error == 0)
                render->error = r;
        return r == 0 && render->parent.len > 0 ? buffer_text(&render->parent) : NULL;
}

/* Appends the address of the event's page, which only public events have. */
static void write_event_url(const Config *config, const char *uid, Buffer *out)
{
        buffer_puts(out, config->http.base_url);
        buffer_puts(out, "/event/");
        url_escape(out, uid);
}

static int render_object(FeedRender *render, const ObjectRecord *record)
{
        const Config *config = render->config;
        CLEANUP(buffer_done) Buffer url = BUFFER_INIT(MAX_URL_BYTES);
        if (strcmp(record->class, "PUBLIC") == 0)
                write_event_url(config, record->uid, &url);
        PublishObject object = {
                .zones = store_zones(render->store),
                .zone = config->time_zone,
                .text = record->text,
                .len = record->len,
                .sequence = record->sequence,
                .created = record->created,
                .changed = record->changed,
                .url = url.len > 0 ? buffer_text(&url) : NULL,
                .busy = feed_strings(language_of(config->language))->busy,
                .is_secret = is_secret,
                .has_parts = render->selection->name->has_parts,
                .name_parent = name_parent,
                .userdata = render,
        };
        PublishAudience audience;
        size_t before = render->lines.len;
        render->n_used = 0;
        int r = feed_select_audience(render->selection, render->store, record, &audience);
        if (r == 0)
                r = publish_components(&object, audience, &render->lines, on_zone, render);
        r = r != 0 ? r : render->error;
        if (r != -EBADMSG)
                return r;
        log_write(LOG_WARNING, LOG_FIELDS({ "EVENT_UID", record->uid }),
                        "the kept text of %s cannot be read; it is left out of feeds", record->uid);
        buffer_remove(&render->lines, before, render->lines.len - before);
        render->error = 0;
        return PUBLISH_HIDDEN;
}

int feed_render_entry(FeedRender *render, const ObjectRecord *record, FeedEntries *out)
{
        const size_t offset = render->lines.len;
        int r = render_object(render, record);
        if (r != 0)
                return r == PUBLISH_HIDDEN ? 0 : r;
        CLEANUP(cleanup_free)
        FeedEntry *entry = feed_entry_new(
                        record->uid, record->collection, record->resource, render->used, render->n_used);
        if (!entry)
                return -ENOMEM;
        entry->start = record->start;
        entry->end = record->end;
        entry->offset = (uint32_t)offset;
        entry->len = (uint32_t)(render->lines.len - offset);
        r = feed_entries_add(out, entry);
        if (r == 0)
                TAKE_PTR(entry);
        return r;
}
