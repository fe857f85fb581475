#pragma once

/* The style sheet of the office's pages, office/style.css, which is built into the program. */

#include "base/cleanup.h"
#include "http/request.h"

typedef struct Assets Assets;

#define ASSETS_STYLE_PREFIX "/office/style-"

/** assets_new() - make the style sheet. Return: 0 or negative errno. */
int assets_new(Assets **ret);
Assets *assets_free(Assets *assets);
DEFINE_CLEANUP(Assets, assets_freep, assets_free)

/**
 * assets_path() - "/office/style-1a2b3c4d5e6f.css"; borrowed. It has a hash of the content, so that browsers
 * may keep it forever.
 */
const char *assets_path(const Assets *assets);

/** assets_reply() - reply with the style sheet, or 404 for a path that is not that of assets_path() */
int assets_reply(const Assets *assets, HttpRequest *request, const char *rest);
