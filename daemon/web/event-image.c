#include "web/event-image.h"

#include "base/base64.h"
#include "store/object.h"
#include "web/site.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

enum { KEY_BYTES = 2048, IMAGE_BYTES = 1024 * 1024 };

/*
 * The types of pictures that are served, by the octets that they begin with; a `.` stands for any octet. SVG
 * is not among them, because it may contain scripts.
 */
static const struct Type {
        const char *extension, *content_type, *signature;
        size_t len;
} TYPES[] = {
        { "png", "image/png", "\x89PNG\r\n\x1a\n", 8 },
        { "jpg", "image/jpeg", "\xff\xd8\xff", 3 },
        { "gif", "image/gif", "GIF8", 4 },
        { "webp", "image/webp", "RIFF....WEBP", 12 },
};

static bool begins_with(const Buffer *image, const struct Type *type)
{
        for (size_t i = 0; i < type->len; i++)
                if (i >= image->len || (type->signature[i] != '.' && image->data[i] != type->signature[i]))
                        return false;
        return true;
}

static const struct Type *type_of(const Buffer *image)
{
        for (size_t i = 0; i < sizeof(TYPES) / sizeof(*TYPES); i++)
                if (begins_with(image, &TYPES[i]))
                        return &TYPES[i];
        return NULL;
}

/* Returns the base64 text of an IMAGE that is inline or a `data:` URI; NULL for one elsewhere. */
static const char *find_data(const ContentLine *line)
{
        const char *encoding = content_line_param(line, "ENCODING");
        if (encoding && strcasecmp(encoding, "BASE64") == 0)
                return line->value;
        const char *data = strncasecmp(line->value, "data:", 5) == 0 ? strchr(line->value, ',') : NULL;
        return data && data - line->value > 7 && strncasecmp(data - 7, ";base64", 7) == 0 ? data + 1 : NULL;
}

/* Decodes the first picture of the event that can be shown. Return: its type, or NULL. */
static const struct Type *read_image(const Event *event, Buffer *out)
{
        const ContentLine *line = NULL;
        while ((line = event_property_next(event, "IMAGE", line))) {
                const char *data = find_data(line);
                buffer_reset(out);
                if (data && base64_decode(out, data, strlen(data)) == 0 && type_of(out))
                        return type_of(out);
        }
        return NULL;
}

bool event_image_write_path(Buffer *out, const Event *event)
{
        CLEANUP(buffer_done) Buffer image = BUFFER_INIT(IMAGE_BYTES);
        const struct Type *type = read_image(event, &image);
        if (!type)
                return false;
        buffer_puts(out, "/image/");
        url_escape(out, event_uid(event));
        buffer_printf(out, ".%s", type->extension);
        return true;
}

typedef struct PictureAsked {
        const char *uid;
        const struct Type *type;
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
        if (event_class(event) != EVENT_PUBLIC || read_image(event, out) != asked->type) {
                buffer_reset(out);
                return PAGE_E_NOT_FOUND;
        }
        return 0;
}

/* Divides "UID.png". Return: NULL if it does not end like a picture. */
static const struct Type *cut_extension(const char *name, Buffer *ret_uid)
{
        const char *dot = strrchr(name, '.');
        for (size_t i = 0; dot && i < sizeof(TYPES) / sizeof(*TYPES); i++) {
                if (strcmp(dot + 1, TYPES[i].extension) != 0)
                        continue;
                buffer_append(ret_uid, name, (size_t)(dot - name));
                return &TYPES[i];
        }
        return NULL;
}

int event_image_on_image(HttpRequest *request, const char *name, void *userdata)
{
        CLEANUP(buffer_done) Buffer uid = BUFFER_INIT(KEY_BYTES), key = BUFFER_INIT(KEY_BYTES);
        const struct Type *type = cut_extension(name, &uid);
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
