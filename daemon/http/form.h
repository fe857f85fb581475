#pragma once

/* Private to http/: the fields of a form, read from kept content. */

#include "base/conditions.h"

#include <microhttpd.h>
#include <stddef.h>

typedef struct HttpForm HttpForm;

enum {
        HTTP_E_FORM_TYPE = CONDITIONS_HTTP +
                           1, /* neither application/x-www-form-urlencoded nor multipart/form-data */
};

/**
 * http_form_new() - prepare to read a form with the request's Content-Type. Return: 0, HTTP_E_FORM_TYPE or
 * -ENOMEM.
 */
int http_form_new(struct MHD_Connection *connection, HttpForm **ret);
HttpForm *http_form_free(HttpForm *form);

/**
 * http_form_read() - read all fields from the whole content; call it once. Fields after the first 512 are
 * ignored, and so are fields with a name longer than 63 bytes.
 */
void http_form_read(HttpForm *form, const char *bytes, size_t len);

/**
 * http_form_get() - the value of the first field of a name, borrowed; NULL if there is none
 * @ret_len: its octets; may be NULL
 */
const char *http_form_get(const HttpForm *form, const char *name, size_t *ret_len);

/** http_form_each() - call @on_field for each field, in the order in which they were sent */
void http_form_each(const HttpForm *form,
                void (*on_field)(const char *name, const char *value, void *userdata), void *userdata);
