#pragma once

/*
 * Handlers for the icon and the style sheet, which are the same for all readers. The Site is their userdata.
 */

#include "http/request.h"

int assets_on_icon(HttpRequest *request, const char *rest, void *userdata);
int assets_on_old_icon(HttpRequest *request, const char *rest, void *userdata);
int assets_on_style(HttpRequest *request, const char *rest, void *userdata);
