#include "http/form.h"

#include "base/buffer.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { FORM_FIELDS = 64, FORM_NAME = 64, FORM_PIECE = 1024 };

/* A body without a length is read on for a while, so that its sender hears a 413 instead of a closed connection. */
enum { FORM_BYTES_IGNORED = 4 * HTTP_FORM_BYTES };

typedef struct HttpFormField {
        char name[FORM_NAME];
        Buffer value;
} HttpFormField;

struct HttpForm {
        struct MHD_PostProcessor *processor;
        size_t n_bytes;
        size_t n_fields;
        HttpFormField fields[FORM_FIELDS];
};

static HttpFormField *find_field(HttpForm *form, const char *name)
{
        for (size_t i = 0; i < form->n_fields; i++)
                if (strcmp(form->fields[i].name, name) == 0)
                        return &form->fields[i];
        return NULL;
}

/* Values come in pieces; @offset tells the first one. A repeated name keeps its first value, fields over the maximum are left out. */
static enum MHD_Result on_piece(void *userdata, enum MHD_ValueKind kind, const char *key,
                const char *file_name, const char *type, const char *coding, const char *bytes,
                uint64_t offset, size_t len)
{
        HttpForm *form = userdata;
        (void)kind, (void)file_name, (void)type, (void)coding;
        if (!key || strlen(key) >= FORM_NAME)
                return MHD_YES;
        HttpFormField *field = find_field(form, key);
        if (!field && form->n_fields < FORM_FIELDS) {
                field = &form->fields[form->n_fields++];
                field->value = BUFFER_INIT(HTTP_FORM_BYTES);
                snprintf(field->name, sizeof(field->name), "%s", key);
        }
        if (field && field->value.len == offset)
                buffer_append(&field->value, bytes, len);
        return MHD_YES;
}

int http_form_new(struct MHD_Connection *connection, HttpForm **ret)
{
        HttpForm *form = calloc(1, sizeof(*form));
        if (!form)
                return -ENOMEM;
        form->processor = MHD_create_post_processor(connection, FORM_PIECE, on_piece, form);
        if (!form->processor) {
                free(form);
                return HTTP_E_FORM_TYPE;
        }
        *ret = form;
        return 0;
}

HttpForm *http_form_free(HttpForm *form)
{
        if (!form)
                return NULL;
        MHD_destroy_post_processor(form->processor);
        for (size_t i = 0; i < form->n_fields; i++)
                buffer_done(&form->fields[i].value);
        free(form);
        return NULL;
}

bool http_form_is_too_large(const HttpForm *form)
{
        return form->n_bytes > HTTP_FORM_BYTES;
}

int http_form_feed(HttpForm *form, const char *bytes, size_t len)
{
        form->n_bytes += len;
        if (form->n_bytes > FORM_BYTES_IGNORED)
                return -EFBIG;
        if (!http_form_is_too_large(form))
                MHD_post_process(form->processor, bytes, len);
        return 0;
}

const char *http_form_get(const HttpForm *form, const char *name)
{
        for (size_t i = 0; i < form->n_fields; i++)
                if (strcmp(form->fields[i].name, name) == 0)
                        return buffer_text(&form->fields[i].value);
        return NULL;
}
