#pragma once

/* Inside of http/ only: the fields of a POST's body, bounded. */

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct HttpForm HttpForm;

enum {
        HTTP_FORM_BYTES = 16384, /* of the whole body */
        HTTP_E_FORM_TYPE = 1,    /* neither application/x-www-form-urlencoded nor multipart/form-data */
};

/** http_form_new() - Return: 0, HTTP_E_FORM_TYPE, -ENOMEM. */
int http_form_new(struct MHD_Connection *connection, HttpForm **ret);
HttpForm *http_form_free(HttpForm *form);

/** http_form_feed() - some more of the body. Return: 0, -EFBIG when it is too long: nothing is read any more. */
int http_form_feed(HttpForm *form, const char *bytes, size_t len);

/** http_form_is_too_large() - whether the body was longer than HTTP_FORM_BYTES. */
bool http_form_is_too_large(const HttpForm *form);

/** http_form_get() - a field's value, borrowed; the first one of its name; NULL when not there. */
const char *http_form_get(const HttpForm *form, const char *name);
