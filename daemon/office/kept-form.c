#include "office/kept-form.h"

#include "base/url.h"
#include "office/form.h"
#include "office/layout.h"

#include <string.h>

#define PREFIX "kept-"

enum { NAME_BYTES = 4096, PATH_BYTES = 16384, OK = 200, FORBIDDEN = 403 };

/* Whether the field is of the form itself, and no secret. The token is that of another session. */
static bool is_content(const char *name)
{
        return strcmp(name, "csrf") != 0 && strcmp(name, "password") != 0 && strcmp(name, "code") != 0;
}

static void note_content(const char *name, const char *value, void *userdata)
{
        bool *is_there = userdata;
        (void)value;
        *is_there |= is_content(name);
}

bool kept_form_is_needed(const OfficeCall *call)
{
        bool is_there = false;
        http_request_form_each(call->request, note_content, &is_there);
        return is_there;
}

static void take_field(const char *name, const char *value, void *userdata)
{
        CLEANUP(buffer_done) Buffer kept = BUFFER_INIT(NAME_BYTES);
        buffer_puts(&kept, PREFIX);
        buffer_puts(&kept, name);
        if (is_content(name) && buffer_error(&kept) == 0)
                form_hidden(userdata, buffer_text(&kept), value);
}

void kept_form_take(OfficeCall *call)
{
        http_request_form_each(call->request, take_field, call);
}

static bool is_kept(const char *name)
{
        return strncmp(name, PREFIX, strlen(PREFIX)) == 0;
}

static void carry_field(const char *name, const char *value, void *userdata)
{
        if (is_kept(name))
                form_hidden(userdata, name, value);
}

void kept_form_carry(OfficeCall *call)
{
        http_request_form_each(call->request, carry_field, call);
}

static void note_field(const char *name, const char *value, void *userdata)
{
        bool *is_there = userdata;
        (void)value;
        *is_there |= is_kept(name);
}

bool kept_form_is_there(const OfficeCall *call)
{
        bool is_there = false;
        http_request_form_each(call->request, note_field, &is_there);
        return is_there;
}

static void restore_field(const char *name, const char *value, void *userdata)
{
        if (is_kept(name) && is_content(name + strlen(PREFIX)))
                form_hidden(userdata, name + strlen(PREFIX), value);
}

static void repeat_field(const char *name, const char *value, void *userdata)
{
        if (is_content(name))
                form_hidden(userdata, name, value);
}

static int reply(OfficeCall *call, int status, const char *path,
                void (*write_field)(const char *name, const char *value, void *userdata))
{
        const OfficeStrings *strings = call->strings;
        office_begin(call, OFFICE_NO_SECTION, strings->kept_title);
        buffer_printf(&call->out, "<p>%s</p>\n", strings->kept_note);
        form_begin(call, path, "card form narrow");
        http_request_form_each(call->request, write_field, call);
        form_submit(call, NULL, NULL, NULL, strings->kept_send);
        form_end(call);
        office_end(call);
        return office_reply(call, status);
}

int kept_form_reply(OfficeCall *call, const char *path)
{
        return reply(call, OK, path, restore_field);
}

typedef struct QueryText {
        Buffer *out;
        char separator;
} QueryText;

static void write_parameter(const char *name, const char *value, void *userdata)
{
        QueryText *query = userdata;
        buffer_putc(query->out, query->separator);
        url_escape(query->out, name);
        buffer_putc(query->out, '=');
        url_escape(query->out, value);
        query->separator = '&';
}

void kept_form_write_path(const OfficeCall *call, Buffer *out)
{
        QueryText query = { out, '?' };
        buffer_puts(out, "/office");
        for (const char *at = call->rest, *end; at; at = *end ? end + 1 : NULL) {
                CLEANUP(buffer_done) Buffer part = BUFFER_INIT(PATH_BYTES);
                end = at + strcspn(at, "/");
                buffer_append(&part, at, (size_t)(end - at));
                buffer_putc(out, '/');
                url_escape(out, buffer_text(&part));
        }
        http_request_query_each(call->request, write_parameter, &query);
}

int kept_form_return(OfficeCall *call)
{
        CLEANUP(buffer_done) Buffer path = BUFFER_INIT(PATH_BYTES);
        kept_form_write_path(call, &path);
        int r = buffer_error(&path);
        return r != 0 ? r : reply(call, FORBIDDEN, buffer_text(&path), repeat_field);
}
