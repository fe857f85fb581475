#pragma once

/*
 * The style sheet: web/style.css, which is built into the program, and one line for the colour of each
 * configured kind of event. Its address contains a hash of the content, so browsers may keep it forever.
 * Threads share it by reference.
 */

#include "base/cleanup.h"
#include "config/config.h"
#include "http/entity.h"

typedef struct Style Style;

#define STYLE_PREFIX "/style-"

/**
 * style_new() - make the style sheet for the kinds of a configuration. @config is not kept. Return: 0 or
 * negative errno.
 */
int style_new(const Config *config, Style **ret);
Style *style_ref(Style *style);
Style *style_unref(Style *style);
DEFINE_CLEANUP(Style, style_unrefp, style_unref)

/** style_path() - "/style-1a2b3c4d5e6f.css"; borrowed for the style's life. */
const char *style_path(const Style *style);

/** style_entity() - the style sheet, ready to be sent; borrowed. */
HttpEntity *style_entity(const Style *style);
