#include "http/form.h"

#include "base/array.h"
#include "base/buffer.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FORM_FIELDS = 512, FORM_NAME = 64, FORM_PIECE = 1024 };

typedef struct HttpFormField {
        char name[FORM_NAME];
        Buffer value;
} HttpFormField;

struct HttpForm {
        struct MHD_PostProcessor *processor; /* NULL after http_form_read() */
        size_t max_bytes;                    /* of one value */
        HttpFormField *fields;
        size_t n_fields;
};

static HttpFormField *find_field(HttpForm *form, const char *name)
{
        for (size_t i = 0; i < form->n_fields; i++)
                if (strcmp(form->fields[i].name, name) == 0)
                        return &form->fields[i];
        return NULL;
}

/* Returns a new field; NULL if there are too many, or without memory. */
static HttpFormField *add_field(HttpForm *form, const char *name)
{
        if (form->n_fields == FORM_FIELDS)
                return NULL;
        HttpFormField *more = array_grow(form->fields, form->n_fields, sizeof(*more));
        if (!more)
                return NULL;
        form->fields = more;
        HttpFormField *field = &form->fields[form->n_fields++];
        field->value = BUFFER_INIT(form->max_bytes);
        snprintf(field->name, sizeof(field->name), "%s", name);
        return field;
}

/*
 * Adds a piece of a value, which has the position @offset in the value. The first field of a name is kept;
 * later ones are ignored.
 */
static enum MHD_Result on_piece(void *userdata, enum MHD_ValueKind kind, const char *key,
                const char *file_name, const char *type, const char *coding, const char *bytes,
                uint64_t offset, size_t len)
{
        HttpForm *form = userdata;
        (void)kind, (void)file_name, (void)type, (void)coding;
        if (!key || strlen(key) >= FORM_NAME)
                return MHD_YES;
        HttpFormField *field = find_field(form, key);
        if (!field)
                field = add_field(form, key);
        if (field && field->value.len == offset)
                buffer_append(&field->value, bytes, len);
        return MHD_YES;
}

int http_form_new(struct MHD_Connection *connection, HttpForm **ret)
{
        *ret = NULL;
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

/* Destroys the processor, which delivers the last value only then. */
static void end_processor(HttpForm *form)
{
        if (form->processor)
                MHD_destroy_post_processor(form->processor);
        form->processor = NULL;
}

HttpForm *http_form_free(HttpForm *form)
{
        if (!form)
                return NULL;
        end_processor(form);
        for (size_t i = 0; i < form->n_fields; i++)
                buffer_done(&form->fields[i].value);
        free(form->fields);
        free(form);
        return NULL;
}

void http_form_read(HttpForm *form, const char *bytes, size_t len)
{
        form->max_bytes = len;
        MHD_post_process(form->processor, bytes, len);
        end_processor(form);
}

const char *http_form_get(const HttpForm *form, const char *name, size_t *ret_len)
{
        for (size_t i = 0; i < form->n_fields; i++)
                if (strcmp(form->fields[i].name, name) == 0) {
                        if (ret_len)
                                *ret_len = form->fields[i].value.len;
                        return buffer_text(&form->fields[i].value);
                }
        return NULL;
}

void http_form_each(const HttpForm *form,
                void (*on_field)(const char *name, const char *value, void *userdata), void *userdata)
{
        for (size_t i = 0; i < form->n_fields; i++)
                on_field(form->fields[i].name, buffer_text(&form->fields[i].value), userdata);
}
