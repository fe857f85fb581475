#pragma once

/* What is the same for everybody: robots.txt, the icon and the style sheet. Handlers, with the Site as userdata. */

#include "http/server.h"

int fixed_on_robots(HttpRequest *request, const char *rest, void *userdata);
int fixed_on_icon(HttpRequest *request, const char *rest, void *userdata);
int fixed_on_style(HttpRequest *request, const char *rest, void *userdata);
