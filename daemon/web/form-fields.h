#pragma once

/* Private to web/: fields of forms. All texts are plain, and are escaped. */

#include "web/page-view.h"

/** form_fields_hidden() - write a hidden field */
void form_fields_hidden(Buffer *out, const char *name, const char *value);

/** form_fields_languages() - write the entries of a <select> of the languages that the program speaks */
void form_fields_languages(Buffer *out, const PageView *view, Language chosen);
