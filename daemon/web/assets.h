#pragma once

/* What is the same for everybody: the icon and the style sheet. Handlers, with the Site as userdata. */

#include "http/request.h"

int assets_on_icon(HttpRequest *request, const char *rest, void *userdata);
int assets_on_old_icon(HttpRequest *request, const char *rest, void *userdata);
int assets_on_style(HttpRequest *request, const char *rest, void *userdata);
