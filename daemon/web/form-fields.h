#pragma once

/* Private to web/: fields of forms. All texts are plain, and are escaped. */

#include "web/page-view.h"

/*
 * The attributes of a field for a mail address. The type is not email, because browsers then refuse names
 * beyond ASCII (RFC 6531).
 */
#define FORM_FIELDS_ADDRESS "type=\"text\" inputmode=\"email\" maxlength=\"254\" required"

/** form_fields_hidden() - write a hidden field */
void form_fields_hidden(Buffer *out, const char *name, const char *value);

/** form_fields_languages() - write the entries of a <select> of the languages that the program speaks */
void form_fields_languages(Buffer *out, const PageView *view, Language chosen);
