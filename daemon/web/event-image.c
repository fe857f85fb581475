#include "web/event-image.h"

#include "base/base64.h"
#include "base/url.h"
#include "http/reply.h"
#include "store/object.h"
#include "web/picture.h"
#include "web/site.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { KEY_BYTES = 2048, KEEP_SECONDS = 3600 };

/* Returns the base64 text of an IMAGE that is inline or a `data:` URI; NULL if it is another URI. */
static const char *find_data(const ContentLine *line)
{
        const char *encoding = content_line_param(line, "ENCODING");
        if (encoding && strcasecmp(encoding, "BASE64") == 0)
                return line->value;
        const char *data = strncasecmp(line->value, "data:", 5) == 0 ? strchr(line->value, ',') : NULL;
        return data && data - line->value > 7 && strncasecmp(data - 7, ";base64", 7) == 0 ? data + 1 : NULL;
}

/* Decodes the first picture that is in the event itself. Return: its type; NULL if there is none. */
static const PictureType *read_inline(const Event *event, Buffer *out)
{
        const ContentLine *line = NULL;
        const PictureType *type;
        while ((line = event_property_next(event, "IMAGE", line))) {
                const char *data = find_data(line);
                buffer_reset(out);
                if (data && base64_decode(out, data, strlen(data)) == 0 &&
                                (type = picture_type(out->data, out->len)))
                        return type;
        }
        return NULL;
}

static bool write_inline_path(Buffer *out, const Event *event)
{
        CLEANUP(buffer_done) Buffer image = BUFFER_INIT(PICTURE_BYTES);
        const PictureType *type = read_inline(event, &image);
        if (!type)
                return false;
        buffer_puts(out, "/image/");
        url_escape(out, event_uid(event));
        buffer_printf(out, ".%s", type->extension);
        return true;
}

bool event_image_write_path(Buffer *out, const Config *config, const Event *event)
{
        const ContentLine *line = NULL;
        if (write_inline_path(out, event))
                return true;
        while ((line = event_property_next(event, "IMAGE", line)))
                if (picture_write_path(out, config, line->value))
                        return true;
        return false;
}

/* ---- Pictures in events ---- */

typedef struct PictureAsked {
        const char *uid;
        const PictureType *type;
} PictureAsked;

static int write_image(const PageJob *job, const void *userdata, Buffer *out)
{
        const PictureAsked *asked = userdata;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        const CatalogEvent *entry = catalog_find(job->catalog, asked->uid);
        if (!entry || entry->is_busy)
                return PAGE_E_NOT_FOUND;
        int r = object_find(job->store, asked->uid, &record);
        if (r == 0)
                r = event_parse(job->view->zones, record->text, record->len, &event, NULL);
        if (r != 0)
                return r == STORE_E_NOT_FOUND || r == EVENT_E_INVALID ? PAGE_E_NOT_FOUND : r;
        if (event_class(event) != EVENT_PUBLIC || read_inline(event, out) != asked->type) {
                buffer_reset(out);
                return PAGE_E_NOT_FOUND;
        }
        return 0;
}

/* Splits "UID.png". Return: the type of the extension; NULL if it is not that of a picture. */
static const PictureType *cut_extension(const char *name, Buffer *ret_uid)
{
        const char *dot = strrchr(name, '.');
        const PictureType *type = dot ? picture_type_of(dot + 1) : NULL;
        if (type)
                buffer_append(ret_uid, name, (size_t)(dot - name));
        return type;
}

int event_image_on_image(HttpRequest *request, const char *name, void *userdata)
{
        CLEANUP(buffer_done) Buffer uid = BUFFER_INIT(KEY_BYTES), key = BUFFER_INIT(KEY_BYTES);
        const PictureType *type = cut_extension(name, &uid);
        if (!type)
                return site_reply_error(userdata, request, 404, NULL);
        buffer_printf(&key, "/image/|%s", name);
        const PictureAsked picture = { buffer_text(&uid), type };
        PageAsked asked = {
                .key = buffer_text(&key),
                .write = write_image,
                .userdata = &picture,
                .needs_store = true,
                .content_type = type->content_type,
                .one_for_all = true,
        };
        return site_reply_page(userdata, request, &asked);
}

/* ---- Pictures of the folder ---- */

static int reply_picture(HttpRequest *request, const char *bytes, size_t len, const PictureType *type,
                usec_t modified)
{
        CLEANUP(http_entity_unrefp) HttpEntity *entity = NULL;
        char keep[64];
        snprintf(keep, sizeof(keep), "public, max-age=%d", (int)KEEP_SECONDS);
        int r = http_entity_new(&(HttpEntityOptions){ .content_type = type->content_type,
                                                .bytes = bytes,
                                                .len = len,
                                                .modified = modified,
                                                .cache_control = keep },
                        &entity);
        return r < 0 ? r : http_reply_entity(request, entity);
}

int event_image_on_file(HttpRequest *request, const char *path, void *userdata)
{
        CLEANUP(config_unrefp) Config *config = site_config(userdata);
        CLEANUP(cleanup_free) char *bytes = NULL;
        const PictureType *type;
        usec_t modified;
        size_t len;
        int r = http_request_defer(request, HTTP_WORK_WAITS, 0);
        if (r == 0)
                r = picture_read(config, path, &bytes, &len, &type, &modified);
        if (r == PICTURE_E_NONE)
                return site_reply_error(userdata, request, 404, NULL);
        return r == 0 ? reply_picture(request, bytes, len, type, modified) : r;
}
