#pragma once

/* Inside of http/ only: the fields of a form, read from kept content. */

#include "base/conditions.h"

#include <microhttpd.h>
#include <stddef.h>

typedef struct HttpForm HttpForm;

enum {
        HTTP_E_FORM_TYPE = CONDITIONS_HTTP +
                           1, /* neither application/x-www-form-urlencoded nor multipart/form-data */
};

/** http_form_new() - for a request with the header of a form. Return: 0, HTTP_E_FORM_TYPE, -ENOMEM. */
int http_form_new(struct MHD_Connection *connection, HttpForm **ret);
HttpForm *http_form_free(HttpForm *form);

/**
 * http_form_read() - the fields of the whole content; called once. Fields over the maximum of 64, or with a
 * name over 63 bytes, are left out.
 */
void http_form_read(HttpForm *form, const char *bytes, size_t len);

/** http_form_get() - the value of a field, borrowed; the first one of its name; NULL when not there. */
const char *http_form_get(const HttpForm *form, const char *name);
