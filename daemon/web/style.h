#pragma once

/*
 * The one style sheet: web/style.css, put into the program when it is built, and behind it a line for the colour of each configured kind of
 * event. Its address has a hash of the content in it, so browsers keep it for good. Shared by reference between threads.
 */

#include "base/cleanup.h"
#include "config/config.h"
#include "http/entity.h"

typedef struct Style Style;

#define STYLE_PREFIX "/style-"

/** style_new() - for the kinds of a configuration, which is read now and not kept */
int style_new(const Config *config, Style **ret);
Style *style_ref(Style *style);
Style *style_unref(Style *style);
DEFINE_CLEANUP(Style, style_unrefp, style_unref)

/** style_path() - "/style-1a2b3c4d5e6f.css"; borrowed for the style's life. */
const char *style_path(const Style *style);
HttpEntity *style_entity(const Style *style); /* borrowed */
